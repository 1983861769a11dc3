using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Pupils;

/// <summary>An officer finds the pupils of a phone number by its blind index: the number is in no URL, no log and no column; journaled.</summary>
public static class SearchByPhone
{
    public sealed record Command(string Phone, string Purpose);

    public sealed record Answer(IReadOnlyList<Guid> PupilIds);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/pupils/searches", Handle).RequireAuthorization(Policies.Officer).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Ok<Answer>> Handle(Command command, Person officer, Database db, ContactSeal seal, TimeProvider clock, CancellationToken ct)
    {
        FindPupil.MustBePurpose(command.Purpose);
        if (PhoneNumber.Read(command.Phone).E164 is not { } phone) throw new RuleBroken("phone_invalid", "Số điện thoại không hợp lệ", "The number cannot be read.", 422);
        await using var work = await db.Begin(officer.Tenant, ct);
        var found = await work.Query<Guid>("select pupil_id from contact where tenant_id = @Tenant and family_key = @Key and current order by pupil_id limit 50", new { work.Tenant, Key = seal.FamilyKey(phone) });
        await work.Journal(officer, command.Purpose, "POST /v1/pupils/searches", found, "phone", clock.GetUtcNow());
        await work.Commit();
        return TypedResults.Ok(new Answer([.. found]));
    }
}
