using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Privacy;

/// <summary>For the breach workbench of Enrolment: whose data the read journal of this service says an account, a client or an organisation read in a time, or whether it has reads of one pupil.</summary>
/// <remarks>What is not given does not narrow. Ids, fields and counts; who asks journals that the list was seen.</remarks>
public static class FindReads
{
    public sealed record Command
    {
        public Guid? Organisation { get; init; }
        public string? Client { get; init; }
        public string? Account { get; init; }
        public Guid? Pupil { get; init; }
        public DateTimeOffset? From { get; init; }
        public DateTimeOffset? To { get; init; }
    }

    /// <param name="Fields">Comma separated.</param>
    public sealed record Found(Guid PupilId, long Reads, DateTimeOffset FirstAt, DateTimeOffset LastAt, string Fields);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/internal/reads/{province}", Handle).RequireAuthorization(Policies.Service).ExcludeFromDescription();

    public static async Task<Ok<IReadOnlyList<Found>>> Handle(string province, Command command, Database db, CancellationToken ct)
    {
        if (command is { Organisation: null, Client: null, Account: null, Pupil: null }) throw new RuleBroken("words_missing", "Thiếu điều kiện tìm", "Give organisation, client, account or pupil.", 422);
        await using var work = await db.Begin(province, ct);
        return TypedResults.Ok(await work.Query<Found>(
            """
            select i.pupil_id, count(distinct a.access_id) as reads, min(a.at) as first_at, max(a.at) as last_at, string_agg(distinct f.field, ',' order by f.field) as fields
            from pii_access a join pii_access_item i using (tenant_id, access_id) cross join lateral regexp_split_to_table(i.fields, ',') as f (field)
            where a.tenant_id = @Tenant and (@Organisation::uuid is null or a.organisation = @Organisation) and (@Client::varchar is null or a.client_id = @Client) and (@Account::varchar is null or a.subject = @Account)
              and (@Pupil::uuid is null or i.pupil_id = @Pupil) and (@From::timestamptz is null or a.at >= @From) and (@To::timestamptz is null or a.at <= @To) and a.subject <> i.pupil_id::text
            group by i.pupil_id order by i.pupil_id
            """, new { work.Tenant, command.Organisation, command.Client, command.Account, command.Pupil, From = command.From?.UtcDateTime, To = command.To?.UtcDateTime }));
    }
}
