using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Indicators;

/// <summary>How the year's work goes, beside the plans' targets: who is still not known on the three days that count, who stays once started, families called by too many at once, leads contacted in time, reached and started.</summary>
/// <remarks>indicators.md, operational indicators. Counted from the cohort's rows, for staff and leaders; what the feeds themselves tell (withdrawals acknowledged, seats, opt-outs) is Enrolment's to answer.</remarks>
public static class ReadOperations
{
    /// <summary>On this day every pupil without a place should have a suitable offer (calendar.md, this project's rule).</summary>
    public const string GuaranteeDay = "09-30";

    /// <summary>More colleges than this within so many days are too many for one family (this project's rule; the goal is none).</summary>
    public const int MostColleges = 2, WithinDays = 14;

    /// <param name="Day">What the share is about; a day that has not come is left out.</param>
    public sealed record NotKnown(DateOnly Day, long N, long D, decimal? Share);

    public sealed record Rate(long N, long D, decimal? Share)
    {
        public static Rate Of(long n, long d) => new(n, d, Figure.Plain(n, d).Share);
    }

    public sealed record Answer(int Year, string Level, IReadOnlyList<NotKnown> NotKnownOn, Rate StartedToSustained, Rate DoubleContacts, Operational Leads);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/indicators/operations", Handle).RequireAuthorization(Policies.Figures).ProducesProblem(400);

    public static async Task<Ok<Answer>> Handle(int year, Person caller, PlanRegistry plans, Database database, TimeProvider clock, CancellationToken ct, string level = "lower_secondary")
    {
        if (level is not ("lower_secondary" or "upper_secondary")) throw Question.Unknown("level");
        var question = Question.From(plans, caller, clock, year, null, null, null, null);
        DateOnly[] days = [.. new[] { GuidanceRules.Day(year, GuaranteeDay), question.Rules.CensusOn(year, level), question.Rules.SustainedOn(year) }.Where(day => day <= question.Today)];
        await using var work = await database.Begin(caller.Tenant, ct);
        var unknown = await work.Query<(DateOnly Day, long N, long D)>(
            """
            select d.day, count(*) filter (where s.status = 'not_known'), count(*)
            from graduates g cross join unnest(@days) as d (day) cross join lateral (select coalesce(g.statuses[width_bucket(d.day, g.sinces)], 'not_known') as status) s
            where g.tenant_id = @Tenant and g.cohort = @year and g.level = @level and g.recognised_at is not null and s.status <> 'out_of_cohort' and (g.programme <> 'continuing_education' or @Continuing)
            group by 1 order by 1
            """, new { work.Tenant, year, level, days, Continuing = question.Rules.ContinuingEducationInDenominator });
        var vocational = new[] { "gdnn_college", "gdnn_intermediate", "gdnn_elementary" };
        var stayed = await work.Single<(long N, long D)>(
            """
            select count(*) filter (where sustained = any (@vocational)), count(*) from graduates
            where tenant_id = @Tenant and cohort = @year and level = @level and recognised_at is not null and started = any (@vocational) and (programme <> 'continuing_education' or @Continuing)
            """, new { work.Tenant, year, level, vocational, Continuing = question.Rules.ContinuingEducationInDenominator });
        var doubled = await work.Single<(long N, long D)>(
            """
            select (select count(distinct a.pupil_id) from guidance_contacts a where a.tenant_id = @Tenant and a.school_year = @year and (
                select count(distinct b.institution) from guidance_contacts b where b.tenant_id = a.tenant_id and b.school_year = a.school_year and b.pupil_id = a.pupil_id
                  and b.contacted_at >= a.contacted_at and b.contacted_at < a.contacted_at + make_interval(days => @WithinDays)) > @MostColleges),
              (select count(distinct pupil_id) from guidance_contacts where tenant_id = @Tenant and school_year = @year)
            """, new { work.Tenant, year, WithinDays, MostColleges });
        return TypedResults.Ok(new Answer(
            year, level, [.. unknown.Select(row => new NotKnown(row.Day, row.N, row.D, Figure.Plain(row.N, row.D).Share))],
            question.Today < question.Rules.SustainedOn(year) ? Rate.Of(0, 0) : Rate.Of(stayed.N, stayed.D), Rate.Of(doubled.N, doubled.D), await Operational.Read(work, year)));
    }
}
