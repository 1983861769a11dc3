using System.Text.Json;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Subscriptions;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Webhooks;

/// <summary>What an institution must know beside its feed: it stands on its dashboard and goes by e-mail to the contacts of its subscription. No personal data.</summary>
public static class Notices
{
    /// <param name="Code">`endpoint_disabled`, `agreement_ended`, `deletion_due` (day 1 and 3), `deletion_late` (7 and 15), `deletion_overdue` (20), `reads_many` or `reads_refused`.</param>
    /// <param name="Title">In Vietnamese.</param>
    public sealed record Item(Guid NoticeId, Guid InstitutionId, DateTimeOffset At, string Code, string Title, string? Detail, bool Mailed);

    public static string Title(string code) => code switch
    {
        "endpoint_disabled" => "Địa chỉ nhận thông báo đã bị tắt vì không trả lời",
        "agreement_ended" => "Thoả thuận đã hết hiệu lực, luồng dữ liệu dừng lại",
        "deletion_due" => "Cần xác nhận đã xoá dữ liệu bị thu hồi",
        "deletion_late" => "Chậm xác nhận đã xoá dữ liệu bị thu hồi, Sở đã được báo",
        "reads_many" => "Đã đọc gần hết số hồ sơ được phép trong ngày",
        "reads_refused" => "Đã đọc đủ số hồ sơ được phép trong ngày, phần còn lại bị từ chối đến nửa đêm",
        "deletion_overdue" => "Quá hạn xác nhận xoá, luồng dữ liệu bị tạm dừng",
        _ => "Thông báo của hệ thống",
    };

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/notices", Handle).WithTags("Webhooks").RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector, Policies.Institution));

    /// <summary>The newest 200 notices: an institution's own, or the province's.</summary>
    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person reader, Database db, CancellationToken ct)
    {
        await using var work = await db.BeginFor(reader, ct);
        var rows = await work.Query<(Guid Id, Guid Institution, DateTimeOffset At, string Code, string? Detail, DateTimeOffset? MailedAt)>(
            "select notice_id, institution_id, at, code, detail, mailed_at from institution_notice where tenant_id = @Tenant order by at desc, notice_id limit 200", new { work.Tenant });
        return TypedResults.Ok<IReadOnlyList<Item>>([.. rows.Select(row => new Item(row.Id, row.Institution, row.At, row.Code, Title(row.Code), row.Detail, row.MailedAt is not null))]);
    }

    public static Task Notify(this Work work, Guid institution, string code, string? detail, DateTimeOffset at) => work.Execute(
        "insert into institution_notice (tenant_id, notice_id, institution_id, at, code, detail) values (@Tenant, @Id, @Institution, @At, @Code, @Detail)",
        new { work.Tenant, Id = Guid.CreateVersion7(at), Institution = institution, At = at, Code = code, Detail = detail });
}

/// <summary>Mails notices to the contacts of the institution's subscription; `Mail__Department` gets a copy of what is late and of who reads much. Without a mail server they stand on the dashboard only.</summary>
public sealed class MailNotices(Database db, SecretSeal seal, Mailer mailer, TimeProvider clock)
{
    /// <summary>Notices that the department reads as well, and gets itself when the institution has no subscription, and so no contacts.</summary>
    private static readonly string[] OfDepartment = ["deletion_late", "deletion_overdue", "reads_many", "reads_refused"];

    private sealed record Waiting(string TenantId, Guid NoticeId, string Code, string? Detail, Guid? SubscriptionId, string? SealedContacts);

    private sealed record Contacts(RequestSubscription.ContactPoint DataProtection, RequestSubscription.ContactPoint Breach);

    public async Task Send(string tenant, CancellationToken ct)
    {
        if (!mailer.IsOn) return;

        await using var work = await db.Begin(tenant, ct);
        await work.AsProvince();
        var waiting = await work.Query<Waiting>(   // in random order: one whose address nobody takes must not keep the others waiting
            """
            select n.tenant_id, n.notice_id, n.code, n.detail, s.subscription_id, s.sealed_contacts from institution_notice n
            left join lateral (select subscription_id, sealed_contacts from subscription s where s.tenant_id = n.tenant_id and s.institution_id = n.institution_id
                                order by s.state = 'closed', s.requested_at desc limit 1) s on true
            where n.mailed_at is null and n.at > @Since and (s.subscription_id is not null or (@ToDepartment and n.code = any (@OfDepartment))) order by random() limit @AtOnce for update of n skip locked
            """, new { Since = clock.GetUtcNow().AddDays(-30), Mailer.AtOnce, ToDepartment = mailer.Department is not null, OfDepartment });
        await mailer.Send(waiting.Select(notice => (notice, Letter(notice))), notice =>
            work.Execute("update institution_notice set mailed_at = @Now where tenant_id = @TenantId and notice_id = @NoticeId", new { Now = clock.GetUtcNow(), notice.TenantId, notice.NoticeId }), ct);
        await work.Commit();
    }

    private Letter Letter(Waiting notice)
    {
        var contacts = notice.SubscriptionId is { } subscription ? JsonSerializer.Deserialize<Contacts>(seal.Open("subscription-contacts", subscription, notice.SealedContacts!), StrictJson.Options) : null;
        var department = mailer.Department is { } address && OfDepartment.Contains(notice.Code) ? new[] { address } : [];
        return new Letter(
            contacts is null ? department : [contacts.DataProtection.Email, contacts.Breach.Email], $"[CareerPlatform] {Notices.Title(notice.Code)}",
            $"{Notices.Title(notice.Code)}.\n{notice.Code}{(notice.Detail is null ? "" : $": {notice.Detail}")}\nGET /v1/notices, GET /v1/subscriptions\n")
        {
            Copies = contacts is null ? [] : department,
        };
    }
}
