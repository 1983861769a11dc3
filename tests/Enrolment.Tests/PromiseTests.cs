using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Promises of reliability.md that go across the service's routes.</summary>
public sealed partial class PromiseTests(EnrolmentApp app)
{
    [Theory]
    [InlineData(true, true, "", "2026-01")]
    [InlineData(true, true, "paper", "")]
    [InlineData(true, false, "paper", "2026-01")]
    [InlineData(false, true, "paper", "2026-01")]
    public async Task P2_without_a_recorded_way_of_verifying_child_and_representative_there_is_no_grant(bool child, bool guardian, string evidence, string text)
    {
        var season = app.NewSeason();
        await season.Institution();
        var (verified, unverified) = (season.Pupil(), season.Pupil());
        await season.Consent(verified);
        await app.Hear("schools", new Contracts.Schools.ContactConsentChanged
        {
            Province = season.Province,
            SchoolYear = Season.Year,
            School = Guid.CreateVersion7(),
            ChangedAt = app.Clock.Now,
            Changes = [new() { PupilId = unverified.PupilId, Purpose = Season.Purpose, Scope = "all", ChildAgreed = child, GuardianAgreed = guardian, TextVersion = text, Evidence = evidence, At = app.Clock.Now.AddDays(-1) }],
        }, Guid.CreateVersion7(), tenant: season.Province);
        await season.Finalize(verified, unverified);

        (await app.Rows<(Guid, string, string)>(
            "select l.pupil_id, b.evidence, b.text_version from lead_grant g join lead l using (tenant_id, lead_id) join legal_basis b on b.tenant_id = g.tenant_id and b.basis_id = g.basis_id where g.tenant_id = @Province", new { season.Province }))
            .ShouldBe([(verified.PupilId, "paper", "2026-01")]);
        if (evidence.Length > 0 && text.Length > 0) return;
        (await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Rows<int>("update legal_basis set evidence = @evidence, text_version = @text where tenant_id = @Province", new { season.Province, evidence, text })))
            .ConstraintName.ShouldBe("verified", "the database itself refuses it");
    }

    [Theory]
    [InlineData("area")]
    [InlineData("name,phone")]
    [InlineData("area,guardian,interests,name,phone")]
    public async Task P6_only_the_fields_of_the_agreement_leave_over_every_route_that_shows_a_lead(string agreed)
    {
        var season = app.NewSeason();
        var fields = agreed.Split(',');
        var institution = await season.Institution(fields: fields);
        var pupil = season.Pupil(trade: "52", level: "intermediate");
        await season.Consent(pupil);
        await season.Finalize(pupil);
        var lead = await season.LeadOf(pupil);
        string[] always = ["leadId", "schoolYear", "purpose", "state", "offeredAt", "expiresAt"];
        var allowed = fields.SelectMany(field => field switch { "area" => new[] { "commune", "formerDistrict" }, "interests" => ["wishedTrade", "wishedLevel"], _ => [field] }).Concat(always).ToHashSet();

        var detail = JsonNode.Parse(await (await season.Detail(institution, lead)).Content.ReadAsStringAsync())!.AsObject();
        var batch = (await season.Post(institution.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = new[] { lead } }))["items"]![0]!["lead"]!.AsObject();

        detail.Select(field => field.Key).Except(allowed).ShouldBeEmpty();
        batch.Select(field => field.Key).Except(allowed).ShouldBeEmpty();
        always.Concat(fields.Except(["area", "interests"])).Except(detail.Select(field => field.Key)).ShouldBeEmpty("what was agreed is there");
        foreach (var path in new[] { "/v1/feed", "/v1/leads", "/v1/leads/work", $"/v1/leads/{lead}/ledger", $"/v1/leads/{lead}/messages", "/v1/revocations?open=false", "/v1/notices", "/v1/subscriptions" })
            Person(season, pupil, await institution.Http.GetStringAsync(path)).ShouldBeEmpty(path);
        Person(season, pupil, detail.ToJsonString(), fields).ShouldBeEmpty();
        Person(season, pupil, batch.ToJsonString(), fields).ShouldBeEmpty();
    }

    /// <summary>What of the pupil's sealed contact stands in a text beyond these fields.</summary>
    private static List<string> Person(Season season, Contracts.Schools.PupilWithoutPlace pupil, string text, params string[] fields)
    {
        var contact = season.App.Seal.Open(pupil.PupilId, pupil.SealedContact);
        (string Field, string Value)[] all = [("name", contact.Name), ("phone", contact.Phone!), ("phone", contact.Phone![3..]), ("guardian", contact.Guardian!), ("address", contact.Address!), ("birth", "2011"), ("id", pupil.PupilId.ToString())];
        var clear = JsonEncoded().Replace(text, match => ((char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        return [.. all.Where(part => !fields.Contains(part.Field) && clear.Contains(part.Value, StringComparison.OrdinalIgnoreCase)).Select(part => part.Field)];
    }

    [Fact]
    public void S2_nothing_an_institution_is_told_of_has_a_member_for_marks_ids_of_a_person_or_a_reason_for_failing()
    {
        var document = JsonNode.Parse(File.ReadAllText(Path.Combine(SharedData.Repository, "docs/openapi/enrolment.json")))!;
        var institution = InstitutionRoutes().Select(route => (route.Template, route.Method)).ToList();
        institution.Count.ShouldBeGreaterThan(25);
        List<string> members = [];
        foreach (var (template, method) in institution)
        {
            var operation = document["paths"]![template.Replace(":guid", "", StringComparison.Ordinal)]?[method.ToLowerInvariant()];
            operation.ShouldNotBeNull($"{method} {template} is not in the document: eng/events");
            foreach (var content in operation["responses"]!.AsObject().Where(answer => answer.Key[0] == '2').SelectMany(answer => answer.Value!["content"]?.AsObject() ?? [])) Collect(content.Value!["schema"], [], members);
        }
        members.AddRange(WebhookMembers());

        members.Distinct().Where(member => Forbidden().IsMatch(member)).ShouldBeEmpty();
        members.ShouldContain("wishedTrade", "the members of a lead were looked at");
        members.ShouldContain("feedposition", "the members of an event were looked at");

        void Collect(JsonNode? schema, HashSet<string> seen, List<string> into)
        {
            if (schema is null) return;
            if ((string?)schema["$ref"] is { } reference)
            {
                if (seen.Add(reference)) Collect(document["components"]!["schemas"]![reference.Split('/')[^1]], seen, into);
                return;
            }
            foreach (var property in schema["properties"]?.AsObject() ?? [])
            {
                into.Add(property.Key);
                Collect(property.Value, seen, into);
            }
            Collect(schema["items"], seen, into);
            Collect(schema["additionalProperties"] as JsonObject, seen, into);
            foreach (var part in new[] { "oneOf", "anyOf", "allOf" }.SelectMany(name => schema[name]?.AsArray() ?? [])) Collect(part, seen, into);
        }
    }

    /// <summary>Every member that the webhooks' document gives to an event.</summary>
    private static IEnumerable<string> WebhookMembers(JsonNode? node = null)
    {
        node ??= JsonNode.Parse(File.ReadAllText(Path.Combine(SharedData.Repository, "docs/asyncapi.json")));
        return node switch
        {
            JsonObject one => one.SelectMany(member => (member.Key == "properties" ? member.Value!.AsObject().Select(property => property.Key) : []).Concat(member.Value is null ? [] : WebhookMembers(member.Value))),
            JsonArray many => many.SelectMany(item => item is null ? [] : WebhookMembers(item)),
            _ => [],
        };
    }

    [Fact]
    public async Task P7_every_route_that_reads_personal_data_says_its_purpose_in_the_header_as_it_is_journaled()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();
        var family = app.As("family", season.Province, subject: pupil.PupilId.ToString());
        var area = app.As("officer", season.Province);
        var workbook = (await season.Post(institution.Http, "/v1/workbooks", new { })).Id("workbookId");
        var breach = (await season.Post(season.Officer, "/v1/breaches", new { kind = "disclosure", detectedAt = app.Clock.Now, description = "x" })).Id("breachId");
        (await season.Detail(institution, lead)).EnsureSuccessStatusCode();
        await season.Post(season.Officer, $"/v1/breaches/{breach}/affected", new { institution = institution.Id });
        await app.Rows<int>("insert into cohort_member (tenant_id, pupil_id, cohort) select @Province, pupil, 2026 from unnest(@Pupils) as pupil returning 1",
            new { season.Province, Pupils = new[] { Contracts.StreamIds.Of("pupil", season.Province, "0000000007") } });
        await app.Rows<int>("insert into escalation (tenant_id, lead_id, school_year, raised_at) values (@Province, @lead, 2026, now()) returning 1", new { season.Province, lead });
        var row = 0;
        var list = (await JsonNode.ParseAsync(await (await List()).Content.ReadAsStreamAsync()))!["listId"]!;

        async Task<HttpResponseMessage> List()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/enrolled-lists?schoolYear=2026") { Content = new StringContent($"STT,Họ và tên,Ngày sinh,Mã định danh\n{++row},Vi Thị Hà,01/02/2011,0000000007", Encoding.UTF8, "text/csv") };
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            return await institution.Http.SendAsync(request);
        }
        Task<HttpResponseMessage> Get(HttpClient http, string path) => http.GetAsync(path);
        var calls = new Dictionary<string, Func<Task<HttpResponseMessage>>>
        {
            ["GET /v1/leads/{leadId}"] = () => season.Detail(institution, lead),
            ["POST /v1/leads:batchGet"] = () => season.Send(institution.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = new[] { lead } }),
            ["GET /v1/workbooks/{workbookId}/file"] = () => Get(institution.Http, $"/v1/workbooks/{workbook}/file"),
            ["GET /v1/leads/{leadId}/ledger"] = () => Get(season.Officer, $"/v1/leads/{lead}/ledger"),
            ["GET /v1/leads/{leadId}/calls"] = () => Get(season.Officer, $"/v1/leads/{lead}/calls"),
            ["GET /v1/leads/{leadId}/allocation"] = () => Get(season.Officer, $"/v1/leads/{lead}/allocation"),
            ["GET /v1/leads/{leadId}/messages"] = () => Get(institution.Http, $"/v1/leads/{lead}/messages"),
            ["GET /v1/leads/export"] = () => Get(season.Officer, "/v1/leads/export"),
            ["GET /v1/escalations"] = () => Get(area, "/v1/escalations?schoolYear=2026"),
            ["GET /v1/families/{pupilId}"] = () => Get(family, $"/v1/families/{pupil.PupilId}"),
            ["GET /v1/families/{pupilId}/reads"] = () => Get(family, $"/v1/families/{pupil.PupilId}/reads"),
            ["GET /v1/families/{pupilId}/messages"] = () => Get(family, $"/v1/families/{pupil.PupilId}/messages"),
            ["POST /v1/enrolled-lists"] = List,
            ["GET /v1/enrolled-lists/{listId}"] = () => Get(season.Officer, $"/v1/enrolled-lists/{list}"),
            ["GET /v1/breaches/{breachId}/affected"] = () => Get(season.Officer, $"/v1/breaches/{breach}/affected"),
        };
        var written = Directory.EnumerateFiles(Path.Combine(SharedData.Repository, "services/Enrolment/Features"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => JournaledRoute().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct().Order();
        written.ShouldBe(calls.Keys.Order(), "each route that the code journals is asked here");

        foreach (var (route, call) in calls)
        {
            var answer = await call();
            answer.IsSuccessStatusCode.ShouldBeTrue($"{route}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            var journaled = await app.Rows<string>("select distinct purpose from pii_access where tenant_id = @Province and route = @route", new { season.Province, route });
            (journaled.Count == 1 && answer.Headers.TryGetValues(ReadJournal.PurposeHeader, out var said) && said.Single() == journaled[0]).ShouldBeTrue($"{route}: {string.Join(',', journaled)}");
        }
        foreach (var path in new[] { "/v1/feed", "/v1/leads", "/v1/leads/work" })
            (await institution.Http.GetAsync(path)).Headers.GetValues(ReadJournal.PurposeHeader).ShouldBe([Season.Purpose], path);
        (await season.Officer.GetStringAsync("/v1/leads/export")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).ShouldAllBe(line => line.EndsWith($",{Season.Purpose}"));
    }

    [Fact]
    public async Task P15_no_table_has_a_price_of_a_lead() =>
        (await app.Rows<string>("select table_name || '.' || column_name from information_schema.columns where table_schema = 'public' and column_name ~* 'price|fee($|_)|cost|charge|amount|tariff|invoice' order by 1"))
            .ShouldBe(["programme.fee"], "tuition, which families pay to the institution");

    /// <summary>Every route an institution may ask that takes a lead's id, in its path, query or body.</summary>
    private static readonly Dictionary<string, (HttpMethod Method, Func<Guid, string> Path, Func<Guid, Participant, DateTimeOffset, object?> Body)> LeadRoutes = new()
    {
        ["GET /v1/leads/{leadId:guid}"] = (HttpMethod.Get, lead => $"/v1/leads/{lead}?purpose={Season.Purpose}", (_, _, _) => null),
        ["POST /v1/leads:batchGet"] = (HttpMethod.Post, _ => "/v1/leads:batchGet", (lead, _, _) => new { purpose = Season.Purpose, leadIds = new[] { lead } }),
        ["GET /v1/leads/{leadId:guid}/ledger"] = (HttpMethod.Get, lead => $"/v1/leads/{lead}/ledger", (_, _, _) => null),
        ["GET /v1/leads/{leadId:guid}/messages"] = (HttpMethod.Get, lead => $"/v1/leads/{lead}/messages", (_, _, _) => null),
        ["POST /v1/leads/{leadId:guid}/messages"] = (HttpMethod.Post, lead => $"/v1/leads/{lead}/messages", (_, _, _) => new { text = "Chào gia đình" }),
        ["POST /v1/contacts"] = (HttpMethod.Post, _ => "/v1/contacts", (lead, _, now) => new { leadId = lead, channel = "call", outcome = "reached", contactedAt = now }),
        ["POST /v1/calls"] = (HttpMethod.Post, _ => "/v1/calls", (lead, _, _) => new { leadId = lead }),
        ["POST /v1/applications"] = (HttpMethod.Post, _ => "/v1/applications", (lead, one, _) => new { leadId = lead, programmeId = one.Programme, appliedOn = "2026-09-20" }),
        ["POST /v1/enrolments"] = (HttpMethod.Post, _ => "/v1/enrolments", (lead, one, _) => new { leadId = lead, programmeId = one.Programme, level = one.Level, startedOn = "2026-09-07" }),
        ["GET /v1/revocations"] = (HttpMethod.Get, lead => $"/v1/revocations?open=false&lead={lead}", (_, _, _) => null),
        ["POST /v1/revocations/{leadId:guid}/ack"] = (HttpMethod.Post, lead => $"/v1/revocations/{lead}/ack", (_, _, now) => new { method = "erased", erasedAt = now }),
    };

    [Fact]
    public async Task S1_a_foreign_and_an_unknown_lead_get_the_same_answer_from_the_same_number_of_questions_to_the_database_on_every_route()
    {
        InstitutionRoutes().Where(route => route.TakesLead).Select(route => $"{route.Method} {route.Template}").Order().ShouldBe(LeadRoutes.Keys.Order(), "every route that takes a lead's id is asked here");
        var season = app.NewSeason();
        var (mine, theirs) = (await season.Institution(), await season.Institution());
        var pupil = season.Pupil();
        await season.Consent(pupil, "chosen", chosen: theirs.Id);
        await season.Finalize(pupil);
        var (withdrawn, gone) = (season.Pupil(), season.Now);
        await season.Consent(withdrawn, "chosen", chosen: theirs.Id);
        await season.Finalize(withdrawn);
        await season.Objection(withdrawn, "web");
        using var questions = new Questions();

        foreach (var (name, route) in LeadRoutes)
        {
            var unknown = await Ask(Guid.CreateVersion7());
            unknown.Questions.ShouldBeGreaterThan(0, "they are counted");
            (await Ask(Guid.CreateVersion7())).ShouldBe(unknown, name);
            (await Ask(await season.LeadOf(pupil))).ShouldBe(unknown, $"{name}: another's open lead");
            (await Ask(await season.LeadOf(withdrawn))).ShouldBe(unknown, $"{name}: another's lead that was withdrawn");

            async Task<(HttpStatusCode, string, int Questions)> Ask(Guid lead)
            {
                using var request = new HttpRequestMessage(route.Method, route.Path(lead));
                if (route.Body(lead, mine, gone) is { } body) request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Web);
                request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
                var trace = questions.Follow(request);
                using var answer = await mine.Http.SendAsync(request);
                var text = (await answer.Content.ReadAsStringAsync()).Replace(lead.ToString(), "#", StringComparison.OrdinalIgnoreCase);
                return (answer.StatusCode, TraceId().Replace(text, ""), questions.Of(trace));
            }
        }
    }

    /// <summary>Counts the commands that a request sends to PostgreSQL, by the trace it carries.</summary>
    private sealed class Questions : IDisposable
    {
        private readonly ConcurrentDictionary<string, int> asked = [];
        private readonly ActivityListener listener;

        public Questions()
        {
            listener = new()
            {
                ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity =>
                {
                    if (activity.Source.Name == "Npgsql") asked.AddOrUpdate(activity.TraceId.ToHexString(), 1, (_, count) => count + 1);
                },
            };
            ActivitySource.AddActivityListener(listener);
        }

        public string Follow(HttpRequestMessage request)
        {
            var trace = ActivityTraceId.CreateRandom().ToHexString();
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            return trace;
        }

        public int Of(string trace) => asked.GetValueOrDefault(trace);

        public void Dispose() => listener.Dispose();
    }

    private IEnumerable<(string Template, string Method, bool TakesLead)> InstitutionRoutes()
    {
        foreach (var route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            var policies = route.Metadata.GetOrderedMetadata<AuthorizationPolicy>();
            var named = route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy);
            var roles = policies.SelectMany(policy => policy.Requirements).OfType<Microsoft.AspNetCore.Authorization.Infrastructure.RolesAuthorizationRequirement>().SelectMany(requirement => requirement.AllowedRoles);
            if (!named.Concat(roles).Contains(Policies.Institution)) continue;

            var handler = route.Metadata.GetMetadata<System.Reflection.MethodInfo>()!;
            var takes = route.RoutePattern.RawText!.Contains("{leadId", StringComparison.Ordinal) || handler.GetParameters().Any(parameter =>
                parameter.Name is "lead" or "leadId" || (parameter.ParameterType.Name == "Command" && parameter.ParameterType.GetProperties().Any(property => property.Name is "LeadId" or "LeadIds" or "Lead")));
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods) yield return (route.RoutePattern.RawText!, method, takes);
        }
    }

    [GeneratedRegex("\"((?:GET|POST|PUT) /v1/[^\"]+)\"")]
    private static partial Regex JournaledRoute();

    [GeneratedRegex("\"traceId\":\"[^\"]*\"|\\d{4}-\\d\\d-\\d\\dT[0-9:.+Z-]+")]
    private static partial Regex TraceId();

    [GeneratedRegex(@"\\u([0-9a-fA-F]{4})")]
    private static partial Regex JsonEncoded();

    [GeneratedRegex("score|marks?$|grade|citizen|ministry|national|cccd|candidate|birth|address|ethnic|gender|fail(?!ures$|ingSince$)|exam|outcomeOf|withoutPlace", RegexOptions.IgnoreCase)]
    private static partial Regex Forbidden();
}
