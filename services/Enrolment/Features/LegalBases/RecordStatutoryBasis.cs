using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.LegalBases;

/// <summary>An officer records the instrument of law under which data may flow without consent (mode C); it takes effect with the second approval.</summary>
public static class RecordStatutoryBasis
{
    public sealed record Command
    {
        /// <summary>`C`; agreement (A) comes from the families through their school.</summary>
        public required string Mode { get; init; }
        public string Purpose { get; init; } = DataScope.VocationalGuidance;
        public required int SchoolYear { get; init; }
        public required Instrument Instrument { get; init; }

        /// <summary>Last day on which it holds.</summary>
        public required DateOnly ExpiresOn { get; init; }
    }

    /// <summary>Number, date, article and scope as printed.</summary>
    public sealed record Instrument(string Number, DateOnly Date, string Article, string Scope);

    public sealed record Answer(Guid BasisId, int ApprovalsMissing);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/legal-bases", Handle).RequireAuthorization(Policies.Officer).WithTags("Legal bases")
        .ProducesProblem(422);

    public static async Task<Created<Answer>> Handle(Command command, Person officer, IdempotencyKey key, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (command.Mode != "C") throw new RuleBroken("mode_not_recordable", "Chỉ ghi nhận căn cứ pháp lý theo văn bản (mode C)", "Mode A comes from the families' agreement, not from here.", 422);
        DataScope.MustBeKnown([command.Purpose], []);
        string[] texts = [command.Instrument.Number, command.Instrument.Article, command.Instrument.Scope];
        if (texts.Any(string.IsNullOrWhiteSpace)) throw new RuleBroken("instrument_incomplete", "Văn bản thiếu số, điều khoản hoặc phạm vi", "Number, date, article and scope are required.", 422);
        if (command.ExpiresOn < clock.Today()) throw new RuleBroken("dates_invalid", "Ngày hiệu lực không hợp lệ", "expiresOn lies in the past.", 422);

        await using var work = await db.BeginFor(officer, ct);
        var answer = await work.Once(key, command, async () =>
        {
            var id = Guid.CreateVersion7();
            await work.Execute(
                """
                insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, instrument_number, instrument_date, instrument_article, instrument_scope, expires_on, proposed_by, given_at)
                values (@Tenant, @Id, 'C', @Purpose, @SchoolYear, @Number, @Date, @Article, @Scope, @ExpiresOn, @Subject, @Now)
                """,
                new
                {
                    work.Tenant,
                    Id = id,
                    command.Purpose,
                    command.SchoolYear,
                    command.Instrument.Number,
                    command.Instrument.Date,
                    command.Instrument.Article,
                    command.Instrument.Scope,
                    command.ExpiresOn,
                    officer.Subject,
                    Now = clock.GetUtcNow(),
                });
            return new Answer(id, 2);
        });
        return TypedResults.Created($"/v1/legal-bases/{answer.BasisId}", answer);
    }
}
