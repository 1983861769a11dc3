using System.Security.Cryptography;
using System.Text.Json;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Impact;

/// <summary>The impact assessment's file (reliability.md, P12), put together from what the services do and the agreements in force: nobody writes it by hand.</summary>
public sealed record ImpactFile
{
    public required string Province { get; init; }

    /// <summary>The form that asks for it.</summary>
    public string Form { get; init; } = "Mẫu 10";
    public IReadOnlyList<string> Sources { get; init; } = ["Law 91/2025/QH15", "Decree 356/2025/ND-CP"];
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>First day on which anybody's data was processed.</summary>
    public DateOnly? FirstProcessing { get; init; }

    /// <summary>Children whose data is processed now.</summary>
    public required long Subjects { get; init; }
    public required IReadOnlyList<Year> Years { get; init; }
    public required IReadOnlyList<Flow> Flows { get; init; }
    public required IReadOnlyList<Recipient> Recipients { get; init; }

    /// <summary>Services that did not answer: their flows and counts are not in the file.</summary>
    public required IReadOnlyList<string> Missing { get; init; }
    public required IReadOnlyList<ImpactAlarm> Alarms { get; init; }
    public required IReadOnlyList<Filed> Filings { get; init; }

    /// <summary>Digest of flows, recipients and fees: it changes when what is processed does, not with the number of children.</summary>
    public required string Digest { get; init; }

    /// <param name="SchoolYear">Year in which it starts.</param>
    /// <param name="Listed">Children on rosters.</param>
    /// <param name="Candidates">With a final result.</param>
    /// <param name="Offered">Whose data an institution could read.</param>
    public sealed record Year(int SchoolYear, long Listed, long Candidates, long Offered);

    /// <param name="Code">Stable.</param>
    /// <param name="Fields">Kinds of data.</param>
    /// <param name="From">Where they come from.</param>
    /// <param name="To">Where they go.</param>
    /// <param name="Purpose">Purpose code.</param>
    /// <param name="Kept">How long.</param>
    public sealed record Flow(string Code, IReadOnlyList<string> Fields, string From, string To, string Purpose, string Kept);

    /// <summary>An institution with an agreement in force.</summary>
    /// <param name="Fee">What was declared to be paid for the transfer; null: none.</param>
    public sealed record Recipient(
        Guid Institution, string Code, string Name, Guid AgreementId, DateOnly ValidFrom, DateOnly ValidTo, IReadOnlyList<string> Purposes, IReadOnlyList<string> Fields, IReadOnlyList<string>? Areas, IReadOnlyList<string>? TrainingCodes,
        string? Fee);

    public sealed record Filed(Guid FilingId, DateOnly FiledOn, string Number, long Subjects, string Digest, DateTimeOffset RecordedAt);
}

/// <summary>Makes the file for a province.</summary>
public sealed class ImpactFiles(Database db, IHttpClientFactory http, IConfiguration configuration, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Reads what is processed now; asks Schools for its part, and says so when it does not answer.</summary>
    public async Task<ImpactFile> Make(string province, CancellationToken ct)
    {
        var schools = await AskSchools(province, ct);
        await using var work = await db.Begin(province, ct);
        await work.AsProvince();
        var now = clock.GetUtcNow();
        var today = VietnamTime.Day(now);
        var own = (await work.Single<Own>(
            """
            select (select min(outcome_at) from candidate where tenant_id = @Tenant and not decoy) as first_at,
                   (select count(*) from (select pupil_id from candidate where tenant_id = @Tenant and not decoy and erased_at is null union select pupil_id from cohort_member where tenant_id = @Tenant) known) as subjects
            """, new { work.Tenant }))!;
        var years = (await work.Query<Count>(
            """
            select c.school_year, count(*) as candidates,
                   (select count(distinct g.lead_id) from lead_grant g where g.tenant_id = @Tenant and g.school_year = c.school_year and not g.decoy) as offered
            from candidate c where c.tenant_id = @Tenant and not c.decoy group by c.school_year
            """, new { work.Tenant })).ToDictionary(row => row.SchoolYear);
        var recipients = await work.Query<RecipientRow>(
            """
            select i.institution_id, i.code, i.name, a.agreement_id, a.valid_from, a.valid_to, a.purposes, a.fields, a.areas, a.training_codes, f.statement as fee
            from agreement a join institution i using (tenant_id, institution_id) left join transfer_fee f using (tenant_id, agreement_id)
            where a.tenant_id = @Tenant and @today between a.valid_from and a.valid_to order by i.code, a.valid_from, a.agreement_id
            """, new { work.Tenant, today });
        var filings = await work.Query<ImpactFile.Filed>("select filing_id, filed_on, number, subjects, digest, recorded_at from impact_filing where tenant_id = @Tenant order by filed_on, recorded_at", new { work.Tenant });

        DateOnly? first = own.FirstAt is { } at ? VietnamTime.Day(at) : null;
        if (schools?.FirstOn is { } listed && (first is null || listed < first)) first = listed;
        List<ImpactFile.Flow> flows = [.. schools?.Flows ?? [], .. Flows(recipients)];
        List<ImpactFile.Recipient> all = [.. recipients.Select(row => new ImpactFile.Recipient(row.InstitutionId, row.Code, row.Name, row.AgreementId, row.ValidFrom, row.ValidTo, row.Purposes, row.Fields, row.Areas, row.TrainingCodes, row.Fee))];
        var subjects = Math.Max(own.Subjects, schools?.Subjects ?? 0);
        // Only this service's part: an answer that Schools did not give is no change.
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { Flows = Flows(recipients), Recipients = all.Select(one => one with { ValidFrom = default, ValidTo = default }) }, StrictJson.Options)));
        return new()
        {
            Province = province,
            MadeAt = now,
            FirstProcessing = first,
            Subjects = subjects,
            Years = [.. years.Keys.Union((schools?.Years ?? []).Select(year => year.SchoolYear)).Order().Select(year => new ImpactFile.Year(
                year, schools?.Years.FirstOrDefault(one => one.SchoolYear == year)?.Subjects ?? 0, years.GetValueOrDefault(year)?.Candidates ?? 0, years.GetValueOrDefault(year)?.Offered ?? 0))],
            Flows = flows,
            Recipients = all,
            Missing = schools is null ? ["schools"] : [],
            Filings = filings,
            Alarms = ImpactClock.Alarms(first, filings is [.., var last] ? new(last.FiledOn, last.Digest, last.Subjects) : null, digest, subjects, today),
            Digest = digest,
        };
    }

    private List<ImpactFile.Flow> Flows(IReadOnlyList<RecipientRow> recipients) =>
    [
        new("leads", [.. recipients.SelectMany(row => row.Fields).Distinct().Order(StringComparer.Ordinal)], "schools", "institutions under an agreement", DataScope.VocationalGuidance,
            $"{configuration.GetValue("Leads:Days", 90)} days at most (Leads__Days); deleted and confirmed on withdrawal"),
        new("outreach", ["channel", "outcome", "next_step", "messages"], "institutions, families", "the department; the institution's own part to itself", DataScope.VocationalGuidance, "with the pupil's data"),
        new("enrolments", ["programme", "level", "dates"], "institutions", "the department", DataScope.VocationalGuidance, "with the pupil's data"),
        new("webhooks", ["lead_id"], "the department", "institutions' endpoints", DataScope.VocationalGuidance, $"delivery log: {DeliveryLog.Kept} days"),
        new("read_journal", ["who", "when", "fields", "purpose"], "every read", "the family concerned, inspectors", "family_request", "kept as proof"),
    ];

    private async Task<Described?> AskSchools(string province, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var client = http.CreateClient(InternalHttp.Client);
            return await client.GetFromJsonAsync<Described>($"http://schools/internal/processing/{province}", limit.Token);
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private sealed record Described(DateOnly? FirstOn, long Subjects, IReadOnlyList<DescribedYear> Years, IReadOnlyList<ImpactFile.Flow> Flows);

    private sealed record DescribedYear(int SchoolYear, long Subjects);

    private sealed class Own
    {
        public DateTimeOffset? FirstAt { get; init; }
        public long Subjects { get; init; }
    }

    private sealed record Count(int SchoolYear, long Candidates, long Offered);

    [method: Dapper.ExplicitConstructor]
    private sealed record RecipientRow(
        Guid InstitutionId, string Code, string Name, Guid AgreementId, DateOnly ValidFrom, DateOnly ValidTo, string[] Purposes, string[] Fields, string[]? Areas, string[]? TrainingCodes, string? Fee);
}
