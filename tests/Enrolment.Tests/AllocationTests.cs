using CareerPlatform.Enrolment.Domain;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>The published rules of the allocation, as a plain function.</summary>
public sealed class AllocationTests
{
    private static readonly AllocationRules Rules = new("test|2026");
    private static readonly ILookup<string, string> Districts =
        new[] { ("97001", "971"), ("97002", "971"), ("97003", "972") }.ToLookup(pair => pair.Item1, pair => pair.Item2);
    private static readonly Dictionary<string, IReadOnlyList<Guid>> NoPlaces = [];

    private static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    private static Applicant Pupil(int n, string commune = "97001", string? trade = null, string? level = null, string? family = null, params Guid[] chosen) =>
        new(Id(n), family ?? $"f{n}", commune, trade, level, chosen.Length == 0 ? null : chosen.ToHashSet());

    private static Offerer Place(int n, string commune = "97009", int seats = 10, bool boarding = false, string code = "5480201", string level = "intermediate", int offers = 0) =>
        new(Id(n), commune, boarding, seats, seats, offers, [new(code, level)]);

    private static IReadOnlyList<AllocatedGrant> Decide(IEnumerable<Applicant> pupils, params Offerer[] places) => Allocation.Decide(pupils, places, NoPlaces, Districts, Rules).Grants;

    [Fact]
    public void The_wish_comes_before_the_area()
    {
        var grants = Decide([Pupil(1, trade: "52", level: "intermediate")], Place(11, "97001"), Place(12, "97001"), Place(13, code: "5520227"), Place(14, code: "5520123"));

        grants.Select(grant => grant.Institution).ShouldBe([Id(13), Id(14)], ignoreOrder: true);
        grants.ShouldAllBe(grant => grant.Reasons[0] == "wish");
    }

    [Fact]
    public void A_wished_trade_is_met_at_another_level_before_the_level_in_another_trade()
    {
        var grants = Decide([Pupil(1, trade: "5520227", level: "intermediate")], Place(11, code: "4520227", level: "elementary"), Place(12), Place(13, code: "5520227"));

        grants.Select(grant => grant.Institution).ShouldBe([Id(13), Id(11)]);
    }

    [Fact]
    public void Without_a_wish_the_own_commune_comes_first_then_the_former_district_then_boarding()
    {
        var places = new[] { Place(11), Place(12, boarding: true), Place(13, "97002"), Place(14, "97001") };

        Decide([Pupil(1)], places).Select(grant => grant.Institution).ShouldBe([Id(14), Id(13)]);
        Decide([Pupil(1)], places[..2]).Select(grant => grant.Institution).ShouldBe([Id(12), Id(11)]);
        Decide([Pupil(1)], places)[0].Reasons.ShouldBe(["area"]);
    }

    [Fact]
    public void An_agreement_reaches_only_the_communes_and_former_districts_it_names()
    {
        var places = new[] { Place(11) with { Areas = new HashSet<string> { "972" } }, Place(12) with { Areas = new HashSet<string> { "97001", "97003" } } };

        var round = Allocation.Decide([Pupil(1), Pupil(2, "97002"), Pupil(3, "97003")], places, NoPlaces, Districts, Rules);

        round.Grants.Select(grant => (grant.Pupil, grant.Institution)).ShouldBe([(Id(1), Id(12)), (Id(3), Id(11)), (Id(3), Id(12))], ignoreOrder: true);
        round.Verdicts[Id(2)].ShouldBe("OO");
        Verdict.Refused('O').Code.ShouldBe("out_of_scope");
    }

    [Fact]
    public void Brothers_and_sisters_share_the_same_two_institutions_whatever_each_wishes()
    {
        var places = Enumerable.Range(11, 6).Select(n => Place(n, code: n < 14 ? "5520227" : "5480201")).ToArray();

        var grants = Decide([Pupil(1, trade: "52", family: "one"), Pupil(2, trade: "48", family: "one"), Pupil(3, family: "one")], places);

        grants.Count.ShouldBe(6);
        grants.Select(grant => grant.Institution).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void A_sister_who_comes_in_a_later_part_gets_the_institutions_her_family_has()
    {
        var has = new Dictionary<string, IReadOnlyList<Guid>> { ["one"] = [Id(15), Id(16)] };
        var places = Enumerable.Range(11, 6).Select(n => Place(n, n < 13 ? "97001" : "97009")).ToArray();

        var grants = Allocation.Decide([Pupil(2, family: "one")], places, has, Districts, Rules).Grants;

        grants.Select(grant => grant.Institution).ShouldBe([Id(15), Id(16)], ignoreOrder: true);
    }

    [Fact]
    public void A_family_that_chose_institutions_is_offered_to_no_other()
    {
        var grants = Decide([Pupil(1, "97001", null, null, null, Id(13))], Place(11, "97001"), Place(12, "97001"), Place(13));

        grants.ShouldHaveSingleItem().Institution.ShouldBe(Id(13));
    }

    [Fact]
    public void Equal_institutions_get_about_equally_many_families()
    {
        var places = Enumerable.Range(11, 4).Select(n => Place(n, seats: 10_000)).ToArray();

        var shares = Decide(Enumerable.Range(1_000, 2_000).Select(n => Pupil(n)), places).GroupBy(grant => grant.Institution).Select(group => group.Count()).ToList();

        shares.Count.ShouldBe(4);
        shares.ShouldAllBe(count => count > 850 && count < 1_150);
    }

    [Fact]
    public void Another_published_seed_draws_another_lot()
    {
        var places = Enumerable.Range(11, 8).Select(n => Place(n)).ToArray();
        var pupils = Enumerable.Range(1_000, 20).Select(n => Pupil(n)).ToList();

        var one = Allocation.Decide(pupils, places, NoPlaces, Districts, new("one")).Grants;
        var two = Allocation.Decide(pupils, places, NoPlaces, Districts, new("two")).Grants;

        one.Select(grant => (grant.Pupil, grant.Institution)).ToHashSet().SetEquals(two.Select(grant => (grant.Pupil, grant.Institution))).ShouldBeFalse();
    }

    [Fact]
    public void Every_refusal_says_why_not()
    {
        AllocationRound Round(Applicant pupil, params Offerer[] places) => Allocation.Decide([pupil], places, NoPlaces, Districts, Rules);
        var near = Place(11, "97001", code: "5520227");
        var nearToo = Place(12, "97001", code: "5520227");

        Round(Pupil(1, trade: "52"), near, nearToo, Place(13, "97001")).Verdicts[Id(1)].ShouldBe("GGW");
        Round(Pupil(1), near, nearToo, Place(13, "97002")).Verdicts[Id(1)].ShouldBe("GGA");
        Round(Pupil(1), near, nearToo, Place(13, "97001", offers: 19)).Verdicts[Id(1)].ShouldBe("GGQ");
        Round(Pupil(1), near, nearToo, Place(13, "97001")).Verdicts[Id(1)].Order().ShouldBe("GGR");
        Round(Pupil(1), near, Place(12, seats: 0), Place(13, offers: 20)).Verdicts[Id(1)].ShouldBe("GSS");
        Round(Pupil(1, "97001", null, null, null, Id(11)), near, nearToo).Verdicts[Id(1)].ShouldBe("GC");
        Round(Pupil(1) with { Had = new HashSet<Guid> { Id(11) } }, near, nearToo).Verdicts[Id(1)].ShouldBe("HG");
        var has = new Dictionary<string, IReadOnlyList<Guid>> { ["f1"] = [Id(12), Id(13)] };
        Allocation.Decide([Pupil(1)], [near, nearToo], has, Districts, Rules).Verdicts[Id(1)].ShouldBe("FG");
    }

    [Fact]
    public void Every_letter_of_a_verdict_has_its_words_in_both_languages()
    {
        foreach (var letter in "SCHFWAQR")
        {
            var words = Verdict.Refused(letter);
            new[] { words.Code, words.Vi, words.En }.ShouldAllBe(text => text.Length > 0);
        }
        Verdict.Given(["wish", "area", "seats", "rotation"], 0, 1).En.ShouldBe(
            "Granted (trade and level as wished, the same former district): it fits the wish better than others; it is nearer than others or boards its students; it has more free seats than others; the lot drawn from the published seed fell on it.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whatever_the_province_no_family_has_more_than_two_no_seat_is_offered_more_than_twice_and_the_order_of_the_input_is_irrelevant(int seed)
    {
        for (var round = 0; round < 60; round++)
        {
            var random = new Random(seed * 1_000 + round);
            string[] communes = ["97001", "97002", "97003", "97004"];
            string?[] wishes = [null, "52", "48", "5520227", "6480201"];
            string?[] levels = [null, "elementary", "intermediate", "college"];
            var places = Enumerable.Range(0, random.Next(0, 12)).Select(n => new Offerer(Id(100 + n), communes[random.Next(4)], random.Next(2) == 0, 20, random.Next(0, 20), random.Next(0, 25),
                [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => new OpenProgramme($"{random.Next(4, 7)}{wishes[random.Next(1, 3)]}0227", levels[random.Next(1, 4)]!))])).ToArray();
            var pupils = Enumerable.Range(0, random.Next(0, 200)).Select(n => Pupil(1_000 + n, communes[random.Next(4)], wishes[random.Next(5)], levels[random.Next(4)], $"f{random.Next(0, 120)}",
                random.Next(5) == 0 && places.Length > 0 ? [places[random.Next(places.Length)].Institution] : [])).ToList();
            var has = pupils.Select(pupil => pupil.Family).Distinct().Where(_ => random.Next(4) == 0 && places.Length > 1)
                .ToDictionary(family => family, family => (IReadOnlyList<Guid>)[.. places.OrderBy(_ => random.Next()).Take(random.Next(1, 3)).Select(place => place.Institution)]);

            var decided = Allocation.Decide(pupils, places, has, Districts, Rules);
            var grants = decided.Grants;
            var shuffled = Allocation.Decide(pupils.OrderBy(_ => random.Next()), [.. places.OrderBy(_ => random.Next())], has, Districts, Rules).Grants;

            var said = $"seed {seed}, round {round}";
            decided.Verdicts.Keys.ShouldBe(pupils.Select(pupil => pupil.Pupil), ignoreOrder: true, said);
            decided.Verdicts.SelectMany(pupil => pupil.Value.Select((letter, n) => (pupil.Key, decided.Institutions[n], letter))).Where(verdict => verdict.letter == Verdict.Granted)
                .Select(verdict => (verdict.Key, verdict.Item2)).ShouldBe(grants.Select(grant => (grant.Pupil, grant.Institution)), ignoreOrder: true, said);
            foreach (var family in grants.GroupBy(grant => grant.Family))
                family.Select(grant => grant.Institution).Concat(has.GetValueOrDefault(family.Key, [])).Distinct().Count().ShouldBeLessThanOrEqualTo(2, said);
            foreach (var place in places)
                grants.Count(grant => grant.Institution == place.Institution).ShouldBeLessThanOrEqualTo(Math.Max(0, place.FreeSeats * 2 - place.OpenOffers), said);
            grants.Select(grant => (grant.Pupil, grant.Institution)).Distinct().Count().ShouldBe(grants.Count, said);
            var chosen = pupils.ToDictionary(pupil => pupil.Pupil, pupil => pupil.Chosen);
            grants.ShouldAllBe(grant => chosen[grant.Pupil] == null || chosen[grant.Pupil]!.Contains(grant.Institution), said);
            grants.ShouldAllBe(grant => grant.Reasons.Count > 0, said);
            shuffled.Select(grant => (grant.Pupil, grant.Institution)).ShouldBe(grants.Select(grant => (grant.Pupil, grant.Institution)), said);
        }
    }
}
