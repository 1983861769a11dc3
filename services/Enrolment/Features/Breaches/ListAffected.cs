using System.Globalization;
using System.Text;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Features.Overview;
using CareerPlatform.ServiceDefaults;
using Dapper;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>The children on an incident's list as CSV: ids, which fields were read, how often, from when to when. Nobody's name or number; journaled like any read.</summary>
public static class ListAffected
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/breaches/{breachId:guid}/affected", Handle).RequireAuthorization(ListBreaches.Readers).WithTags("Breaches").Produces<string>(200, "text/csv").ProducesProblem(404).ProducesProblem(503);

    public static async Task Handle(Guid breachId, Person reader, Database db, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        var access = Guid.CreateVersion7();
        await using (var work = await db.BeginFor(reader, ct))
        {
            if (!await work.Single<bool>("select exists (select from breach where tenant_id = @Tenant and breach_id = @breachId)", new { work.Tenant, breachId }))
                throw new RuleBroken("not_found", "Không tìm thấy sự cố", "There is no such incident.", 404);
            var pupils = await work.Query<Guid>("select pupil_id from breach_affected where tenant_id = @Tenant and breach_id = @breachId", new { work.Tenant, breachId });
            await work.Journal(reader, "breach", "GET /v1/breaches/{breachId}/affected", pupils, "reads", clock.GetUtcNow(), access);
            await work.Commit();
        }

        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = "attachment; filename=affected.csv";
        await using var csv = new StreamWriter(http.Response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await csv.WriteAsync("pupil_id,lead_id,fields,reads,first_at,last_at,purpose\r\n".AsMemory(), ct);
        await using var reading = await db.BeginFor(reader, ct);
        var rows = reading.Connection.QueryUnbufferedAsync<Row>(
            """
            select b.pupil_id, b.lead_id, b.fields, b.reads + b.schools_reads as reads, b.first_at, b.last_at from breach_affected b
            where b.tenant_id = @Tenant and b.breach_id = @breachId and exists (select from pii_access_item i where i.tenant_id = b.tenant_id and i.access_id = @access and i.pupil_id = b.pupil_id)
            order by b.pupil_id
            """, new { reading.Tenant, breachId, access }, reading.Transaction);
        await foreach (var row in rows.WithCancellation(ct))
        {
            string[] cells = [row.PupilId.ToString(), row.LeadId?.ToString() ?? "", row.Fields, row.Reads.ToString(CultureInfo.InvariantCulture), row.FirstAt.ToString("O", CultureInfo.InvariantCulture), row.LastAt.ToString("O", CultureInfo.InvariantCulture), "breach"];
            await csv.WriteAsync($"{string.Join(',', cells.Select(ExportLeads.Cell))}\r\n".AsMemory(), ct);
        }
    }

    private sealed class Row
    {
        public Guid PupilId { get; init; }
        public Guid? LeadId { get; init; }
        public string Fields { get; init; } = "";
        public long Reads { get; init; }
        public DateTimeOffset FirstAt { get; init; }
        public DateTimeOffset LastAt { get; init; }
    }
}
