using CareerPlatform.Destinations.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Destinations.Features.Graduates;

/// <summary>A school or an office reports where a graduate is: at work, abroad, at a school elsewhere, not in education, declined to say, or out of the cohort.</summary>
/// <remarks>Publishes <see cref="Contracts.Destinations.DestinationRecorded"/> when the status changes. Moving to another province is no reason to leave the cohort (indicators.md, rule 5).</remarks>
public static class ReportFact
{
    private static readonly string[] Statuses =
    [
        Status.College, Status.Intermediate, Status.Elementary, Status.VocationalUpperSecondary, Status.UpperSecondary, Status.ContinuingEducation,
        Status.OtherTraining, Status.Work, Status.Abroad, Status.NotInEducation, Status.Declined, Status.OutOfCohort,
    ];

    private static readonly string[] OutOfCohortReasons = ["died", "error", "recognised_elsewhere"];
    private static readonly string[] Evidences = ["family", "institution", "employer", "authority", "register"];

    public sealed record Command
    {
        /// <summary>A rung of the ladder other than `not_known`.</summary>
        public required string Status { get; init; }

        public required DateOnly Since { get; init; }
        public Guid? Institution { get; init; }
        public bool OutOfProvince { get; init; }

        /// <summary>For `out_of_cohort`: `died`, `error` or `recognised_elsewhere`.</summary>
        public string? Reason { get; init; }

        /// <summary>`family`, `institution`, `employer`, `authority` or `register`: who confirmed it.</summary>
        public required string Evidence { get; init; }
    }

    public sealed record Answer(Guid FactId);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/graduates/{id:guid}/facts", Handle).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    public static async Task<Results<Created<Answer>, NotFound>> Handle(
        Guid id, Command command, IdempotencyKey key, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        Check(command, clock.Today());
        await using var work = await database.Begin(caller.Tenant, ct);
        var schools = await Access.Schools(work, id);
        if (!caller.MaySee(schools) || schools.Count == 0) return TypedResults.NotFound();
        if (!caller.MayReportOn(schools)) throw Access.Forbidden;

        var answer = await work.Once(key, command, async () =>
        {
            var (fact, now) = (Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNow());
            await Standing.Note(work, [Situation(fact, id, command, caller, now)], now);
            return new Answer(fact);
        });
        return TypedResults.Created($"/v1/graduates/{id}", answer);
    }

    internal static Fact Situation(Guid fact, Guid pupil, Command command, Person caller, DateTimeOffset now) => new()
    {
        Id = fact,
        PupilId = pupil,
        Kind = FactKind.Situation,
        Source = fact,
        Status = command.Status,
        Since = command.Since,
        Institution = command.Institution,
        OutOfProvince = command.OutOfProvince,
        Reason = command.Reason ?? command.Evidence,
        ReportedBy = caller.ReportsAs(),
        RecordedAt = now,
    };

    internal static void Check(Command command, DateOnly today)
    {
        var faults = new List<Fault>();
        if (!Statuses.Contains(command.Status)) faults.Add(new("/status", null, null, "status_unknown", "Chọn một bậc trong thang phân luồng, trừ “chưa biết”"));
        if (!Evidences.Contains(command.Evidence)) faults.Add(new("/evidence", null, null, "evidence_unknown", "Chọn nguồn xác nhận"));
        if (command.Since > today) faults.Add(new("/since", null, null, "date_in_future", "Chỉ ghi nhận việc đã xảy ra"));
        if (command.Since.Year < 2000) faults.Add(new("/since", null, null, "date_invalid", "Kiểm tra lại năm"));
        if (command.Status == Status.OutOfCohort && !OutOfCohortReasons.Contains(command.Reason)) faults.Add(new("/reason", null, null, "reason_required", "Nêu lý do: qua đời, ghi nhận nhầm, đã tốt nghiệp ở nơi khác"));
        if (command.Status != Status.OutOfCohort && command.Reason is not null) faults.Add(new("/reason", null, null, "reason_not_expected", "Chỉ nêu lý do khi đưa ra khỏi khoá"));
        if (faults.Count > 0) throw new RuleBroken("fact_invalid", "Thông tin chưa hợp lệ", "The reported fact breaks a rule; see errors.", 422).With([.. faults]);
    }
}
