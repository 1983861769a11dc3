using System.Globalization;
using System.Text;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Overview;

/// <summary>The province's grants as CSV for the department: ids and codes, no names; no cell can become a formula.</summary>
public static class ExportLeads
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leads/export", Handle).RequireAuthorization(Policies.Officer).WithTags("Leads").Produces<string>(200, "text/csv");

    public static async Task Handle(Person officer, Database db, TimeProvider clock, HttpContext http, CancellationToken ct, int? schoolYear = null)
    {
        await using var work = await db.BeginFor(officer, ct);
        var rows = await work.Query<Row>(
            """
            select l.lead_id, l.pupil_id, l.status, i.code, i.name, g.state, array_to_string(g.reasons, '+') as reasons, g.granted_at, g.ended_at, x.contacts
            from lead l
            left join lead_grant g using (tenant_id, lead_id)
            left join institution i on i.tenant_id = g.tenant_id and i.institution_id = g.institution_id
            left join lateral (select count(*)::int as contacts from contact_log c where c.tenant_id = g.tenant_id and c.grant_id = g.grant_id) x on true
            where l.tenant_id = @Tenant and not l.decoy and (@Year::int is null or l.school_year = @Year) order by l.lead_id, g.granted_at
            """, new { work.Tenant, Year = schoolYear });
        await work.Journal(officer, DataScope.VocationalGuidance, "GET /v1/leads/export", rows.Select(row => row.PupilId).ToHashSet(), "lead,state", clock.GetUtcNow());
        await work.Commit();

        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = "attachment; filename=leads.csv";
        await using var csv = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await csv.WriteAsync("lead_id,pupil_id,status,institution_code,institution,state,reasons,granted_at,ended_at,contacts,purpose\r\n".AsMemory(), ct);
        foreach (var row in rows)
        {
            string?[] cells =
            [
                row.LeadId.ToString(), row.PupilId.ToString(), row.Status, row.Code, row.Name, row.State, row.Reasons,
                row.GrantedAt?.ToString("O", CultureInfo.InvariantCulture), row.EndedAt?.ToString("O", CultureInfo.InvariantCulture), row.Contacts?.ToString(CultureInfo.InvariantCulture), DataScope.VocationalGuidance,
            ];
            await csv.WriteAsync($"{string.Join(',', cells.Select(Cell))}\r\n".AsMemory(), ct);
        }
    }

    /// <summary>A cell that a spreadsheet would read as a formula gets an apostrophe (ASVS 5.0, 1.2.10; full-width signs too).</summary>
    public static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if ("=+-@\t\r\0＝＋－＠".Contains(text[0])) text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private sealed record Row(Guid LeadId, Guid PupilId, string Status, string? Code, string? Name, string? State, string? Reasons, DateTimeOffset? GrantedAt, DateTimeOffset? EndedAt, int? Contacts);
}
