using System.Net;
using System.Net.Mail;
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
    /// <param name="Code">`endpoint_disabled`, `agreement_ended`, `deletion_due` (day 1 and 3), `deletion_late` (7 and 15) or `deletion_overdue` (20).</param>
    /// <param name="Title">In Vietnamese.</param>
    public sealed record Item(Guid NoticeId, Guid InstitutionId, DateTimeOffset At, string Code, string Title, string? Detail, bool Mailed);

    public static string Title(string code) => code switch
    {
        "endpoint_disabled" => "Địa chỉ nhận thông báo đã bị tắt vì không trả lời",
        "agreement_ended" => "Thoả thuận đã hết hiệu lực, luồng dữ liệu dừng lại",
        "deletion_due" => "Cần xác nhận đã xoá dữ liệu bị thu hồi",
        "deletion_late" => "Chậm xác nhận đã xoá dữ liệu bị thu hồi, Sở đã được báo",
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

/// <summary>Mails notices through the province's own server (`Mail__Host`, `Mail__Port`, `Mail__From`, `Mail__User`, `Mail__Password`, `Mail__Tls`; `Mail__Department` gets a copy of what is late); without one they stand on the dashboard only.</summary>
/// <remarks>Sent, then noted: after a crash in between an institution may get a letter twice, never not at all. A server that is away is tried again in the next round.</remarks>
public sealed class MailNotices(Database db, SecretSeal seal, IConfiguration configuration, TimeProvider clock, ILogger<MailNotices> log)
{
    private const int AtOnce = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private sealed record Waiting(string TenantId, Guid NoticeId, string Code, string? Detail, Guid SubscriptionId, string SealedContacts);

    private sealed record Contacts(RequestSubscription.ContactPoint DataProtection, RequestSubscription.ContactPoint Breach);

    public async Task Send(string tenant, CancellationToken ct)
    {
        if (configuration["Mail:Host"] is not { Length: > 0 } host) return;

        await using var work = await db.Begin(tenant, ct);
        await work.AsProvince();
        var waiting = await work.Query<Waiting>(
            """
            select n.tenant_id, n.notice_id, n.code, n.detail, s.subscription_id, s.sealed_contacts from institution_notice n
            cross join lateral (select subscription_id, sealed_contacts from subscription s where s.tenant_id = n.tenant_id and s.institution_id = n.institution_id
                                order by s.state = 'closed', s.requested_at desc limit 1) s
            where n.mailed_at is null and n.at > @Since order by random() limit @AtOnce for update of n skip locked
            """, new { Since = clock.GetUtcNow().AddDays(-30), AtOnce });
        if (waiting.Count == 0) return;

        using var server = new SmtpClient(host, configuration.GetValue("Mail:Port", 587)) { EnableSsl = configuration.GetValue("Mail:Tls", true) };
        if (configuration["Mail:User"] is { } user) server.Credentials = new NetworkCredential(user, configuration["Mail:Password"]);
        using var late = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        foreach (var notice in waiting)
        {
            var contacts = JsonSerializer.Deserialize<Contacts>(seal.Open("subscription-contacts", notice.SubscriptionId, notice.SealedContacts), StrictJson.Options)!;
            using var letter = new MailMessage
            {
                From = new(configuration["Mail:From"] ?? throw new InvalidOperationException("Mail__From is missing.")),
                Subject = $"[CareerPlatform] {Notices.Title(notice.Code)}",
                Body = $"{Notices.Title(notice.Code)}.\n{notice.Code}{(notice.Detail is null ? "" : $": {notice.Detail}")}\nGET /v1/notices, GET /v1/subscriptions\n",
            };
            foreach (var address in new[] { contacts.DataProtection.Email, contacts.Breach.Email }.Distinct(StringComparer.OrdinalIgnoreCase)) letter.To.Add(address);
            if (notice.Code is "deletion_late" or "deletion_overdue" && configuration["Mail:Department"] is { } department) letter.CC.Add(department);
            try
            {
                await server.SendMailAsync(letter, limit.Token);
            }
            catch (SmtpFailedRecipientException)
            {
                continue;   // nobody takes this one; the others must not wait for it, hence also the random order
            }
            catch (Exception problem) when (problem is SmtpException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                log.LogWarning("A notice could not be mailed: {Problem}", (problem as SmtpException)?.StatusCode.ToString() ?? "no answer in time");
                break;
            }
            await work.Execute("update institution_notice set mailed_at = @Now where tenant_id = @TenantId and notice_id = @NoticeId", new { Now = clock.GetUtcNow(), notice.TenantId, notice.NoticeId });
        }
        await work.Commit();
    }
}
