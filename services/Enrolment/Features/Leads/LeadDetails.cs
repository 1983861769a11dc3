using System.Text.Json.Serialization;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Keys;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Leads;

/// <summary>What an institution may know of a pupil: only the fields its agreement names. Never scores, a national id or a reason.</summary>
/// <remarks>A field the agreement does not name is not in the answer at all.</remarks>
public sealed record LeadDetail
{
    public required Guid LeadId { get; init; }
    public required int SchoolYear { get; init; }

    /// <summary>The purpose the data was given for; it may be used for nothing else.</summary>
    public required string Purpose { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Commune { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FormerDistrict { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WishedTrade { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WishedLevel { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Phone { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Guardian { get; init; }

    /// <summary>The family is written to through the platform only (mode B): neither name nor number is shown. Absent is no.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Relay { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset OfferedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>One lead as an institution finds it: the detail, or why there is none.</summary>
public sealed record FoundLead(Guid LeadId, Guid PupilId, LeadDetail? Detail, RuleBroken? Refusal);

/// <summary>Reads leads for an institution: entitlement is decided in SQL at the moment of reading, and the read is counted and journaled in the same transaction.</summary>
/// <remarks>A lead that was never this institution's and one that does not exist are the same: not found.</remarks>
public sealed class LeadDetails(SealedContacts contacts, DailyReads daily, TimeProvider clock)
{
    public async Task<IReadOnlyDictionary<Guid, FoundLead>> Read(Work work, Person reader, string? purpose, IReadOnlyCollection<Guid> leads, string route, CancellationToken ct, Guid? access = null)
    {
        if (purpose is null || !DataScope.Purposes.Contains(purpose)) throw PurposeNotAllowed();

        var now = clock.GetUtcNow();
        var rows = await work.Query<Row>(Entitled, new { work.Tenant, Institution = reader.OwnOrganisation, Leads = leads.ToArray(), Today = VietnamTime.Day(now) });
        var refusals = rows.ToDictionary(row => row.LeadId, row => Refusal(row, purpose, now));
        var granted = rows.Where(row => refusals[row.LeadId] is null).ToList();
        if (granted.Count > 0) await daily.Take(work, reader.OwnOrganisation, daily.Limit(work.Tenant, granted[0].DailyReads), [.. granted.Select(row => row.LeadId)], now);
        var opened = await contacts.Open(work, [.. granted.Where(row => !row.Relay).DistinctBy(row => row.PupilId).Select(row => (row.PupilId, row.SealedContact))], ct);
        var found = rows.ToDictionary(row => row.LeadId, row => new FoundLead(row.LeadId, row.PupilId, refusals[row.LeadId] is null ? Detail(row, purpose, opened.GetValueOrDefault(row.PupilId)) : null, refusals[row.LeadId]));
        var shown = found.Values.Where(lead => lead.Detail is not null).ToList();
        var fields = rows.ToDictionary(row => row.LeadId, row => string.Join(',', (row.Fields is null ? [] : row.Shown).Order()));
        await work.Journal(reader, purpose, route, [.. shown.Select(lead => (lead.PupilId, fields[lead.LeadId]))], now, access);
        return found;
    }

    private static RuleBroken? Refusal(Row row, string purpose, DateTimeOffset now) => row switch
    {
        { State: "expired" } => Expired(),
        { State: "withdrawn" } or { Status: "withdrawn" } => Revoked(),
        { Held: true } => DeletionOverdue(),
        { Fields: null } => new("agreement_expired", "Thoả thuận không còn hiệu lực", "No agreement of this institution is in force today.", 403),
        { Purposes: var purposes } when !purposes!.Contains(purpose) => PurposeNotAllowed(),
        _ when row.ExpiresAt <= now && row.State != "enrolled" => Expired(),
        _ => null,
    };

    private static LeadDetail Detail(Row row, string purpose, Contact? contact)
    {
        string? If(string field, string? value) => row.Shown.Contains(field) ? value : null;
        return new()
        {
            LeadId = row.LeadId,
            SchoolYear = row.SchoolYear,
            Purpose = purpose,
            Name = If("name", contact?.Name),
            Commune = If("area", row.Commune ?? row.Residence),
            FormerDistrict = If("area", row.District),
            WishedTrade = If("interests", row.WishedTrade),
            WishedLevel = If("interests", row.WishedLevel),
            Phone = If("phone", contact?.Phone),
            Guardian = If("guardian", contact?.Guardian),
            Relay = row.Relay,
            State = row.State,
            OfferedAt = row.GrantedAt,
            ExpiresAt = row.ExpiresAt,
        };
    }

    public static RuleBroken Revoked() => new("lead_revoked", "Thông tin đã được thu hồi", "The lead was withdrawn: delete what you hold of it.", 410);

    public static RuleBroken Expired() => new("lead_expired", "Thông tin đã hết hạn sử dụng", "The lead has expired: delete what you hold of it.", 410);

    public static RuleBroken DeletionOverdue() => new("deletion_overdue", "Quá hạn xác nhận xoá dữ liệu", "Acknowledge the withdrawals that are overdue first: GET /v1/revocations.", 403);

    private static RuleBroken PurposeNotAllowed() => new("purpose_not_allowed", "Mục đích không được phép", "Name a purpose that your agreement states, for example ?purpose=vocational_guidance.", 403);

    /// <summary>The institution's latest grant of each lead, with what its agreement in force allows.</summary>
    private const string Entitled =
        """
        select distinct on (g.lead_id) g.lead_id, l.pupil_id, l.school_year, l.status, g.state, g.granted_at, g.expires_at, a.purposes, a.fields, a.daily_reads,
               exists (select from feed_hold o where o.tenant_id = g.tenant_id and o.institution_id = g.institution_id) as held,
               l.relay,
               c.sealed_contact, c.residence, c.wished_trade, c.wished_level, commune_name(g.tenant_id, c.residence, @Today) as commune, district_name(g.tenant_id, c.residence) as district
        from lead_grant g
        join lead l using (tenant_id, lead_id)
        join candidate c on c.tenant_id = l.tenant_id and c.school_year = l.school_year and c.pupil_id = l.pupil_id
        left join lateral (select purposes, fields, daily_reads from agreement a where a.tenant_id = g.tenant_id and a.institution_id = g.institution_id
                             and @Today between a.valid_from and a.valid_to order by valid_to desc, agreement_id limit 1) a on true
        where g.tenant_id = @Tenant and g.institution_id = @Institution and g.lead_id = any (@Leads)
        order by g.lead_id, g.state in ('withdrawn', 'expired'), g.granted_at desc, g.grant_id desc
        """;

    [method: Dapper.ExplicitConstructor]
    private sealed record Row(
        Guid LeadId, Guid PupilId, int SchoolYear, string Status, string State, DateTimeOffset GrantedAt, DateTimeOffset ExpiresAt, string[]? Purposes, string[]? Fields, int? DailyReads, bool Held, bool Relay,
        string SealedContact, string Residence, string? WishedTrade, string? WishedLevel, string? Commune, string? District)
    {
        /// <summary>The fields of the agreement; of a family that wants no disclosure only those that name nobody.</summary>
        public IEnumerable<string> Shown => Relay ? Fields!.Intersect(DataScope.WithoutName) : Fields!;
    }
}
