using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>One read of a pupil's data, as a family may hear of it.</summary>
/// <param name="At">When.</param>
/// <param name="Subject">The account that read.</param>
/// <param name="Organisation">For whom; null for the department.</param>
/// <param name="Purpose">Purpose code.</param>
/// <param name="Fields">Names of the fields, comma separated.</param>
public sealed record JournalEntry(DateTimeOffset At, string Subject, Guid? Organisation, string Purpose, string Fields);

/// <summary>Writes who read whose personal data, for what, in the same transaction as the read; a read that cannot be journaled does not happen.</summary>
/// <remarks>The answer says the purpose in its header <see cref="PurposeHeader"/>: whoever journals a read says it, so no route can forget it (reliability.md, P7).</remarks>
public static class ReadJournal
{
    public const string PurposeHeader = "Data-Purpose";

    /// <summary>Journals one read. Refuses with 503 `journal_unavailable` when the journal cannot be written.</summary>
    /// <param name="work">The unit of work of the read itself.</param>
    /// <param name="reader">The caller.</param>
    /// <param name="purpose">Purpose code, such as `vocational_guidance` or `admission_check`.</param>
    /// <param name="route">Route template, without ids.</param>
    /// <param name="pupils">Everyone whose data is in the answer.</param>
    /// <param name="fields">Names of the fields in the answer, comma separated.</param>
    /// <param name="at">Time of the read.</param>
    /// <param name="access">Its id, where it is also written into what was read.</param>
    public static Task Journal(this Work work, Person reader, string purpose, string route, IReadOnlyCollection<Guid> pupils, string fields, DateTimeOffset at, Guid? access = null) =>
        work.Journal(reader, purpose, route, [.. pupils.Select(pupil => (pupil, fields))], at, access);

    /// <summary>Journals one read that showed other fields of each pupil.</summary>
    public static async Task Journal(this Work work, Person reader, string purpose, string route, IReadOnlyCollection<(Guid Pupil, string Fields)> shown, DateTimeOffset at, Guid? access = null)
    {
        work.SayPurpose(purpose);
        if (shown.Count == 0) return;
        var items = shown.DistinctBy(item => item.Pupil).ToList();
        try
        {
            await work.Execute(
                """
                with access as (
                  insert into pii_access (tenant_id, access_id, at, subject, client_id, organisation, purpose, route)
                  values (@Tenant, @Access, @At, @Subject, @ClientId, @Organisation, @Purpose, @Route) returning tenant_id, access_id)
                insert into pii_access_item (tenant_id, access_id, pupil_id, fields)
                select access.tenant_id, access.access_id, pupil, fields from access, unnest(@Pupils, @Fields) as item (pupil, fields)
                """,
                new
                {
                    work.Tenant,
                    Access = access ?? Guid.CreateVersion7(),
                    At = at.UtcDateTime,
                    reader.Subject,
                    reader.ClientId,
                    reader.Organisation,
                    Purpose = purpose,
                    Route = route,
                    Pupils = items.Select(item => item.Pupil).ToArray(),
                    Fields = items.Select(item => item.Fields).ToArray(),
                });
        }
        catch (PostgresException)
        {
            throw new RuleBroken("journal_unavailable", "Không ghi được nhật ký truy cập nên không hiển thị dữ liệu", "The read journal cannot be written, so nothing is shown.", 503).After(30);
        }
    }

    /// <summary>Who read this pupil's data here, the newest first: an index look-up, not a scan.</summary>
    public static Task<IReadOnlyList<JournalEntry>> ReadsOf(this Work work, Guid pupil, int limit = 500) => work.Query<JournalEntry>(
        """
        select a.at, a.subject, a.organisation, a.purpose, i.fields from pii_access_item i join pii_access a using (tenant_id, access_id)
        where i.tenant_id = @Tenant and i.pupil_id = @pupil order by a.at desc limit @limit
        """, new { work.Tenant, pupil, limit });

    /// <summary>Every service answers for its own journal, to the one that speaks with families.</summary>
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/internal/journal/{province}/{pupilId:guid}", async Task<Ok<IReadOnlyList<JournalEntry>>> (string province, Guid pupilId, Database db, CancellationToken ct) =>
        {
            await using var work = await db.Begin(province, ct);
            return TypedResults.Ok(await work.ReadsOf(pupilId));
        }).RequireAuthorization(Policies.Service).ExcludeFromDescription();
}
