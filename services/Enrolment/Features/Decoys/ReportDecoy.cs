using CareerPlatform.Enrolment.Data;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Decoys;

/// <summary>Somebody turned to a number or name of the province's decoys: it was given to one institution only, so the answer names it.</summary>
/// <remarks>The institution itself may contact its leads; whether it logged or announced that contact is part of the answer.</remarks>
public static class ReportDecoy
{
    private static readonly string[] Channels = ["call", "message", "visit", "letter"];

    public sealed record Command
    {
        /// <summary>The number that was reached, or <see cref="Name"/>.</summary>
        public string? Phone { get; init; }
        public string? Name { get; init; }

        /// <summary>`call`, `message`, `visit` or `letter`.</summary>
        public required string Channel { get; init; }
        public required DateTimeOffset HappenedAt { get; init; }
        public string? Note { get; init; }
    }

    /// <param name="Institution">The only one the data was ever given to.</param>
    /// <param name="Code">Its code.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="LeadId">The lead.</param>
    /// <param name="GivenAt">When it got the lead.</param>
    /// <param name="LastRead">When it last read the lead, by the read journal.</param>
    /// <param name="Expected">The institution logged or announced a contact of this kind within a day: then it is most likely its own.</param>
    /// <param name="Reports">How often its decoys were reported this intake, this one included.</param>
    public sealed record Answer(Guid Institution, string Code, string Name, Guid LeadId, DateTimeOffset GivenAt, DateTimeOffset? LastRead, bool Expected, long Reports);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/decoys:report", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).WithTags("Decoys")
        .ProducesProblem(404).ProducesProblem(422);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Command command, Person officer, IdempotencyKey key, Database db, ContactSeal seal, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var phone = command.Phone is null ? null : PhoneNumber.Read(command.Phone).E164 ?? throw Invalid("phone");
        if (phone is null && string.IsNullOrWhiteSpace(command.Name)) throw Invalid("phone");
        if (!Channels.Contains(command.Channel)) throw Invalid("channel");
        if (command.HappenedAt > now.AddMinutes(1)) throw Invalid("happenedAt");
        if (command.Note?.Length > 500) throw Invalid("note");

        await using var work = await db.BeginFor(officer, ct);
        var args = new
        {
            work.Tenant,
            Phone = phone is null ? null : seal.FamilyKey(phone),
            Name = phone is not null ? null : seal.FamilyKey($"decoy|{NameKey.Fold(NameKey.Written(command.Name!))}"),
            command.Channel,
            From = command.HappenedAt.AddDays(-1).ToUniversalTime(),
            To = command.HappenedAt.AddDays(1).ToUniversalTime(),
        };
        var found = await work.Single<Found>(
            """
            select d.decoy_id, d.institution_id, i.code, i.name, d.lead_id, d.planted_at, d.school_year,
                   (select max(a.at) from pii_access_item n join pii_access a using (tenant_id, access_id) where n.tenant_id = d.tenant_id and n.pupil_id = d.decoy_id) as last_read,
                   exists (select from contact_log c where c.tenant_id = d.tenant_id and c.lead_id = d.lead_id and c.channel = @Channel and c.contacted_at between @From and @To)
                     or (@Channel = 'call' and exists (select from announced_call c where c.tenant_id = d.tenant_id and c.lead_id = d.lead_id and c.announced_at between @From and @To)) as expected
            from decoy d join institution i using (tenant_id, institution_id)
            where d.tenant_id = @Tenant and (d.phone_key = @Phone or d.name_key = @Name)
            """, args);
        if (found is null) return TypedResults.NotFound();

        return TypedResults.Ok(await work.Once(key, command, async () =>
        {
            await work.NoteDecoy(found.DecoyId, command.Channel, command.HappenedAt, command.Note, officer.Subject, now);
            var reports = await work.Single<long>(
                "select count(*) from decoy_report r join decoy d using (tenant_id, decoy_id) where d.tenant_id = @Tenant and d.institution_id = @InstitutionId and d.school_year = @SchoolYear",
                new { work.Tenant, found.InstitutionId, found.SchoolYear });
            return new Answer(found.InstitutionId, found.Code, found.Name, found.LeadId, found.PlantedAt, found.LastRead, found.Expected, reports);
        }));
    }

    private static RuleBroken Invalid(string field) =>
        new RuleBroken("value_invalid", "Giá trị không hợp lệ", $"/{field} is missing or not allowed.", 422).With(new Fault($"/{field}", null, null, "value_invalid", null));

    private sealed record Found(Guid DecoyId, Guid InstitutionId, string Code, string Name, Guid LeadId, DateTimeOffset PlantedAt, int SchoolYear, DateTimeOffset? LastRead, bool Expected);
}
