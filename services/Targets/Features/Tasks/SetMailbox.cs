using System.Net.Mail;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Targets.Features.Tasks;

/// <summary>The department says where letters about tasks go: to an organisation, to the department itself (tasks that no organisation does), to the leaders (what was escalated). None takes the mailbox away.</summary>
public static class SetMailbox
{
    public const string Department = "department";
    public const string Leaders = "leaders";

    /// <param name="Addresses">Of offices, at most five.</param>
    public sealed record Command(IReadOnlyList<string> Addresses);

    public sealed record Item
    {
        public required string Whose { get; init; }
        public required string[] Addresses { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/tasks/mailboxes/{whose}", Handle).RequireAuthorization(Policies.Officer).WithTags("Tasks").ProducesProblem(422);
        routes.MapGet("/v1/tasks/mailboxes", List).RequireAuthorization(Policies.Officer).WithTags("Tasks");
    }

    public static async Task<NoContent> Handle(string whose, Command command, Person officer, Database database, TimeProvider clock, CancellationToken ct)
    {
        if (whose is not (Department or Leaders) && !Guid.TryParseExact(whose, "D", out _)) throw new RuleBroken("mailbox_unknown", "Không có hộp thư này", "A mailbox is an organisation's id, department or leaders.", 422);
        var wrong = command.Addresses.Count > 5 || command.Addresses.Any(address => address.Length > 200 || !MailAddress.TryCreate(address, out var read) || read.Address != address);
        if (wrong) throw new RuleBroken("address_invalid", "Địa chỉ thư điện tử không hợp lệ", "Give at most five plain addresses.", 422);
        await using var work = await database.Begin(officer.Tenant, ct);
        await work.Execute(command.Addresses.Count == 0
            ? "delete from task_mailbox where tenant_id = @Tenant and whose = @whose"
            : """
              insert into task_mailbox (tenant_id, whose, addresses, set_by, set_at) values (@Tenant, @whose, @Addresses, @Subject, @Now)
              on conflict (tenant_id, whose) do update set addresses = excluded.addresses, set_by = excluded.set_by, set_at = excluded.set_at
              """, new { work.Tenant, whose, Addresses = command.Addresses.Distinct().ToArray(), officer.Subject, Now = clock.GetUtcNow() });
        await work.Commit();
        return TypedResults.NoContent();
    }

    private static async Task<Ok<IReadOnlyList<Item>>> List(Person officer, Database database, CancellationToken ct)
    {
        await using var work = await database.Begin(officer.Tenant, ct);
        return TypedResults.Ok(await work.Query<Item>("select whose, addresses from task_mailbox where tenant_id = @Tenant order by whose", new { work.Tenant }));
    }
}
