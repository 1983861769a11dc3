using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Features.Leads;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Leads of nobody, one institution each (P13).</summary>
public sealed class DecoyTests(EnrolmentApp app)
{
    private static int numbers;

    private static object Invented(string? name = null, string? phone = null)
    {
        var n = Interlocked.Increment(ref numbers);
        return new { name = name ?? $"Mùa Không Có {(char)('A' + n / 26 % 26)}{(char)('A' + n % 26)}", phone = phone ?? $"0388{n:000000}", guardian = "Mùa Cũng Không", birthDate = "2011-04-01" };
    }

    private static Task<HttpResponseMessage> Bring(Season season, params object[] decoys) => season.Send(season.Officer, "/v1/decoys", new { schoolYear = 2026, decoys });

    /// <summary>A season with decoys in the pool, two institutions and some families.</summary>
    private async Task<(Season Season, Participant[] Two, PupilWithoutPlace[] Pupils)> Planted(int decoys = 6, int families = 8)
    {
        var season = app.NewSeason();
        Participant[] two = [await season.Institution(), await season.Institution()];
        (await Bring(season, [.. Enumerable.Range(0, decoys).Select(_ => Invented())])).StatusCode.ShouldBe(HttpStatusCode.OK);
        var pupils = Enumerable.Range(0, families).Select(n => season.Pupil(n % 2 == 0 ? "97001" : "97002", trade: "52")).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils);
        return (season, two, pupils);
    }

    private async Task<(Guid Decoy, Guid Lead, Guid Institution)[]> Decoys(Season season) =>
        [.. await app.Rows<(Guid, Guid, Guid)>("select decoy_id, lead_id, institution_id from decoy where tenant_id = @Province and lead_id is not null", new { season.Province })];

    [Fact]
    public async Task P13_each_institution_has_three_decoys_an_intake_among_its_leads_and_each_is_its_own()
    {
        var (season, two, pupils) = await Planted();

        var planted = await Decoys(season);
        planted.GroupBy(one => one.Institution).ToDictionary(group => group.Key, group => group.Count()).ShouldBe(two.ToDictionary(one => one.Id, _ => 3), ignoreOrder: true);
        foreach (var one in two)
        {
            var offered = (await season.Feed(one)).Items;
            offered.Count.ShouldBe(pupils.Length + 3);
            offered.ShouldAllBe(item => item.Kind == "offered");
            offered.Select(item => item.Lead!.Value).Intersect(planted.Select(decoy => decoy.Lead)).ShouldBe(planted.Where(decoy => decoy.Institution == one.Id).Select(decoy => decoy.Lead), ignoreOrder: true);
            offered.TakeLast(3).Select(item => item.Lead!.Value).Intersect(planted.Select(decoy => decoy.Lead)).Count().ShouldBeLessThan(3, "they lie among the others");
        }
        var table = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/decoys?schoolYear=2026"))!;
        ((long)table["waiting"]!).ShouldBe(0);
        table["institutions"]!.AsArray().ShouldAllBe(line => (long)line!["planted"]! == 3 && (long)line["missing"]! == 0);

        var later = season.Pupil();
        await Bring(season, Invented());
        await season.Consent(later);
        await season.Finalize(later);
        (await Decoys(season)).Length.ShouldBe(6, "three are enough");
    }

    [Fact]
    public async Task P13_nothing_an_institution_can_read_tells_a_decoy_from_a_family()
    {
        var (season, two, pupils) = await Planted();
        var decoy = (await Decoys(season)).First(one => one.Institution == two[0].Id);
        var real = await season.LeadOf(pupils[0]);

        async Task<JsonObject> Read(Guid lead, string path) => JsonNode.Parse(await two[0].Http.GetStringAsync($"/v1/leads/{lead}{path}"))!.AsObject();
        static string Shape(JsonNode? node) => node switch
        {
            JsonObject all => $"{{{string.Join(',', all.Select(pair => $"{pair.Key}:{Shape(pair.Value)}"))}}}",
            JsonArray all => $"[{string.Join(',', all.Select(Shape))}]",
            null => "null",
            _ => node.GetValueKind().ToString(),
        };
        foreach (var path in new[] { "?purpose=vocational_guidance", "/ledger" }) Shape(await Read(decoy.Lead, path)).ShouldBe(Shape(await Read(real, path)));
        var (shown, like) = (await Read(decoy.Lead, "?purpose=vocational_guidance"), await Read(real, "?purpose=vocational_guidance"));
        ((string)shown["wishedTrade"]!, (string)shown["state"]!).ShouldBe(((string)like["wishedTrade"]!, "offered"));
        shown["offeredAt"]!.ToJsonString().ShouldBe(like["offeredAt"]!.ToJsonString());
        ((string)shown["phone"]!).ShouldStartWith("+84388");

        var contact = new { channel = "call", outcome = "reached", contactedAt = app.Clock.Now };
        (await season.Post(two[0].Http, "/v1/contacts", new { leadId = decoy.Lead, contact.channel, contact.outcome, contact.contactedAt }))["state"]!.GetValue<string>().ShouldBe("contacted");
        (await season.Send(two[0].Http, "/v1/calls", new { leadId = decoy.Lead })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await two[1].Http.GetAsync($"/v1/leads/{decoy.Lead}?purpose=vocational_guidance")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var path in new[] { "/v1/decoys?schoolYear=2026", $"/v1/leads/{decoy.Lead}/allocation" }) (await two[0].Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        foreach (var role in new[] { "area", "inspector", "leader", "school", "operator" }) (await app.As(role, season.Province, Guid.CreateVersion7()).GetAsync("/v1/decoys?schoolYear=2026")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task P13_decoys_take_no_seat_are_in_no_figure_and_are_told_to_no_other_service()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(seats: 2);
        await Bring(season, Invented(), Invented(), Invented());
        var pupils = Enumerable.Range(0, 4).Select(_ => season.Pupil()).ToArray();
        await season.Consents(pupils);
        await season.Finalize(pupils[..3]);
        await season.Finalize(pupils[3]);
        var decoy = (await Decoys(season))[0];
        await season.Post(institution.Http, "/v1/contacts", new { leadId = decoy.Lead, channel = "call", outcome = "wrong_number", contactedAt = app.Clock.Now });

        (await app.Rows<long>("select count(*) from lead_grant where tenant_id = @Province and not decoy", new { season.Province })).ShouldBe([4], "two seats are offered twice each, to four families");
        (await app.Rows<int>("select open_offers from intake where tenant_id = @Province", new { season.Province })).ShouldBe([4]);
        var counts = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/leads/counts?schoolYear=2026"))!;
        ((long)counts["pupilsWithoutPlace"]!, (long)counts["withBasis"]!, (long)counts["leads"]!["offered"]!, (long)counts["grants"]!["offered"]!, (long)counts["contacts"]!, (long)counts["feedItems"]!).ShouldBe((4, 4, 4, 4, 0, 4));
        var fairness = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/allocation/fairness?schoolYear=2026"))!["institutions"]![0]!;
        ((long)fairness["leads"]!, (long)fairness["contacts"]!).ShouldBe((4, 0));
        (await season.Officer.GetStringAsync("/v1/leads/export?schoolYear=2026")).ShouldNotContain(decoy.Lead.ToString());
        foreach (var type in new[] { "lead_granted", "contact_logged", "contact_number_found_wrong" })
            (await app.Rows<long>("select count(*) from mt_events where tenant_id = @Province and type = @type and data->>'leadId' = any (select lead_id::text from lead where decoy)", new { season.Province, type })).ShouldBe([0], type);
        (await app.Facts<LeadGranted>(season.Province)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task P13_a_decoy_that_nobody_turned_to_goes_to_no_second_institution_and_to_no_area_office()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        own.Clock.Now = new(2026, 9, 20, 3, 0, 0, TimeSpan.Zero);
        var season = own.NewSeason();
        await season.Institution();
        await season.Institution();
        await Bring(season, Invented(), Invented());
        await season.Lead();

        for (var week = 0; week < 3; week++)
        {
            own.Clock.Now = own.Clock.Now.AddDays(7);
            await own.Services.GetRequiredService<KeepLeads>().Sweep(default);
        }

        (await own.Rows<long>("select count(*) from lead_grant where decoy group by lead_id")).ShouldBe([1, 1]);
        (await own.Rows<long>("select count(*) from escalation e join lead l using (tenant_id, lead_id) where l.decoy")).ShouldBe([0]);
    }

    [Fact]
    public async Task P13_a_contact_to_a_decoy_names_the_one_institution_that_had_it_and_says_whether_it_logged_one()
    {
        var (season, two, _) = await Planted();
        var decoy = (await Decoys(season)).First(one => one.Institution == two[1].Id);
        var shown = JsonNode.Parse(await two[1].Http.GetStringAsync($"/v1/leads/{decoy.Lead}?purpose=vocational_guidance"))!;
        var phone = ((string)shown["phone"]!).Replace("+84", "0", StringComparison.Ordinal);
        object Report(string? number = null, string? name = null) => new { phone = number, name, channel = "message", happenedAt = app.Clock.Now, note = "Tin nhắn mời học" };

        var leak = await season.Post(season.Officer, "/v1/decoys:report", Report(phone));
        var named = await season.Post(season.Officer, "/v1/decoys:report", Report(name: ((string)shown["name"]!).ToLowerInvariant()));
        await season.Post(two[1].Http, "/v1/contacts", new { leadId = decoy.Lead, channel = "message", outcome = "no_answer", contactedAt = app.Clock.Now });
        var proper = await season.Post(season.Officer, "/v1/decoys:report", Report(phone));

        (Guid.Parse((string)leak["institution"]!), (bool)leak["expected"]!, (long)leak["reports"]!).ShouldBe((two[1].Id, false, 1));
        leak["lastRead"].ShouldNotBeNull("the read journal knows");
        (Guid.Parse((string)named["leadId"]!), (bool)proper["expected"]!, (long)proper["reports"]!).ShouldBe((decoy.Lead, true, 3));
        (await season.Send(season.Officer, "/v1/decoys:report", Report("0912345678"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await season.Send(two[1].Http, "/v1/decoys:report", Report(phone))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await season.Send(app.As("officer", app.NewSeason().Province), "/v1/decoys:report", Report(phone))).StatusCode.ShouldBe(HttpStatusCode.NotFound, "another province");
    }

    [Fact]
    public async Task P13_who_says_it_enrolled_a_decoy_is_answered_as_when_a_family_withdraws_and_the_province_knows()
    {
        var (season, two, _) = await Planted();
        var decoy = (await Decoys(season)).First(one => one.Institution == two[0].Id);

        foreach (var _ in new[] { 1, 2 })
            await (await season.Send(two[0].Http, "/v1/enrolments", new { leadId = decoy.Lead, programmeId = two[0].Programme, level = two[0].Level, startedOn = "2026-08-01" })).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");

        (await season.Feed(two[0])).Items[^1].ShouldSatisfyAllConditions(item => item.Kind.ShouldBe("withdrawn"), item => item.Lead.ShouldBe(decoy.Lead));
        (await app.Rows<string>("select kind from decoy_report where tenant_id = @Province", new { season.Province })).ShouldBe(["enrolment"]);
        (await app.Rows<int>("select taken from programme where programme_id = @Programme", new { two[0].Programme })).ShouldBe([0]);
        (await app.Facts<StudentEnrolled>(season.Province)).ShouldBeEmpty();
        (await app.Facts<LeadWithdrawn>(season.Province)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_number_is_a_decoy_once_and_never_a_familys()
    {
        var season = app.NewSeason();
        var family = season.Pupil(family: app.Seal.FamilyKey("+84912000001"));
        await season.Consent(family);
        await season.Finalize(family);
        await Bring(season, Invented("Sùng Không Thật", "0388999001"));

        await (await Bring(season, Invented(), Invented(phone: "0912000001"))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "number_in_use");
        await (await Bring(season, Invented(phone: "+84 388 999 001"))).ShouldBeRefusedWith(HttpStatusCode.Conflict, "decoy_known");
        await (await Bring(season, Invented("SÙNG  KHÔNG THẬT"))).ShouldBeRefusedWith(HttpStatusCode.Conflict, "decoy_known");
        await (await Bring(season, Invented(phone: "0388999002 / 0388999003"))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "multiple_values");
        (await app.Rows<long>("select count(*) from decoy where tenant_id = @Province", new { season.Province })).ShouldBe([1], "nothing of a refused batch is kept");
    }
}
