using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Privacy;

/// <summary>What this service processes of a province's children, for the impact assessment that Enrolment puts together (reliability.md, P12); figures and kinds only, for the other services only.</summary>
public static class DescribeProcessing
{
    /// <param name="Code">Stable.</param>
    /// <param name="Fields">Kinds of data.</param>
    /// <param name="From">Where they come from.</param>
    /// <param name="To">Where they go.</param>
    /// <param name="Purpose">Purpose code.</param>
    /// <param name="Kept">How long.</param>
    public sealed record Flow(string Code, IReadOnlyList<string> Fields, string From, string To, string Purpose, string Kept);

    public sealed record Year(int SchoolYear, long Subjects);

    /// <param name="FirstOn">First day on which a list of pupils was imported; null before.</param>
    /// <param name="Subjects">Different pupils who are not erased.</param>
    public sealed record Answer(DateOnly? FirstOn, long Subjects, IReadOnlyList<Year> Years, IReadOnlyList<Flow> Flows);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/internal/processing/{province}", Handle).RequireAuthorization(Policies.Service).ExcludeFromDescription();

    public static async Task<Ok<Answer>> Handle(string province, Database db, IConfiguration configuration, CancellationToken ct)
    {
        await using var work = await db.Begin(province, ct);
        var first = await work.Single<DateTimeOffset?>("select min(\"timestamp\") from mt_events where tenant_id = @Tenant and type = @Type", new { work.Tenant, Type = EventTypes.Alias(typeof(RosterImported)) });
        var years = await work.Query<Year>("select school_year, count(distinct pupil_id) as subjects from roster where tenant_id = @Tenant group by 1 order by 1", new { work.Tenant });
        var subjects = await work.Single<long>("select count(*) from pupil where tenant_id = @Tenant and erased_at is null", new { work.Tenant });
        var kept = $"{configuration.GetValue("Retention:PupilMonths", 36)} months after the end of the last school year (Retention__PupilMonths)";
        return TypedResults.Ok(new Answer(first is { } at ? VietnamTime.Day(at) : null, subjects, years,
        [
            new("roster", ["name", "birth_date", "gender", "ethnicity", "ministry_id", "citizen_id", "school", "area"], "schools, area offices", "the department", "admission_check", kept),
            new("contact", ["phone", "address", "guardian"], "schools, families", "the department; institutions under an agreement only", "vocational_guidance", kept),
            new("results", ["candidate_number", "marks", "outcome"], "result files of the rounds", "the department", "admission_check", $"{configuration.GetValue("Retention:UploadMonths", 12)} months after the upload (Retention__UploadMonths); the outcome stays with the pupil"),
            new("consent", ["scope", "institutions", "text_version", "evidence"], "families", "the department", "vocational_guidance", kept),
        ]));
    }
}
