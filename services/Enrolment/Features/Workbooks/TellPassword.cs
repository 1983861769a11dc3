using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>Tells a workbook's password, once and apart from the file; who asks a second time makes a new workbook.</summary>
/// <remarks>It stands in this answer only: in no address, log, event or list.</remarks>
public static class TellPassword
{
    public sealed record Answer(string Password);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/workbooks/{workbookId:guid}/password", Handle).RequireAuthorization(Policies.Institution).WithTags("Workbooks")
        .ProducesProblem(409).ProducesProblem(410);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid workbookId, Person caller, Database db, SecretSeal seal, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var now = clock.GetUtcNow();
        await using var work = await db.BeginFor(caller, ct);
        var workbook = await work.Workbook(caller.OwnOrganisation, workbookId);
        if (workbook is null) return TypedResults.NotFound();
        if (now >= workbook.FileUntil) throw Workbooks.Expired("The password is told as long as the file can be fetched.");
        if (workbook.ToldAt is not null) throw new RuleBroken("password_already_told", "Mật khẩu chỉ được cấp một lần, hãy lập tệp mới", "A password is told once. Make a new workbook.");

        await work.Execute("update workbook set told_at = @Now, told_to = @Subject where tenant_id = @Tenant and workbook_id = @Id", new { work.Tenant, Id = workbookId, Now = now, caller.Subject });
        await work.Commit();
        return TypedResults.Ok(new Answer(seal.Open("workbook", workbookId, workbook.SealedPassword)));
    }
}
