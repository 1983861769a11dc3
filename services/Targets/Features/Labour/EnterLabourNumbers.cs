using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Labour;

/// <summary>An institution or an area enters its numbers of a quarter; the department may do it for them. The whole entry replaces an earlier one, until the quarter's report is submitted.</summary>
/// <remarks>Vĩnh Long 394/KH-SGDĐT, V.2.b.</remarks>
public static class EnterLabourNumbers
{
    /// <param name="Items">Everything the reporter tells of the quarter.</param>
    /// <param name="Area">Code of the area that reports.</param>
    /// <param name="Institution">The institution that reports; its own people leave it out.</param>
    public sealed record Command(IReadOnlyList<LabourMeasure.Number> Items, string? Area = null, Guid? Institution = null);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/labour/{year:int}/{quarter:int}", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.AreaOffice, Policies.Institution)).WithTags("Labour")
        .ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);

    public static async Task<NoContent> Handle(int year, int quarter, Command command, Person caller, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (year is < 2000 or > 2100 || quarter is < 1 or > 4 || new DateOnly(year, (quarter * 3) - 2, 1) > clock.Today())
            throw new RuleBroken("period_invalid", "Quý không hợp lệ", "A quarter is 1 to 4 and has begun.", 422);
        await using var work = await database.Begin(caller.Tenant, ct);
        var reporter = await Reporter(work, command, caller);
        LabourMeasure.Check(command.Items, command.Area is not null);
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('labour:' || @Tenant || @year || '-' || @quarter, 0))", new { work.Tenant, year, quarter });
        if (await work.Single<bool>(
            """
            select exists (select from report where tenant_id = @Tenant and year = @year and state in ('submitted', 'approved')
              and (kind = 'labour_quarter' and part = @quarter or kind = 'labour_half_year' and part = (@quarter + 1) / 2 or kind = 'labour_year') for share)
            """, new { work.Tenant, year, quarter }))
            throw new RuleBroken("quarter_closed", "Báo cáo của quý, 6 tháng hoặc năm đã trình", "A report that holds the quarter was submitted; what changes now is told with the next quarter.");
        await work.Execute("delete from labour_number where tenant_id = @Tenant and year = @year and quarter = @quarter and reporter = @reporter", new { work.Tenant, year, quarter, reporter });
        await work.Execute(
            """
            insert into labour_number (tenant_id, year, quarter, reporter, is_area, measure, level, number, entered_by, entered_at)
            select @Tenant, @year, @quarter, @reporter, @IsArea, i.measure, i.level, i.number, @Subject, @Now from unnest(@Measures, @Levels, @Numbers) as i (measure, level, number)
            """,
            new
            {
                work.Tenant,
                year,
                quarter,
                reporter,
                IsArea = command.Area is not null,
                caller.Subject,
                Now = clock.GetUtcNow(),
                Measures = command.Items.Select(item => item.Measure).ToArray(),
                Levels = command.Items.Select(item => item.Level).ToArray(),
                Numbers = command.Items.Select(item => item.Count).ToArray(),
            });
        await work.Commit();
        return TypedResults.NoContent();
    }

    /// <summary>Who reports: an institution for itself, an area's office for its area, the department for anybody.</summary>
    internal static async Task<string> Reporter(Work work, Command command, Person caller)
    {
        if (command is { Area: not null, Institution: not null } || (command is { Area: null, Institution: null } && caller.Is(Policies.Officer)))
            throw new RuleBroken("reporter_invalid", "Đơn vị báo cáo không hợp lệ", "An entry names one area, or one institution.", 422);
        if (command.Area is { } area)
        {
            if (!(await work.Register()).Any(one => one.Code == area)) throw new RuleBroken("unknown_area", "Không có địa bàn này", "The register of areas has no such code.", 422);
            var own = caller.OnlyOf() is not { } office
                || await work.Single<bool>("select exists (select from task_owner where tenant_id = @Tenant and organisation_id = @office and area = @area and area <> '')", new { work.Tenant, office, area });
            if (!own) throw new RuleBroken("area_not_yours", "Không thuộc địa bàn của đơn vị", "An area's office enters the numbers of its own area; see PUT /v1/tasks/owners.", 403);
            return area;
        }
        if (caller.Is(Policies.Officer)) return command.Institution!.Value.ToString();
        if (caller.OnlyOf() is not { } institution || !caller.Is(Policies.Institution) || (command.Institution is { } named && named != institution))
            throw new RuleBroken("institution_not_yours", "Không phải đơn vị của mình", "An institution enters its own numbers.", 403);
        return institution.ToString();
    }
}
