using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Schools.Tests;

/// <summary>The Schools service with a database of its own; each test takes a province of its own.</summary>
public sealed class SchoolsApp : ServiceApp<Round>
{
    int provinces = 10;

    public SchoolsApp() : base("schools")
    {
        Settings["Contact:SealKey"] = Convert.ToBase64String(Enumerable.Range(0, 32).Select(number => (byte)number).ToArray());
        Settings["Logging:LogLevel:Default"] = "Error";
        Clock.Now = new DateTimeOffset(2026, 7, 1, 2, 0, 0, TimeSpan.Zero);
    }

    /// <summary>A province with three communes and three former ones, five schools and nobody in them yet.</summary>
    public async Task<Province> NewProvince(bool listed = true)
    {
        var province = new Province(this, Interlocked.Increment(ref provinces).ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (listed)
        {
            (await province.Officer.Import("/v1/areas/imports", province.AreasCsv)).State.ShouldBe("imported");
            (await province.Officer.Import("/v1/schools/imports", province.SchoolsCsv)).State.ShouldBe("imported");
        }
        return province;
    }

    public ContactSeal Seal => Services.GetRequiredService<ContactSeal>();

    /// <summary>A sealed contact opened with the pupil's key, as the service itself does.</summary>
    public async Task<Contact> Open(string province, Guid pupil, string sealedContact)
    {
        await using var work = await Services.GetRequiredService<Database>().Begin(province);
        return await Services.GetRequiredService<PupilKeys>().Open(work, pupil, sealedContact);
    }
}

/// <summary>One test's province and the people who act in it.</summary>
public sealed class Province(SchoolsApp app, string code)
{
    public SchoolsApp App { get; } = app;
    public string Code { get; } = code;
    public HttpClient Officer { get; } = Patient(app.As("officer", code, subject: "officer-one"));
    public HttpClient Approver { get; } = Patient(app.As("approver", code, subject: "approver-one"));

    static HttpClient Patient(HttpClient client)
    {
        client.Timeout = TimeSpan.FromMinutes(10);   // a busy machine is slow, not wrong
        return client;
    }

    /// <summary>Communes 001 to 003 in force; 091 and 092 former, both whole in 001; 093 former, divided over 002 and 003.</summary>
    public string AreasCsv =>
        $"""
        code,name,kind,parent,valid_from,valid_to,disadvantaged,predecessors
        {Code},Tỉnh Thử Nghiệm {Code},province,,2000-01-01,,,
        {Code}9,Huyện Cũ,district,{Code},2000-01-01,2025-06-30,,
        {Code}091,Xã Đầu Nguồn,commune,{Code}9,2000-01-01,2025-06-30,true,
        {Code}092,Xã Cuối Bãi,commune,{Code}9,2000-01-01,2025-06-30,,
        {Code}093,Xã Hai Nửa,commune,{Code}9,2000-01-01,2025-06-30,,
        {Code}001,Xã Sông Trăng,commune,{Code},2025-07-01,,2025-07-01..2025-12-31,commune:{Code}091|commune:{Code}092
        {Code}002,Xã Đồi Mây,commune,{Code},2025-07-01,,,commune:{Code}093:part
        {Code}003,Phường Bến Gió,commune,{Code},2025-07-01,,true,commune:{Code}093:part
        """;

    public string SchoolsCsv =>
        $"""
        code,name,levels,commune,valid_from,valid_to,kind
        {Code}-S1,THCS Sông Trăng,lower_secondary,{Code}001,2010-09-01,,public
        {Code}-S2,Trường PTDTBT THCS Đồi Mây,lower_secondary,{Code}002,2010-09-01,,public
        {Code}-S3,TH&THCS Bến Gió,lower_secondary,{Code}003,2010-09-01,,public
        {Code}-H1,THPT Bến Gió,upper_secondary,{Code}003,2010-09-01,,public
        {Code}-G1,Trung tâm GDTX Sông Trăng,continuing_education,{Code}001,2010-09-01,,public
        """;

    public const string RosterHeader =
        "pupil_id,school,name,birth_date,gender,ethnicity,commune,old_commune,guardian,guardian_phone,address,child_agreed,guardian_agreed,consent_text,contact_source,contact_date,wish_trade,wish_level";

    /// <summary>A roster line; pupils are numbered, schools S1 to S3, communes 1 to 3.</summary>
    public string Pupil(int number, string? name = null, string birth = "2011-03-05", int school = 1, int? commune = null, string? phone = null, bool agreed = true) =>
        $"{Id(number)},{Code}-S{school},{name ?? Name(number)},{birth},{(number % 2 == 0 ? "female" : "male")},Kinh,{Code}00{commune ?? school},,Người Đỡ Đầu {number},{phone ?? $"09{Code}{number:000000}"},Thôn {number},"
        + (agreed ? "true,true,2026-01,school_meeting,2026-05-10,5520227,intermediate" : ",,,school_meeting,2026-05-10,,");

    /// <summary>Ministry id of the numbered pupil.</summary>
    public string Id(int number) => $"4{Code}{number:0000000}"[..10];

    static readonly string[] Surnames = ["Mùa", "Sùng", "Lò", "Vi", "Cầm"];
    static readonly string[] Middles = ["Bích", "Thanh", "Minh", "Ngọc", "Quang", "Hải", "Thu"];
    static readonly string[] Givens = ["An", "Bình", "Châu", "Dương", "Giang", "Hà", "Khánh", "Linh", "Mai", "Nhi", "Oanh"];

    /// <summary>A fictional name that no other number below 385 has.</summary>
    public static string Name(int number) => $"{Surnames[number % 5]} {Middles[number % 7]} {Givens[number % 11]}";

    public Task<Report> Roster(params IEnumerable<string> lines) => Officer.Import("/v1/rosters/imports?schoolYear=2026&grade=9", string.Join('\n', lines.Prepend(RosterHeader)));

    public Task<Report> Roster(int pupils) => Roster(Enumerable.Range(1, pupils).Select(number => Pupil(number, school: 1 + number % 3)));

    public async Task<Guid> OpenRound(int schoolYear = 2026, int number = 1)
    {
        var answer = await Officer.PostAsJsonAsync("/v1/rounds", new { schoolYear, number, name = "Tuyển sinh lớp 10" }.Keyed());
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("roundId").GetGuid();
    }

    public const string ResultsHeader = "SBD,Mã định danh,Họ và tên,Ngày sinh,Trường THCS,Hội đồng,Ngữ văn,Toán,Ngoại ngữ,Tổng điểm,Kết quả,Trúng tuyển vào";

    /// <summary>A results line; outcomes are those of the file: Trúng tuyển, Không trúng tuyển, Vắng thi.</summary>
    public string Result(int number, string outcome = "Không trúng tuyển", string? name = null, string birth = "05/03/2011", int school = 1, string? id = null, string? to = null, string council = "01") =>
        outcome == "Vắng thi"
            ? $"{100000 + number},{id ?? Id(number)},{name ?? Name(number)},{birth},{SchoolName(school)},{council},,,,,{outcome},"
            : $"{100000 + number},{id ?? Id(number)},{name ?? Name(number)},{birth},{SchoolName(school)},{council},\"{5 + number % 4},5\",6,\"7,25\",\"{18.75m + number % 4}\",{outcome},{to ?? (outcome == "Trúng tuyển" ? $"{Code}-H1" : "")}".Replace('.', ',');

    public static string SchoolName(int school) => school switch { 1 => "THCS Sông Trăng", 2 => "THCS Đồi Mây", _ => "Trường Trung học cơ sở Bến Gió" };

    public Task<HttpResponseMessage> Upload(Guid round, params IEnumerable<string> lines) => Upload(round, Encoding.UTF8.GetBytes(string.Join('\n', lines.Prepend(ResultsHeader))));

    public Task<HttpResponseMessage> Upload(Guid round, byte[] file, string query = "") => Officer.PutAsync($"/v1/rounds/{round}/file{query}", new ByteArrayContent(file));

    public Task<HttpResponseMessage> Accept(Guid round, object? command = null, HttpClient? by = null) => (by ?? Officer).PostAsJsonAsync($"/v1/rounds/{round}/acceptance", (command ?? new { }).Keyed());

    public Task<HttpResponseMessage> Finalize(Guid round, int controlTotal, bool resultsAreFinal = true, HttpClient? by = null) =>
        (by ?? Approver).PutAsJsonAsync($"/v1/rounds/{round}/finalization", new { controlTotal, resultsAreFinal });

    /// <summary>A finalised round of these result lines.</summary>
    public async Task<Guid> FinalRound(params IReadOnlyList<string> lines)
    {
        var round = await OpenRound();
        await (await Upload(round, lines)).ShouldBe(HttpStatusCode.OK);
        await (await Accept(round)).ShouldBe(HttpStatusCode.OK);
        await (await Finalize(round, lines.Count)).ShouldBe(HttpStatusCode.NoContent);
        return round;
    }

    public async Task<IReadOnlyList<T>> Facts<T>() =>
        [.. (await App.Rows<string>("select data::text from mt_events where type = @type and tenant_id = @Code order by seq_id", new { type = ServiceDefaults.EventTypes.Alias(typeof(T)), Code }))
            .Select(json => JsonSerializer.Deserialize<T>(json, ServiceDefaults.EventTypes.Json)!)];

    /// <summary>SQL for pupils or rows with this birth date.</summary>
    public string Born(string date) => $"sealed_birth = '\\x{Convert.ToHexString(App.Seal.SealDate(Code, DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture)))}'";

    public async Task<int> Count(string table, string where = "true") => (await App.Rows<int>($"select count(*)::int from {table} where tenant_id = @Code and {where}", new { Code })).Single();
}

/// <summary>Answers of the list imports.</summary>
public sealed record Report(string State, int Rows, int New, int Changed, int Unchanged, int Refused);

public static class Http
{
    /// <summary>Posts a list file with a fresh Idempotency-Key and expects it to be taken.</summary>
    public static async Task<Report> Import(this HttpClient client, string path, string csv)
    {
        var answer = await client.Send(path, csv);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Report>(new JsonSerializerOptions(JsonSerializerDefaults.Web)))!;
    }

    public static Task<HttpResponseMessage> Send(this HttpClient client, string path, string csv, string? key = null) => client.Send(path, Encoding.UTF8.GetBytes(csv), key);

    public static Task<HttpResponseMessage> Send(this HttpClient client, string path, byte[] file, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(file) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return client.SendAsync(request);
    }

    /// <summary>Marks a body to be sent with a fresh Idempotency-Key.</summary>
    public static KeyedBody Keyed(this object body, string? key = null) => new(body, key ?? Guid.NewGuid().ToString());

    public static Task<HttpResponseMessage> PostAsJsonAsync(this HttpClient client, string path, KeyedBody body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body.Body, body.Body.GetType()) };
        request.Headers.Add("Idempotency-Key", body.Key);
        return client.SendAsync(request);
    }

    public static async Task<JsonElement> ShouldBe(this HttpResponseMessage answer, HttpStatusCode status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Problem details with this code; gives the errors' places.</summary>
    public static async Task<IReadOnlyList<(int? Row, string? Column, string Code)>> ShouldBeRefusedWith(this HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(text).RootElement;
        problem.GetProperty("code").GetString().ShouldBe(code, text);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        if (!problem.TryGetProperty("errors", out var errors)) return [];
        return [.. errors.EnumerateArray().Select(error => (
            error.TryGetProperty("row", out var row) && row.ValueKind == JsonValueKind.Number ? row.GetInt32() : (int?)null,
            error.TryGetProperty("column", out var column) ? column.GetString() : null, error.GetProperty("code").GetString()!))];
    }
}

/// <summary>A body and its Idempotency-Key.</summary>
public sealed record KeyedBody(object Body, string Key);
