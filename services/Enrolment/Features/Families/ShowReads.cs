using System.Globalization;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Families;

/// <summary>A family asks who had its child's data: every read of every service, when, by whom, which fields, what for, in plain Vietnamese.</summary>
/// <remarks>A service that does not answer within two seconds is named in `missing`; the rest is shown at once.</remarks>
public static class ShowReads
{
    /// <param name="At">When it was read.</param>
    /// <param name="Who">Who read it: the institution by name, the school, the department, the family itself.</param>
    /// <param name="Institution">The vocational institution; null for others.</param>
    /// <param name="Purpose">Purpose code.</param>
    /// <param name="Fields">Field codes.</param>
    /// <param name="Sentence">All of it in one Vietnamese sentence.</param>
    public sealed record Entry(DateTimeOffset At, string Who, Guid? Institution, string Purpose, IReadOnlyList<string> Fields, string Sentence);

    public sealed record Answer(IReadOnlyList<Entry> Reads, IReadOnlyList<string> Missing);

    private static readonly Dictionary<string, string> Purposes = new()
    {
        ["vocational_guidance"] = "tư vấn học nghề",
        ["admission_check"] = "kiểm tra kết quả tuyển sinh",
        ["family_request"] = "giải quyết yêu cầu của gia đình",
        ["data_correction"] = "sửa thông tin",
        ["destination_tracking"] = "thống kê nơi học tiếp",
        ["breach"] = "xử lý sự cố dữ liệu cá nhân",
    };

    private static readonly Dictionary<string, string> Fields = new()
    {
        ["name"] = "họ tên",
        ["birth_date"] = "ngày sinh",
        ["phone"] = "số điện thoại",
        ["address"] = "địa chỉ",
        ["guardian"] = "người giám hộ",
        ["area"] = "xã, phường",
        ["interests"] = "nguyện vọng học nghề",
        ["results"] = "kết quả tuyển sinh",
        ["marks"] = "điểm",
        ["outcome"] = "kết quả",
        ["messages"] = "tin nhắn qua hệ thống",
        ["calls"] = "cuộc gọi đã báo trước",
        ["ledger"] = "nhật ký liên hệ",
        ["allocation"] = "lý do giới thiệu trường",
        ["request"] = "yêu cầu của gia đình",
        ["reads"] = "nhật ký truy cập",
        ["family_code"] = "mã vào trang gia đình",
        ["enrolled"] = "tình trạng nhập học",
        ["lead"] = "hồ sơ giới thiệu",
        ["state"] = "tình trạng giới thiệu",
    };

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/families/{pupilId:guid}/reads", Handle).WithTags("Families")
        .RequireAuthorization(policy => policy.RequireRole(Policies.Family, Policies.Officer, Policies.Inspector)).ProducesProblem(403);

    public static async Task<Ok<Answer>> Handle(Guid pupilId, Person person, Database db, IHttpClientFactory http, HttpContext context, TimeProvider clock, CancellationToken ct)
    {
        person.MustSpeakFor(pupilId);
        context.Response.Headers.CacheControl = "no-store";
        var others = new[] { "schools", "destinations" }.Select(service => Ask(http, service, person.Tenant, pupilId, ct)).ToArray();
        await using var work = await db.BeginFor(person, ct);
        await work.AsProvince();
        var own = await work.ReadsOf(pupilId);
        var names = (await work.Query<(Guid Id, string Name)>("select institution_id, name from institution where tenant_id = @Tenant", new { work.Tenant })).ToDictionary(row => row.Id, row => row.Name);
        await work.Journal(person, "family_request", "GET /v1/families/{pupilId}/reads", [pupilId], "reads", clock.GetUtcNow());
        await work.Commit();

        var answers = await Task.WhenAll(others);
        var reads = own.Concat(answers.SelectMany(answer => answer.Reads ?? [])).OrderByDescending(read => read.At).Select(read => Tell(read, pupilId, names));
        return TypedResults.Ok(new Answer([.. reads], [.. answers.Where(answer => answer.Reads is null).Select(answer => answer.Service)]));
    }

    private static async Task<(string Service, IReadOnlyList<JournalEntry>? Reads)> Ask(IHttpClientFactory http, string service, string province, Guid pupil, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var client = http.CreateClient(InternalHttp.Client);
            return (service, await client.GetFromJsonAsync<IReadOnlyList<JournalEntry>>($"http://{service}/internal/journal/{province}/{pupil}", limit.Token));
        }
        catch (Exception) when (!ct.IsCancellationRequested)
        {
            return (service, null);
        }
    }

    private static Entry Tell(JournalEntry read, Guid pupil, Dictionary<Guid, string> institutions)
    {
        var institution = read.Organisation is { } organisation && institutions.ContainsKey(organisation) ? read.Organisation : null;
        var who = read.Subject == pupil.ToString() ? "Gia đình"
            : institution is { } id ? institutions[id]
            : read.Organisation is null ? "Sở Giáo dục và Đào tạo" : "Nhà trường hoặc cơ quan quản lý";
        string[] fields = [.. read.Fields.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        var words = string.Join(", ", fields.Select(field => Fields.GetValueOrDefault(field, field)));
        var at = VietnamTime.Local(read.At).ToString("'Ngày' dd/MM/yyyy 'lúc' HH:mm", CultureInfo.InvariantCulture);
        return new(read.At, who, institution, read.Purpose, fields, $"{at}, {who} đã xem {words} để {Purposes.GetValueOrDefault(read.Purpose, read.Purpose)}.");
    }
}
