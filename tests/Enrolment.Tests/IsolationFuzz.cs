using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>
/// Two institutions ask every route the service has for everything that is theirs, the other's, nobody's and no longer theirs. What may come back is decided by <see cref="PlainEntitlement"/>,
/// which knows nothing of the service's own queries.
/// </summary>
/// <remarks>ISOLATION_REQUESTS says how many (100,000); ISOLATION_SEED repeats a run; ISOLATION_RESULT names a file for what was found. `eng/bench isolation` asks a million.</remarks>
public sealed partial class IsolationFuzz(IsolationFuzz.OwnApp app) : IClassFixture<IsolationFuzz.OwnApp>
{
    /// <summary>The service for this class alone, without a line of log for each of so many requests.</summary>
    public sealed class OwnApp : EnrolmentApp
    {
        public OwnApp() => Settings["Logging:LogLevel:Default"] = "Error";
    }

    private const int Batches = 25;
    private static readonly int Requests = Number("ISOLATION_REQUESTS", 100_000);
    private static readonly int Seed = Number("ISOLATION_SEED", 1);

    private readonly List<string> leaks = [];
    private int asked;

    [Fact]
    public async Task S1_no_request_shows_or_changes_anything_of_another_institution_and_a_foreign_id_is_answered_like_an_unknown_one()
    {
        var world = await World.Make(app);
        var random = new Random(Seed);
        var since = Stopwatch.GetTimestamp();
        for (var batch = 0; batch < Batches; batch++)
        {
            await world.SomethingHappens(random);
            var (me, other) = batch % 2 == 0 ? (world.One, world.Two) : (world.Two, world.One);
            var before = await PlainEntitlement.Load(app, world);
            var routes = Routes.Of(app);
            var theirs = await Belongings(other);
            var exchanges = new ConcurrentBag<Exchange>();

            await Parallel.ForEachAsync(Until(Requests / Batches * (batch + 1)), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (n, _) =>
            {
                var seed = HashCode.Combine(Seed, batch, n);
                var exchange = await Ask(world, me, before, routes[n % routes.Count], seed);
                if (exchange.Markers.Count > 0 || exchange.Expected is not null) exchanges.Add(exchange);
            });

            // What changed while asking was changed by this institution's own acts: what it may see before or after them is no leak.
            var after = await PlainEntitlement.Load(app, world);
            foreach (var exchange in exchanges)
            {
                foreach (var marker in exchange.Markers.Where(marker => !before.MaySee(me, marker) && !after.MaySee(me, marker) && !exchange.Sent.Contains(marker)))
                    Leak($"{exchange.Said} showed {before.What(marker) ?? after.What(marker)}");
                if (exchange.Expected is { } lead && exchange.Status != before.StatusOf(me, lead) && exchange.Status != after.StatusOf(me, lead))
                    Leak($"{exchange.Said} answered {exchange.Status}, the plain rule says {before.StatusOf(me, lead)}");
            }
            if (await Belongings(other) != theirs) Leak($"batch {batch}: something of the other institution was changed");
            if (leaks.Count > 0) break;
        }

        var took = Stopwatch.GetElapsedTime(since).TotalSeconds;
        var found = string.Create(CultureInfo.InvariantCulture, $"{asked:N0} requests over {Routes.Of(app).Count} routes, seed {Seed}, {asked / took:N0} requests/s: {leaks.Count:N0} leaks");
        TestContext.Current.TestOutputHelper?.WriteLine(found);
        if (Environment.GetEnvironmentVariable("ISOLATION_RESULT") is { Length: > 0 } file) await File.WriteAllTextAsync(file, found);
        leaks.ShouldBeEmpty();
        asked.ShouldBeGreaterThanOrEqualTo(Requests / Batches * Batches);
    }

    private IEnumerable<int> Until(int target)
    {
        for (var n = 0; Volatile.Read(ref asked) < target; n++) yield return n;
    }

    private sealed record Exchange(string Said, int Status, IReadOnlyCollection<string> Markers, HashSet<string> Sent, Guid? Expected);

    private async Task<Exchange> Ask(World world, Participant me, PlainEntitlement known, Routes route, int seed)
    {
        var request = route.Draw(world, me, known, new Random(seed), foreignIsUnknown: false);
        var (status, text) = await Send(me, request);
        if (status >= 500) Leak($"{request.Said} failed with {status}: {text}");
        if (request.AsksForForeign)
        {
            for (var attempt = 0; ; attempt++)
            {
                var twin = await Send(me, route.Draw(world, me, known, new Random(seed), foreignIsUnknown: true));
                if (twin.Status == status && Shape(twin.Text) == Shape(text)) break;
                // Its own acts may lie between the two; a difference that stays is one.
                if (attempt == 2)
                {
                    Leak($"{request.Said} answered a foreign id with {status} {Shape(text)}, an unknown one with {twin.Status} {Shape(twin.Text)}");
                    break;
                }
                (status, text) = await Send(me, request);
            }
        }
        return new(request.Said, status, [.. Marker().Matches(text).Select(match => match.Value.ToLowerInvariant()).Distinct().Where(known.Knows)], request.Sent, request.Lead);
    }

    private async Task<(int Status, string Text)> Send(Participant me, Drawn drawn)
    {
        Interlocked.Increment(ref asked);
        using var request = new HttpRequestMessage(new(drawn.Method), drawn.Path);
        if (drawn.Body is not null) request.Content = new StringContent(drawn.Body, Encoding.UTF8, drawn.IsFile ? "text/csv" : "application/json");
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var answer = await me.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>An answer without what differs from one request to the next.</summary>
    private static string Shape(string text) => Changing().Replace(text, "#");

    private void Leak(string said)
    {
        lock (leaks) leaks.Add($"seed {Seed}: {said}");
    }

    /// <summary>Rows that only their own institution may change; grants and feeds also change when a pupil decides for somebody else.</summary>
    private async Task<string> Belongings(Participant institution)
    {
        var tables = await app.Rows<string>(
            """
            select table_name from information_schema.columns where table_schema = 'public' and column_name = 'institution_id'
              and table_name not in ('lead_grant', 'institution_feed', 'institution_feed_head', 'intake', 'family_place') and table_name not like '%notice%' and table_name not like '%withdraw%' order by 1
            """);
        return string.Join('\n', await Task.WhenAll(tables.Select(async table =>
            $"{table} {(await app.Rows<string?>($"select md5(string_agg(t::text, ',' order by t::text)) from {table} t where institution_id = @Id", new { institution.Id })).Single()}")));
    }

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|bm[0-9]{6}[a-z]|(?:\\+84|(?<![0-9])0)9[0-9]{8}(?![0-9])|hs-[a-z0-9]{26}", RegexOptions.IgnoreCase)]
    private static partial Regex Marker();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\"traceId\":\"[^\"]*\"|\"asOf\":\"[^\"]*\"|\\d{4}-\\d\\d-\\d\\dT[0-9:.+Z-]+|hs-[a-z0-9]{26}", RegexOptions.IgnoreCase)]
    private static partial Regex Changing();
}

/// <summary>A season of two institutions, in which everything bears a mark that can be found in any answer.</summary>
internal sealed class World(EnrolmentApp app, Season season)
{
    private int marks;

    public EnrolmentApp App { get; } = app;
    public Season Season { get; } = season;
    public Participant One { get; private set; } = null!;
    public Participant Two { get; private set; } = null!;
    public List<(PupilWithoutPlace Pupil, string Name, string Phone, string Guardian)> Pupils { get; } = [];

    public Participant Other(Participant me) => me == One ? Two : One;

    public static async Task<World> Make(EnrolmentApp app)
    {
        var world = new World(app, app.NewSeason());
        world.One = await world.Season.Institution(seats: 400, fields: new[] { "name", "area" });
        world.Two = await world.Season.Institution(seats: 400, fields: new[] { "name", "area", "interests", "phone", "guardian" });
        for (var n = 0; n < 24; n++) await world.NewPupil((n % 4) switch { 0 => [world.One.Id], 1 => [world.Two.Id], 2 => [world.One.Id, world.Two.Id], _ => [] });
        foreach (var institution in new[] { world.One, world.Two })
        {
            await world.Act(institution, new Random(7), 0);
            await world.Act(institution, new Random(7), 1);
        }
        return world;
    }

    /// <summary>Between two batches: a pupil comes, a family changes its mind, an institution acts, an agreement lapses and comes back.</summary>
    public async Task SomethingHappens(Random random)
    {
        await NewPupil(random.Next(4) switch { 0 => [One.Id], 1 => [Two.Id], 2 => [One.Id, Two.Id], _ => [] });
        var (pupil, _, _, _) = Pupils[random.Next(Pupils.Count)];
        var at = Season.Now.AddDays(-10).AddMinutes(marks++);
        switch (random.Next(5))
        {
            case 4: await Season.Relay(pupil, at); break;
            case 0: await Season.Consent(pupil, "none", at: at, evidence: "web"); break;
            case 1: await Season.Consent(pupil, "chosen", at: at, chosen: random.Next(2) == 0 ? One.Id : Two.Id); break;
            case 2: await Season.Consent(pupil, at: at); break;
            default:
                await App.Rows<int>("update agreement set valid_to = case when valid_to > '2026-12-31' then date '2026-09-15' else date '2027-12-31' end where institution_id = @Id", new { (random.Next(2) == 0 ? One : Two).Id });
                break;
        }
        await Act(One, random, random.Next(3));
        await Act(Two, random, random.Next(3));
    }

    private async Task NewPupil(Guid[] chosen)
    {
        var mark = ++marks;
        var phone = $"+849{mark:00000000}";
        var (name, guardian) = ($"Học sinh bm{mark:000000}n", $"Phụ huynh bm{mark:000000}g");
        var plain = Season.Pupil(trade: "52");
        var pupil = plain with { SealedContact = App.Seal.Seal(plain.PupilId, new Contact(name, phone, $"Xóm bm{mark:000000}a", guardian, new DateOnly(2011, 5, 4))) };
        Pupils.Add((pupil, name, phone, guardian));
        if (chosen.Length > 0) await Season.Consent(pupil, "chosen", chosen: chosen);   // no agreement of the family: nobody's
        await Season.Finalize(pupil);
    }

    /// <summary>An institution does what it may, so that it owns contacts, enrolments, workbooks and whatever else there is.</summary>
    private async Task Act(Participant institution, Random random, int what)
    {
        var leads = await App.Rows<Guid>("select lead_id from lead_grant where institution_id = @Id and state in ('offered', 'contacted') order by lead_id", new { institution.Id });
        if (leads.Count == 0) return;
        var lead = leads[random.Next(leads.Count)];
        await Season.Send(institution.Http, what == 1 ? "/v1/enrolments" : what == 2 ? "/v1/workbooks" : "/v1/contacts", what switch
        {
            1 => new { leadId = lead, programmeId = institution.Programme, level = institution.Level, startedOn = "2026-09-07" },
            2 => new { },
            _ => new { leadId = lead, channel = "call", outcome = "reached", contactedAt = Season.Now, nextStep = $"bm{++marks:000000}s" },
        });
    }
}

/// <summary>Who may see what, told naively from the tables as their owner sees them.</summary>
internal sealed class PlainEntitlement
{
    private readonly Dictionary<string, (string What, HashSet<Guid> For)> markers = [];
    private readonly Dictionary<(Guid Institution, Guid Lead), int> statuses = [];

    public IReadOnlyDictionary<Guid, List<Guid>> Own { get; private init; } = new Dictionary<Guid, List<Guid>>();
    public IReadOnlyList<string> Tokens { get; private set; } = [];
    public IReadOnlyList<Guid> Pupils { get; private set; } = [];

    public bool Knows(string marker) => markers.ContainsKey(marker);

    public string? What(string marker) => markers.TryGetValue(marker, out var known) ? known.What : null;

    public bool MaySee(Participant me, string marker) => !markers.TryGetValue(marker, out var known) || known.For.Contains(me.Id);

    public int StatusOf(Participant me, Guid lead) => statuses.GetValueOrDefault((me.Id, lead), 404);

    public static async Task<PlainEntitlement> Load(EnrolmentApp app, World world)
    {
        var rows = new Dictionary<Guid, List<Guid>> { [world.One.Id] = [], [world.Two.Id] = [] };
        var plain = new PlainEntitlement { Own = rows };
        var args = new { world.Season.Province };

        // Whatever lies in a row of one institution is that institution's; ids that lie in rows of both are both's.
        var columns = await app.Rows<(string Table, string Column, string Type)>(
            """
            select c.table_name, c.column_name, c.data_type from information_schema.columns c
            where c.table_schema = 'public' and c.data_type in ('uuid', 'character varying', 'text') and c.column_name <> 'tenant_id'
              and exists (select from information_schema.columns i where i.table_schema = 'public' and i.table_name = c.table_name and i.column_name = 'institution_id')
              and exists (select from information_schema.columns t where t.table_schema = 'public' and t.table_name = c.table_name and t.column_name = 'tenant_id')
            """);
        foreach (var (table, column, type) in columns)
        {
            var pattern = type == "uuid" ? "" : $" and {column} ~ '^(bm[0-9]{{6}}[a-z]|hs-[a-z0-9]{{26}})$'";
            foreach (var (institution, value) in await app.Rows<(Guid, string)>($"select distinct institution_id, {column}::text from {table} where tenant_id = @Province and {column} is not null{pattern}", args))
            {
                plain.Mark(value, $"{table}.{column}", institution);
                if (type == "uuid" && column is not ("institution_id" or "pupil_id") && rows.TryGetValue(institution, out var own)) own.Add(Guid.Parse(value));
                else if (value.StartsWith("hs-", StringComparison.Ordinal)) plain.Tokens = [.. plain.Tokens, value];
            }
        }
        foreach (var own in rows.Values)
        {
            var distinct = own.Distinct().Order().ToList();
            own.Clear();
            own.AddRange(distinct);
        }

        // A pupil's data: a grant that stands, of a lead that stands, not run out, an agreement in force that names the field.
        var today = VietnamTime.Day(world.Season.Now);
        var agreements = await app.Rows<(Guid Institution, DateOnly From, DateOnly To, string[] Fields)>("select institution_id, valid_from, valid_to, fields from agreement where tenant_id = @Province", args);
        var grants = await app.Rows<(Guid Lead, Guid Pupil, string Status, Guid Institution, string State, DateTimeOffset Expires)>(
            "select l.lead_id, l.pupil_id, l.status, g.institution_id, g.state, g.expires_at from lead l join lead_grant g on g.lead_id = l.lead_id where l.tenant_id = @Province", args);
        var relayed = (await app.Rows<Guid>("select pupil_id from legal_basis where tenant_id = @Province and mode = 'B' and ended_at is null", args)).ToHashSet();
        var people = world.Pupils.ToDictionary(pupil => pupil.Pupil.PupilId);
        plain.Pupils = [.. people.Keys];
        foreach (var (pupil, name, phone, guardian) in world.Pupils)
        {
            var mark = name.Split(' ')[^1];
            plain.Mark(mark, "a name");
            plain.Mark(guardian.Split(' ')[^1], "a guardian");
            plain.Mark($"{mark[..^1]}a", "an address");
            plain.Mark(phone, "a telephone number");
            plain.Mark($"0{phone[3..]}", "a telephone number");
            plain.Mark(pupil.PupilId.ToString(), "a pupil's id");
        }
        foreach (var held in grants.GroupBy(grant => (grant.Institution, grant.Lead)))
        {
            var standing = held.Where(grant => grant.State is not ("withdrawn" or "expired")).Select(grant => ((string Status, string State, DateTimeOffset Expires, Guid Pupil)?)(grant.Status, grant.State, grant.Expires, grant.Pupil)).FirstOrDefault();
            var agreement = agreements.FirstOrDefault(agreement => agreement.Institution == held.Key.Institution && agreement.From <= today && today <= agreement.To);
            var ended = standing is not { Status: not "withdrawn" } now || (now.Expires <= world.Season.Now && now.State != "enrolled");
            plain.statuses[held.Key] = ended ? 410 : agreement.Fields is null ? 403 : 200;
            if (ended || agreement.Fields is null || (standing!.Value.Status == "open" && relayed.Contains(standing!.Value.Pupil))) continue;
            var person = people[standing!.Value.Pupil];
            if (agreement.Fields.Contains("name")) plain.Mark(person.Name.Split(' ')[^1], "a name", held.Key.Institution);
            if (agreement.Fields.Contains("guardian")) plain.Mark(person.Guardian.Split(' ')[^1], "a guardian", held.Key.Institution);
            if (!agreement.Fields.Contains("phone")) continue;
            plain.Mark(person.Phone, "a telephone number", held.Key.Institution);
            plain.Mark($"0{person.Phone[3..]}", "a telephone number", held.Key.Institution);
        }
        return plain;
    }

    private void Mark(string value, string what, params Guid[] institutions)
    {
        var key = value.ToLowerInvariant();
        if (!markers.TryGetValue(key, out var known)) markers[key] = known = (what, []);
        known.For.UnionWith(institutions);
    }
}

/// <summary>One request as it was drawn.</summary>
/// <param name="AsksForForeign">It names an id of the other institution, so its twin names an unknown one in that place.</param>
/// <param name="Lead">For a lead's detail: which, so that the status can be compared.</param>
internal sealed record Drawn(string Method, string Path, string? Body, bool IsFile, bool AsksForForeign, Guid? Lead, HashSet<string> Sent)
{
    public string Said => $"{Method} {Path} {Body}";
}

/// <summary>A route of the service, and how to draw requests for it from the types of its handler: whatever route is added is asked too.</summary>
internal sealed partial class Routes(string template, string method, MethodInfo? handler)
{
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["purpose"] = [Season.Purpose, Season.Purpose, Season.Purpose, "marketing"],
        ["channel"] = ["call", "message", "visit", "letter", "phone_desk"],
        ["outcome"] = ["reached", "no_answer", "refused", "interested", "will_enrol", "wrong_number"],
        ["level"] = ["intermediate", "college", "continuing_education"],
        ["reason"] = ["left", "error", "transferred"],
        ["state"] = ["active", "suspended", "closed", "paused"],
        ["trainingCode"] = ["5520227", "5480201"],
        ["text"] = ["Chào em."],
    };

    public static List<Routes> Of(EnrolmentApp app) =>
    [
        .. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => new Routes(route.RoutePattern.RawText!, method, route.Metadata.GetMetadata<MethodInfo>()))),
    ];

    public Drawn Draw(World world, Participant me, PlainEntitlement known, Random random, bool foreignIsUnknown)
    {
        var (foreign, sent) = (false, new HashSet<string>());
        var own = known.Own[me.Id];
        var others = known.Own[world.Other(me).Id].Except(own).ToList();
        // Writes with nothing but its own ids change its own state; now and then they may.
        var foreignShare = method == "GET" ? 45 : 75;

        Guid Id()
        {
            var roll = random.Next(100);
            var pick = random.Next(int.MaxValue);
            if (roll < foreignShare && others.Count > 0)
            {
                foreign = true;
                var id = others[pick % others.Count];
                return Sent(foreignIsUnknown ? new Guid([.. id.ToByteArray().Select(one => (byte)~one)]) : id);
            }
            if (roll < foreignShare + 10) return Sent(known.Pupils[pick % known.Pupils.Count]);
            if (roll < foreignShare + 15 || own.Count == 0) return Sent(new Guid(pick, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
            return Sent(own[pick % own.Count]);
        }
        Guid Sent(Guid id)
        {
            sent.Add(id.ToString());
            return id;
        }

        Guid? lead = null;
        var path = Parameter().Replace(template, match =>
        {
            if (!match.Value.Contains(":guid", StringComparison.Ordinal)) return random.Next(3) == 0 ? "x.example" : Id().ToString();
            var id = Id();
            lead = id;
            return id.ToString();
        });
        string? body = null;
        var isFile = false;
        var query = new List<string>();
        foreach (var parameter in handler?.GetParameters() ?? [])
        {
            if (template.Contains($"{{{parameter.Name}", StringComparison.OrdinalIgnoreCase)) continue;
            var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
            if (type == typeof(HttpRequest) && method != "GET")
            {
                (isFile, body) = (true, Csv(known, random));
            }
            else if (method != "GET" && IsCommand(type))
            {
                body = Value(type, parameter.Name!, 0)?.ToJsonString() ?? "{}";
            }
            else if (IsSimple(type) && parameter.Name != "wait" && random.Next(5) > 0)
            {
                var value = parameter.Name == "after" ? Cursor(world, me, random) : Value(type, parameter.Name!, 0)?.ToString();
                if (value is not null) query.Add($"{parameter.Name}={Uri.EscapeDataString(value)}");
            }
        }
        if (query.Count > 0) path += $"?{string.Join('&', query)}";
        // Cursors and files hold what the other institution was given; their twins would too.
        var compare = foreign && !isFile && (body is null || !body.Contains("\"pupilId\":\"", StringComparison.Ordinal));
        return new(method, path, body, isFile, compare, template == "/v1/leads/{leadId:guid}" && query.Contains($"purpose={Season.Purpose}") ? lead : null, sent);

        JsonNode? Value(Type type, string name, int depth)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            if (type == typeof(Guid)) return Id().ToString();
            if (type == typeof(string)) return Words.TryGetValue(name, out var words) ? words[random.Next(words.Length)] : random.Next(4) == 0 ? Id().ToString() : "văn bản";
            if (type == typeof(bool)) return random.Next(2) == 0;
            if (type == typeof(int)) return name.Contains("year", StringComparison.OrdinalIgnoreCase) ? Season.Year : name == "limit" ? random.Next(1, 60) : random.Next(1, 5);
            if (type == typeof(long)) return random.Next(1, 20);
            if (type == typeof(decimal) || type == typeof(double)) return 0;
            if (type == typeof(DateOnly)) return random.Next(2) == 0 ? "2026-09-07" : "2026-09-30";
            if (type == typeof(DateTimeOffset)) return world.Season.Now.AddMinutes(-random.Next(600)).ToString("O", CultureInfo.InvariantCulture);
            if (type.IsGenericType && type != typeof(string) && type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEnumerable<>)) is { } list)
                return depth > 3 ? new JsonArray() : new JsonArray([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(list.GetGenericArguments()[0], name, depth + 1))]);
            if (depth > 3 || !type.IsClass) return null;
            var made = new JsonObject();
            foreach (var property in type.GetProperties().Where(property => property.CanWrite))
            {
                var required = property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;
                if (required || random.Next(3) > 0) made[JsonNamingPolicy.CamelCase.ConvertName(property.Name)] = Value(property.PropertyType, property.Name, depth + 1);
            }
            return made;
        }
    }

    private static bool IsCommand(Type type) => type.Assembly == typeof(CareerPlatform.Enrolment.Features.Leads.GrantLeads).Assembly && type is { IsNested: true, Name: "Command" }
        || (type.IsGenericType && IsCommand(type.GetGenericArguments()[0]));

    private static bool IsSimple(Type type) => type == typeof(string) || type == typeof(Guid) || type == typeof(int) || type == typeof(long) || type == typeof(bool) || type == typeof(DateOnly);

    private static string Cursor(World world, Participant me, Random random)
    {
        var cursors = world.App.Services.GetRequiredService<FeedCursors>();
        var whose = random.Next(3) == 0 ? world.Other(me) : me;
        return random.Next(3) switch { 0 => cursors.At(whose.Id, random.Next(10), Guid.Empty), 1 => "nonsense", _ => cursors.At(whose.Id, random.Next(10)) };
    }

    private static string Csv(PlainEntitlement known, Random random) =>
        $"Mã hồ sơ,Hình thức,Ngày liên hệ,Giờ liên hệ,Kết quả\n{(known.Tokens.Count == 0 ? "hs-unknown" : known.Tokens[random.Next(known.Tokens.Count)])},Gọi điện,01/10/2026,09:30,Quan tâm\n";

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
