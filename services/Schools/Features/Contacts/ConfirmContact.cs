using CareerPlatform.Schools.Features.Consents;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Contacts;

/// <summary>The school asked the family, and how it is reached is still right: the contact stays as it is and gets a new date and source.</summary>
/// <remarks>Publishes nothing: what the others know is still true. A number that is said to be wrong is corrected, not confirmed.</remarks>
public static class ConfirmContact
{
    /// <param name="Source">From whom: `family`, `school_record` or `phone_desk`.</param>
    public sealed record Command(string Source = "family");

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/pupils/{id}/contact/confirmation", Handle)
        .RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School))
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<NoContent, NotFound>> Handle(string id, Command command, Person person, Database db, TimeProvider clock, CancellationToken ct)
    {
        if (!CorrectContact.Sources.Contains(command.Source))
            throw new RuleBroken("value_invalid", "Giá trị không hợp lệ", "/source has a value that is not allowed.", 422).With(new Fault("/source", null, null, "value_invalid", null));
        await using var work = await db.Begin(person.Tenant, ct);
        if (await Family.Of(work, id, person) is not { } family) return TypedResults.NotFound();
        await work.Execute("select 1 from pupil where pupil_id = @PupilId for update", family);
        if (await work.Single<bool>("select exists (select from contact_task where pupil_id = @PupilId and closed_at is null)", family))
            throw new RuleBroken("number_wrong", "Số này đã được báo sai, cần số khác", "The number was reported as wrong; correct it instead.");

        var word = new { work.Tenant, family.PupilId, Today = clock.Today(), command.Source };
        var confirmed = await work.Execute(
            """
            insert into contact (tenant_id, pupil_id, collected_on, source, sealed_contact, family_key, print, current)
            select tenant_id, pupil_id, @Today, @Source, sealed_contact, family_key, print, false from contact where tenant_id = @Tenant and pupil_id = @PupilId and current
            on conflict (pupil_id, collected_on, source) do update set sealed_contact = excluded.sealed_contact, family_key = excluded.family_key, print = excluded.print
            """, word);
        if (confirmed == 0) throw new RuleBroken("contact_missing", "Chưa có thông tin liên hệ nào để xác nhận", "There is no contact on record; enter one.");
        await work.Execute("update contact set current = false where pupil_id = @PupilId and current", family);
        await work.Execute("update contact set current = true where pupil_id = @PupilId and collected_on = @Today and source = @Source", word);
        await work.Commit();
        return TypedResults.NoContent();
    }
}
