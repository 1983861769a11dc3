using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>Puts everybody on an incident's list whose data the journals of this service and of Schools say was read: by an institution, one of its clients, an account, in a time, or of one lead. May be asked again with other words.</summary>
/// <remarks>When Schools does not answer in time it is named in `missing`: what this service knows is on the list, and the same words asked again add the rest.</remarks>
public static class FindAffected
{
    /// <summary>What is not given does not narrow; at least one of the first four is needed.</summary>
    public sealed record Command
    {
        public Guid? Institution { get; init; }

        /// <summary>API client of an institution.</summary>
        public string? Client { get; init; }

        /// <summary>The account that read.</summary>
        public string? Account { get; init; }
        public Guid? Lead { get; init; }
        public DateTimeOffset? From { get; init; }
        public DateTimeOffset? To { get; init; }
    }

    /// <param name="Found">Children the journal names for these words.</param>
    /// <param name="Children">Children on the incident's list now.</param>
    /// <param name="Reads">Reads that were found.</param>
    /// <param name="Fields">Every field that was shown in one of them.</param>
    /// <param name="Missing">Services whose journal did not answer.</param>
    public sealed record Answer(long Found, long Children, long Reads, IReadOnlyList<string> Fields, IReadOnlyList<string> Missing);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/breaches/{breachId:guid}/affected", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Breaches")
        .ProducesProblem(409).ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid breachId, Command command, Person officer, IdempotencyKey key, Database db, IHttpClientFactory http, CancellationToken ct)
    {
        if (command is { Institution: null, Client: null, Account: null, Lead: null }) throw BreachClock.Invalid("institution", "words_missing", "Give institution, client, account or lead.");
        if (command.To < command.From) throw BreachClock.Invalid("to", "time_invalid", "to lies before from.");
        await using var work = await db.BeginFor(officer, ct);
        if (await work.OpenIncident(breachId) is null) return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, (breachId, command), async () =>
        {
            var pupil = command.Lead is null ? null : await work.Single<Guid?>("select pupil_id from lead where tenant_id = @Tenant and lead_id = @Lead", new { work.Tenant, command.Lead });
            var schools = command.Lead is not null && pupil is null ? [] : await AskSchools(http, work.Tenant, command, pupil, ct);
            var found = (await work.Single<Found>(Query, new
            {
                work.Tenant,
                breachId,
                command.Institution,
                command.Client,
                command.Account,
                command.Lead,
                Pupil = pupil,
                From = command.From?.UtcDateTime,
                To = command.To?.UtcDateTime,
                Pupils = (schools ?? []).Select(one => one.PupilId).ToArray(),
                Reads = (schools ?? []).Select(one => one.Reads).ToArray(),
                First = (schools ?? []).Select(one => one.FirstAt.UtcDateTime).ToArray(),
                Last = (schools ?? []).Select(one => one.LastAt.UtcDateTime).ToArray(),
                Fields = (schools ?? []).Select(one => one.Fields).ToArray(),
            }))!;
            return new Answer(found.Children, await work.Single<long>("select count(*) from breach_affected where tenant_id = @Tenant and breach_id = @breachId", new { work.Tenant, breachId }), found.Reads, found.Fields,
                schools is null ? ["schools"] : []);
        }));
    }

    private static async Task<IReadOnlyList<Elsewhere>?> AskSchools(IHttpClientFactory http, string province, Command command, Guid? pupil, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var client = http.CreateClient(InternalHttp.Client);
            using var answer = await client.PostAsJsonAsync($"http://schools/internal/reads/{province}",
                new { Organisation = command.Institution, command.Client, command.Account, Pupil = pupil, command.From, command.To }, StrictJson.Options, limit.Token);
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<IReadOnlyList<Elsewhere>>(StrictJson.Options, limit.Token);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What Schools says of one child.</summary>
    private sealed record Elsewhere(Guid PupilId, long Reads, DateTimeOffset FirstAt, DateTimeOffset LastAt, string Fields);

    /// <summary>Decoys are nobody: they are not among the children.</summary>
    private const string Query =
        """
        with own as (
          select i.pupil_id, count(distinct a.access_id) as reads, min(a.at) as first_at, max(a.at) as last_at, string_agg(distinct f.field, ',' order by f.field) as fields
          from pii_access a join pii_access_item i using (tenant_id, access_id) cross join lateral regexp_split_to_table(i.fields, ',') as f (field)
          where a.tenant_id = @Tenant and (@Institution::uuid is null or a.organisation = @Institution) and (@Client::varchar is null or a.client_id = @Client) and (@Account::varchar is null or a.subject = @Account)
            and (@From::timestamptz is null or a.at >= @From) and (@To::timestamptz is null or a.at <= @To)
            and (@Lead::uuid is null or i.pupil_id = @Pupil)
            and a.subject <> i.pupil_id::text and not exists (select from decoy d where d.tenant_id = @Tenant and d.decoy_id = i.pupil_id)
          group by i.pupil_id),
        schools as (select * from unnest(@Pupils, @Reads, @First, @Last, @Fields) as s (pupil_id, reads, first_at, last_at, fields)),
        seen as (
          select pupil_id, coalesce(o.reads, 0) as own_reads, coalesce(s.reads, 0) as schools_reads, least(o.first_at, s.first_at) as first_at, greatest(o.last_at, s.last_at) as last_at,
            (select string_agg(distinct one, ',' order by one) from regexp_split_to_table(concat_ws(',', o.fields, s.fields), ',') as one) as fields
          from own o full join schools s using (pupil_id)),
        kept as (
          insert into breach_affected as b (tenant_id, breach_id, pupil_id, lead_id, fields, reads, schools_reads, first_at, last_at)
          select @Tenant, @breachId, s.pupil_id, (select l.lead_id from lead l where l.tenant_id = @Tenant and l.pupil_id = s.pupil_id order by l.school_year desc limit 1), s.fields, s.own_reads, s.schools_reads, s.first_at, s.last_at from seen s
          on conflict (breach_id, pupil_id, tenant_id) do update set reads = greatest(b.reads, excluded.reads), schools_reads = greatest(b.schools_reads, excluded.schools_reads),
            first_at = least(b.first_at, excluded.first_at), last_at = greatest(b.last_at, excluded.last_at),
            fields = (select string_agg(distinct one, ',' order by one) from regexp_split_to_table(b.fields || ',' || excluded.fields, ',') as one))
        select count(*) as children, coalesce(sum(own_reads + schools_reads), 0)::bigint as reads,
          coalesce((select array_agg(distinct f.field order by f.field) from seen x cross join lateral regexp_split_to_table(x.fields, ',') as f (field)), '{}') as fields from seen
        """;

    [method: Dapper.ExplicitConstructor]
    private sealed record Found(long Children, long Reads, string[] Fields);
}
