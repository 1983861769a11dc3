using CareerPlatform.Schools.Features.Consents;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Families;

/// <summary>A school, or the department, sends a family the code it signs in with: printed in a letter, or as a message to the number on record. An earlier code is good no longer.</summary>
/// <remarks>A letter's code is in the answer once, to be printed; nothing keeps it. Safe to repeat: it makes a new one.</remarks>
public static class SendFamilyCode
{
    /// <param name="Channel">`letter` or `sms`.</param>
    public sealed record Command(string Channel);

    /// <param name="Code">For a letter only.</param>
    public sealed record Answer(DateTimeOffset ExpiresAt, string? Code);

    sealed record Made(string Code, DateTimeOffset ExpiresAt);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/pupils/{id}/family-code", Handle).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.School))
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(
        string id, Command command, Person person, Database db, PupilKeys keys, MessagePost post, IHttpClientFactory http, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        if (command.Channel is not ("letter" or "sms")) throw new RuleBroken("value_invalid", "Giá trị không hợp lệ", "/channel is letter or sms.", 422);
        context.Response.Headers.CacheControl = "no-store";
        await using var work = await db.Begin(person.Tenant, ct);
        if (await Family.Of(work, id, person) is not { } family) return TypedResults.NotFound();

        var phone = command.Channel == "sms" ? await Phone(work, keys, family.PupilId) ?? throw new RuleBroken("phone_missing", "Chưa có số điện thoại của gia đình", "No number is on record: send a letter.", 422) : null;
        var made = await Make(http, work.Tenant, family.PupilId, ct);
        await work.Journal(person, "family_request", "PUT /v1/pupils/{id}/family-code", [family.PupilId], phone is null ? "family_code" : "family_code,phone", clock.GetUtcNow());
        await work.Commit();
        if (phone is not null) await post.Send(phone, $"Mã đăng nhập trang gia đình của Sở GD&ĐT: {made.Code}. Không đưa mã này cho người khác.", ct);
        return TypedResults.Ok(new Answer(made.ExpiresAt, phone is null ? made.Code : null));
    }

    internal static async Task<string?> Phone(Work work, PupilKeys keys, Guid pupil) =>
        await work.Single<string?>("select sealed_contact from contact where pupil_id = @pupil and current", new { pupil }) is { } text ? (await keys.Open(work, pupil, text)).Phone : null;

    static async Task<Made> Make(IHttpClientFactory http, string province, Guid pupilId, CancellationToken ct)
    {
        using var identity = http.CreateClient(InternalHttp.Client);
        using var answer = await identity.PostAsJsonAsync("http://identity/internal/family-codes", new { province, pupilId, days = 90 }, ct);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<Made>(ct))!
            : throw new RuleBroken("identity_unavailable", "Chưa tạo được mã, hãy thử lại", "Identity gave no code.", 503).After(10);
    }
}

/// <summary>Sends messages through the province's gateway (`Messages__Url`, JSON `to` and `text`, `Messages__Token` as bearer); in Development it writes them to the file `Messages__File` instead.</summary>
public sealed class MessagePost(IConfiguration configuration, IHostEnvironment environment, IHttpClientFactory http)
{
    public async Task Send(string phone, string text, CancellationToken ct)
    {
        if (environment.IsDevelopment() && configuration["Messages:File"] is { } file)
        {
            await File.AppendAllTextAsync(file, $"{phone} {text}\n", ct);
            return;
        }
        if (configuration["Messages:Url"] is not { } url) throw new RuleBroken("messages_unavailable", "Chưa cấu hình cổng tin nhắn, hãy gửi thư", "No message gateway is configured: send a letter.", 503);
        using var gateway = http.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(new { to = phone, text }) };
        if (configuration["Messages:Token"] is { } token) request.Headers.Authorization = new("Bearer", token);
        using var answer = await gateway.SendAsync(request, ct);
        if (!answer.IsSuccessStatusCode) throw new RuleBroken("messages_unavailable", "Cổng tin nhắn không nhận, hãy thử lại hoặc gửi thư", "The message gateway did not take it.", 503).After(30);
    }
}
