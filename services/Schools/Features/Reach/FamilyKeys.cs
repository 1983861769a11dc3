using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Data;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Reach;

/// <summary>Tells who is on a roster, with a key of the family by which siblings at one school count one guardian once.</summary>
/// <remarks>indicators.md: reach counts registered guardians once per school. A pupil whose guardian has no phone on record has
/// a guardian of their own: what is missing takes nobody out of the denominator. Who the guardian is stays for the year, whatever number is corrected later.</remarks>
public static class FamilyKeys
{
    /// <summary>SQL for the key of a row of the roster: made together with school and year, so that it links nobody beyond them.</summary>
    public static string Key(string roster) => $"left(encode(sha256(convert_to(coalesce({roster}.guardian, {roster}.pupil_id::text) || '|' || {roster}.school_id || '|' || {roster}.school_year, 'UTF8')), 'hex'), 32)";

    /// <summary>Announces these pupils of a year's roster, per school and grade.</summary>
    public static async Task AnnounceListed(Work work, int schoolYear, string pupils, DateTimeOffset now, CancellationToken ct)
    {
        await work.ExecuteBulk(
            $"""
            update roster r set guardian = coalesce((select c.family_key from contact c where c.pupil_id = r.pupil_id and c.current), r.pupil_id::text)
            where r.tenant_id = @Tenant and r.school_year = @schoolYear and r.guardian is null and r.pupil_id in ({pupils})
            """, new { work.Tenant, schoolYear }, ct);
        var rows = work.Groups<Row>(
            $"""
            select r.school_id, r.grade, r.pupil_id, {Key("r")} as family from roster r
            where r.tenant_id = @Tenant and r.school_year = @schoolYear and r.pupil_id in ({pupils}) order by r.school_id, r.grade, r.pupil_id
            """, new { work.Tenant, schoolYear }, row => (row.SchoolId, row.Grade), ct);
        await foreach (var school in rows)
        {
            foreach (var part in school.Chunk(500))
            {
                work.Append("roster", StreamIds.Of("listed", work.Tenant, schoolYear, part[0].SchoolId), new PupilsListed
                {
                    Province = work.Tenant,
                    SchoolYear = schoolYear,
                    School = part[0].SchoolId,
                    Grade = part[0].Grade,
                    Pupils = [.. part.Select(row => new ListedPupil { PupilId = row.PupilId, Family = row.Family })],
                    ListedAt = now,
                });
            }
            await work.Flush();
        }
    }

    sealed record Row(Guid SchoolId, int Grade, Guid PupilId, string Family);
}
