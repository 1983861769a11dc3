using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Hosting;

[assembly: AssemblyFixture(typeof(CareerPlatform.Enrolment.Tests.EnrolmentApp))]

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The service with a database of its own; each test plays in a province of its own.</summary>
public class EnrolmentApp : ServiceApp<GrantLeads>
{
    private static int provinces = 100;

    public EnrolmentApp() : base("enrolment")
    {
        var key = RandomNumberGenerator.GetBytes(32);
        Seal = new(key);
        Settings["Contact:SealKey"] = Convert.ToBase64String(key);
        Settings["Feed:CursorKey"] = "cursor-key-of-the-tests-only";
        Settings["Leads:SweepSeconds"] = "0";
    }

    public ContactSeal Seal { get; }

    public Season NewSeason() => new(this, Interlocked.Increment(ref provinces).ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>A second process of the same service on the same database.</summary>
public sealed class Replica : EnrolmentApp
{
    private readonly EnrolmentApp first;

    public Replica(EnrolmentApp first)
    {
        this.first = first;
        foreach (var (name, value) in first.Settings) Settings[name] = value;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("ConnectionStrings:enrolmentdb", first.OwnerConnection);
    }
}

/// <summary>An institution of a test: its id, its programme and a client with its token.</summary>
public sealed record Participant(Guid Id, Guid Programme, string Level, HttpClient Http);

/// <summary>One province's season, told as the other services and people would.</summary>
public sealed class Season(EnrolmentApp app, string province)
{
    public const int Year = 2026;
    public const string Purpose = "vocational_guidance";

    private int pupils;

    public EnrolmentApp App { get; } = app;
    public string Province { get; } = province;
    public HttpClient Officer { get; } = app.As("officer", province);
    public DateTimeOffset Now => App.Clock.Now;

    public async Task<Participant> Institution(
        string commune = "97001", int seats = 50, bool boarding = false, string code = "5520227", string level = "intermediate", bool agreement = true, object? fields = null)
    {
        var name = $"I{Guid.NewGuid():N}"[..12];
        var id = (await Post(Officer, "/v1/institutions", new { code = name, name = $"Trường Trung cấp {name}", commune, kind = "other", boarding })).Id("institutionId");
        var programme = await Programme(id, seats, code, level);
        if (agreement) await Agreement(id, fields: fields);
        return new(id, programme, level, App.As("institution", Province, id, subject: name, client: name));
    }

    public async Task<Guid> Programme(Guid institution, int seats, string code = "5520227", string level = "intermediate", int year = Year) =>
        (await Post(Officer, "/v1/programmes", new { institutionId = institution, trainingCode = code, name = "Cắt gọt kim loại", level, seats, intakeYear = year, fee = 0, supportPolicies = new[] { "tuition_waived" } }))
        .Id("programmeId");

    public async Task<Guid> Agreement(Guid institution, DateOnly? from = null, DateOnly? to = null, object? fields = null)
    {
        var contents = new { purpose = "a", dataTypes = "b", period = "c", legalBasis = "d", protection = "e", subjectRights = "f", violations = "g" };
        var (validFrom, validTo) = (from ?? new(2026, 1, 1), to ?? new DateOnly(2027, 12, 31));
        object body = fields is null
            ? new { institutionId = institution, validFrom, validTo, contents }
            : new { institutionId = institution, validFrom, validTo, contents, fields };
        return (await Post(Officer, "/v1/agreements", body)).Id("agreementId");
    }

    /// <summary>The impact assessment was filed, as a statutory basis needs it.</summary>
    public Task<JsonObject> FileImpact() => Post(Officer, "/v1/impact-file/filings", new { filedOn = VietnamTime.Day(Now), number = $"{Guid.NewGuid():N}"[..8] });

    public PupilWithoutPlace Pupil(string commune = "97001", string? family = null, string? trade = null, string? level = null, string? phone = "+84912345678")
    {
        var id = Guid.CreateVersion7();
        var number = Interlocked.Increment(ref pupils);
        return new()
        {
            PupilId = id,
            School = Guid.CreateVersion7(),
            ResidenceArea = commune,
            FamilyKey = family ?? $"family-{Province}-{number}",
            WishedTrade = trade,
            WishedLevel = level,
            SealedContact = App.Seal.Seal(id, new Contact($"Học sinh Thử Nghiệm {number}", phone, "Xóm 1", "Phụ huynh Thử Nghiệm", new DateOnly(2011, 5, 4))),
        };
    }

    public Task Finalize(params PupilWithoutPlace[] without) => Finalize(Now, without);

    public Task Finalize(DateTimeOffset at, params PupilWithoutPlace[] without) => App.Hear("schools", new Grade10AdmissionFinalized
    {
        RoundId = Guid.CreateVersion7(),
        RoundVersion = 1,
        Province = Province,
        SchoolYear = Year,
        Area = "97001",
        Part = 1,
        Parts = 1,
        Pupils = without,
        FinalizedAt = at,
    }, Guid.CreateVersion7(), tenant: Province);

    public Task Amend(AmendedResult change, DateTimeOffset? at = null) => App.Hear("schools", new Grade10AdmissionAmended
    {
        RoundId = Guid.CreateVersion7(),
        RoundVersion = 2,
        Province = Province,
        SchoolYear = Year,
        Area = "97001",
        Changes = [change],
        AmendedAt = at ?? Now.AddMinutes(1),
    }, Guid.CreateVersion7(), tenant: Province);

    public Task Consent(PupilWithoutPlace pupil, string scope = "all", DateTimeOffset? at = null, string evidence = "paper", bool child = true, bool guardian = true, params Guid[] chosen) =>
        Consents(at, scope, evidence, child, guardian, chosen, null, pupil.PupilId);

    /// <summary>The family agrees to be contacted through the platform only.</summary>
    public Task Relay(PupilWithoutPlace pupil, DateTimeOffset? at = null) => Consents(at, "all", "web", true, true, [], true, pupil.PupilId);

    public Task Consents(IEnumerable<PupilWithoutPlace> pupils) => Consents(null, "all", "paper", true, true, [], null, [.. pupils.Select(pupil => pupil.PupilId)]);

    /// <summary>As Schools announces an objection.</summary>
    public Task Objection(PupilWithoutPlace pupil, string evidence) => App.Hear("schools", new ContactConsentChanged
    {
        Province = Province,
        SchoolYear = Year,
        School = Guid.CreateVersion7(),
        ChangedAt = Now,
        Changes = [new() { PupilId = pupil.PupilId, Purpose = Purpose, Scope = "none", ChildAgreed = false, GuardianAgreed = false, TextVersion = "objection", Evidence = evidence, Objected = true, At = Now }],
    }, Guid.CreateVersion7(), tenant: Province);

    private Task Consents(DateTimeOffset? at, string scope, string evidence, bool child, bool guardian, Guid[] chosen, bool? relay, params Guid[] pupils) => App.Hear("schools", new ContactConsentChanged
    {
        Province = Province,
        SchoolYear = Year,
        School = Guid.CreateVersion7(),
        ChangedAt = Now,
        Changes = [.. pupils.Select(pupil => new ConsentChange
        {
            PupilId = pupil, Purpose = Purpose, Scope = scope, Institutions = chosen, ChildAgreed = child, GuardianAgreed = guardian, TextVersion = "2026-01", Evidence = evidence, Relay = relay,
            At = at ?? Now.AddDays(-30),
        })],
    }, Guid.CreateVersion7(), tenant: Province);

    public async Task<JsonObject> Post(HttpClient http, string path, object body, string? key = null)
    {
        var answer = await Send(http, path, body, key);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"POST {path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    public async Task<HttpResponseMessage> Send(HttpClient http, string path, object? body, string? key = null, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body, options: JsonSerializerOptions.Web) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString());
        return await http.SendAsync(request);
    }

    public async Task<(IReadOnlyList<FeedLine> Items, string Next)> Feed(Participant institution, string? after = null, int limit = 500)
    {
        var page = JsonNode.Parse(await institution.Http.GetStringAsync($"/v1/feed?limit={limit}{(after is null ? "" : $"&after={after}")}"))!;
        return ([.. page["items"]!.AsArray().Select(item => new FeedLine((long)item!["position"]!, (string)item["kind"]!, (Guid?)item["leadId"], (string?)item["reason"]))], (string)page["next"]!);
    }

    public async Task<Guid> LeadOf(PupilWithoutPlace pupil) =>
        (await App.Rows<Guid>("select lead_id from lead where tenant_id = @Province and pupil_id = @PupilId", new { Province, pupil.PupilId })).Single();

    public Task<HttpResponseMessage> Detail(Participant institution, Guid lead, string? purpose = Purpose) =>
        institution.Http.GetAsync($"/v1/leads/{lead}{(purpose is null ? "" : $"?purpose={purpose}")}");

    /// <summary>A pupil of this season whose family agreed, offered to these institutions' province.</summary>
    public async Task<(PupilWithoutPlace Pupil, Guid Lead)> Lead(string? family = null)
    {
        var pupil = Pupil(family: family);
        await Consent(pupil);
        await Finalize(pupil);
        return (pupil, await LeadOf(pupil));
    }
}

public sealed record FeedLine(long Position, string Kind, Guid? Lead, string? Reason);

public static class Answers
{
    public static Guid Id(this JsonObject answer, string name) => Guid.Parse((string)answer[name]!);

    public static async Task ShouldBeRefusedWith(this HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(status, text);
        ((string?)JsonNode.Parse(text)!["code"]).ShouldBe(code, text);
    }
}
