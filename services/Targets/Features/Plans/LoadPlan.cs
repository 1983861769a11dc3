using System.Globalization;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Targets.Features.Graduates;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Plans;

/// <summary>The provincial department loads one of its plans, as the file that `careerctl plan check` accepts; it holds at once, in place of an earlier one with its id.</summary>
/// <remarks>Every version is kept with who loaded it. The same text again changes nothing.</remarks>
public static class LoadPlan
{
    public sealed record Answer(string Id, int Version, bool InForce);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/v1/plans/{id}", Handle).RequireAuthorization(Policies.Officer).Accepts<Plan>("application/json")
        .ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);

    public static async Task<Ok<Answer>> Handle(string id, HttpRequest request, Person officer, PlanRegistry plans, RecountWhenPlansChange recount, Database database, TimeProvider clock, CancellationToken ct)
    {
        using var reader = new StreamReader(request.Body);
        var json = await reader.ReadToEndAsync(ct);
        var faults = PlanFile.Check(json, plans.Find);
        if (faults.Count > 0)
        {
            throw new RuleBroken("plan_invalid", "Tệp kế hoạch có lỗi", "The plan file breaks the schema or a rule; row and column are places in it.", 422)
                .With([.. faults.Select(fault => new Fault(fault.Pointer, fault.Line, fault.Column.ToString(CultureInfo.InvariantCulture), fault.Code, fault.Message.Vi))]);
        }
        var plan = PlanFile.Parse(json);
        if (plan.Id != id) throw new RuleBroken("id_mismatch", "Mã kế hoạch không khớp", "The file's id is not the one in the address.", 422);
        if (plan.Province != officer.Tenant) throw new RuleBroken("plan_of_another_province", "Kế hoạch của tỉnh khác", "A plan is loaded by the province it is in force for.", 403);
        if (plans.Find(id) is { } known && known.Province != officer.Tenant) throw new RuleBroken("id_taken", "Mã kế hoạch đã dùng cho tỉnh khác", "Another province has a plan with this id.");

        await using var work = await database.Begin(officer.Tenant, ct);
        await work.Execute("select pg_advisory_xact_lock(hashtextextended('plans:' || @id, 0))", new { id });
        var newest = await work.Single<Stored>("select version, body from plans where tenant_id = @Tenant and plan_id = @id order by version desc limit 1", new { work.Tenant, id });
        var version = newest is null ? 1 : newest.Body == json ? newest.Version : newest.Version + 1;
        if (version != newest?.Version)
        {
            await work.Execute(
                "insert into plans (tenant_id, plan_id, version, body, loaded_by, loaded_at) values (@Tenant, @id, @version, @json, @Actor, @Now)",
                new { work.Tenant, id, version, json, work.Actor, Now = clock.GetUtcNow() });
        }
        await work.Commit();
        await recount.Refresh(ct);
        return TypedResults.Ok(new Answer(id, version, plans.IsInForce(plan, officer.Tenant, clock.Today().Year)));
    }

    private sealed record Stored(int Version, string Body);
}
