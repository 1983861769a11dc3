using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Schools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>Opens a figure down to the facts it counts: graduates with where they were, schools with what makes them count, sessions, pupils with the day on which they were reached.</summary>
/// <remarks>For officers, approvers and inspectors. Where the facts are about persons, they come by page, and the read is journaled in the same transaction.</remarks>
public static class OpenFigure
{
    public sealed record Answer
    {
        public required string Code { get; init; }
        public required int Year { get; init; }
        public DateOnly? Day { get; init; }
        public IReadOnlyList<GraduateFact> Graduates { get; init; } = [];
        public IReadOnlyList<SchoolFact> Schools { get; init; } = [];
        public IReadOnlyList<SessionFact> Sessions { get; init; } = [];
        public IReadOnlyList<PupilFact> Pupils { get; init; } = [];

        /// <summary>Send it as `after` for the next page; null on the last.</summary>
        public Guid? Next { get; init; }
    }

    /// <summary>One person of a cohort: counts, is not known, or is only in the denominator.</summary>
    public sealed record GraduateFact(Guid GraduateId, Guid School, string Residence, bool Disadvantaged, string Programme, string Status, DateOnly? Since, bool DualTrack, bool Counts);

    public sealed record SchoolFact(Guid School, string Code, string Level, string Area, bool Disadvantaged, bool Boarding, bool Counts, bool Copied, IReadOnlyList<Guid> By);

    public sealed record SessionFact(Guid SessionId, string Cluster, DateOnly On, string State, bool Counts);

    public sealed record PupilFact(Guid PupilId, Guid School, int Grade, DateOnly? ReachedOn);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/indicators/{code}/facts", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector)).ProducesProblem(400).ProducesProblem(404);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        string code, int year, string? plan, string? variant, string? maturity, DateOnly? asOf, bool? counted, Guid? after,
        Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct, int limit = 500)
    {
        if (Indicator.Find(code) is not { } indicator) return TypedResults.NotFound();
        if (variant is not (null or "general" or "disadvantaged")) throw Question.Unknown("variant");
        if (limit is < 1 or > 1_000) throw Question.Unknown("limit");
        var question = Question.From(plans, caller, clock, year, plan, null, null, maturity, asOf);
        var target = Target.ThatCounts(question.Targets.Select(held => held.Target).Where(target => target.Indicator.Code == code
            && target.Variant.StartsWith("disadvantaged", StringComparison.Ordinal) == (variant == "disadvantaged")), year);
        await using var work = await database.Begin(caller.Tenant, ct);
        var answer = new Answer { Code = code, Year = year };
        if (indicator.Level is { } level) answer = await Graduates(work, answer, question, indicator, level, question.MaturityOf(target, level), variant == "disadvantaged", counted, after, limit);
        else if (code == Informed.Code) answer = await Pupils(work, answer, question, counted, after, limit);
        else answer = Schools(await GuidanceCount.Read(work, question), answer, code, target, variant == "disadvantaged", counted);
        await work.Journal(caller, "figure_check", "GET /v1/indicators/{code}/facts", [.. answer.Graduates.Select(one => one.GraduateId), .. answer.Pupils.Select(one => one.PupilId)],
            answer.Graduates.Count > 0 ? "school,status" : "school,reached_on", clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(answer);
    }

    private static async Task<Answer> Graduates(Work work, Answer answer, Question question, Indicator indicator, string level, string maturity, bool disadvantaged, bool? counted, Guid? after, int limit)
    {
        var day = question.DayOf(maturity, level);
        string[] numerator = question.Rules.VocationalUpperSecondaryCounts && level == "lower_secondary" ? [.. indicator.Numerator, "vocational_upper_secondary"] : [.. indicator.Numerator];
        var rows = await work.Query<GraduateFact>(
            """
            select graduate_id, school, residence_area as residence, disadvantaged, programme, status, since, dual_track, status = any (@numerator) as counts from (
              select *, case when @day::date is null then started else coalesce(statuses[width_bucket(@day::date, sinces)], 'not_known') end as status,
                case when @day::date is null then null else sinces[width_bucket(@day::date, sinces)] end as since,
                case when @day::date is null then started_dual else coalesce(duals[width_bucket(@day::date, sinces)], false) end as dual_track
              from graduates where tenant_id = @Tenant and cohort = @Year and level = @level and recognised_at is not null and (@AsOf::date is null or recognised_at < @Before)) g
            where status <> 'out_of_cohort' and (programme <> 'continuing_education' or @Continuing) and (disadvantaged or not @disadvantaged)
              and (@counted::boolean is null or (status = any (@numerator)) = @counted) and (@after::uuid is null or graduate_id > @after)
            order by graduate_id limit @limit
            """,
            new
            {
                work.Tenant,
                question.Year,
                level,
                day,
                numerator,
                question.AsOf,
                Before = VietnamTime.Start((question.AsOf ?? question.Today).AddDays(1)).UtcDateTime,
                Continuing = question.Rules.ContinuingEducationInDenominator,
                disadvantaged,
                counted,
                after,
                limit,
            });
        return answer with { Day = day, Graduates = rows, Next = rows.Count == limit ? rows[^1].GraduateId : null };
    }

    private static async Task<Answer> Pupils(Work work, Answer answer, Question question, bool? counted, Guid? after, int limit)
    {
        var rules = question.Rules.Guidance ?? GuidanceRules.Default;
        var reference = GuidanceRules.Day(question.Year, rules.InformedOn);
        var day = question.AsOf ?? (question.Today < reference ? question.Today : reference);
        var rows = await work.Query<PupilFact>(
            """
            select * from (
              select e.pupil_id, e.school, e.grade, (select min(r.on_date) from reach_people r where r.tenant_id = e.tenant_id and r.school_year = e.school_year and r.who = 'pupil'
                and r.key = e.pupil_id::text and r.reached and session_stands(r.tenant_id, r.session_id) and r.on_date <= @day) as reached_on
              from enrolled e where e.tenant_id = @Tenant and e.school_year = @SchoolYear and e.grade = any (@Grades) and (@after::uuid is null or e.pupil_id > @after)) p
            where @counted::boolean is null or (reached_on is not null) = @counted order by pupil_id limit @limit
            """, new { work.Tenant, SchoolYear = GuidanceRules.SchoolYearOf(reference), Grades = rules.InformedGrades.ToArray(), day, counted, after, limit });
        return answer with { Day = day, Pupils = rows, Next = rows.Count == limit ? rows[^1].PupilId : null };
    }

    private static Answer Schools(GuidanceCount guidance, Answer answer, string code, Target? target, bool disadvantaged, bool? counted)
    {
        if (code == "cluster_sessions")
            return answer with { Sessions = [.. guidance.SessionsOf(target).Select(Fact).Where(session => counted is null || session.Counts == counted)] };
        return guidance.Schools(code, target?.Population.Levels, disadvantaged, null) is not { } levels ? answer : answer with
        {
            Day = levels.Day,
            Schools = [.. levels.Levels.SelectMany(level => level.Schools.Where(school => counted is null || school.Counts == counted).Select(school => new SchoolFact(
                school.School.School, school.School.Code, level.Level, school.School.Area, school.Disadvantaged, school.School.Boarding, school.Counts, school.Copied, school.By)))],
        };

        static SessionFact Fact(GuidanceSessionReported session) => new(session.SessionId, session.Cluster, session.On, session.State, session.State == "held");
    }
}
