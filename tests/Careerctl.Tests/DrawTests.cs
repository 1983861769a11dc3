using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Careerctl.Season;

namespace CareerPlatform.Careerctl.Tests;

public sealed class DrawTests
{
    [Fact]
    public void The_same_seed_draws_the_same_fates_and_another_seed_others()
    {
        var first = Fates(seed: 7);

        Fates(seed: 7).ShouldBe(first);
        Fates(seed: 8).ShouldNotBe(first);
    }

    [Fact]
    public void It_knows_who_must_have_a_lead_without_asking_the_platform()
    {
        var province = new DemoProvince(seed: 7, pupils: 3_000);
        var draw = new Draw(province);
        var candidates = new Intake(province).Councils().SelectMany(council => council.Candidates).ToList();

        draw.Candidates.ShouldBe(candidates.Count);
        (draw.Admitted + draw.WithoutPlace + draw.Absent).ShouldBe(candidates.Count);
        draw.Leads.Count.ShouldBe(candidates.Count(candidate => candidate is { Admitted: false, Absent: false, BothAgreed: true }));
        draw.Leads.Distinct().Count().ShouldBe(draw.Leads.Count);
    }

    [Fact]
    public void A_realistic_share_enrols_and_nobody_who_enrols_is_amended_or_opts_out()
    {
        var draw = new Draw(new DemoProvince());
        var gone = draw.Amended.Concat(draw.OptedOut).Select(Draw.IdOf).ToList();

        ((double)draw.Leads.Count(draw.Enrols) / draw.Leads.Count).ShouldBe(.30, tolerance: .02);
        ((double)draw.Leads.Count(draw.IsContacted) / draw.Leads.Count).ShouldBe(.45, tolerance: .02);
        draw.Leads.Where(draw.Enrols).ShouldAllBe(pupil => draw.IsContacted(pupil));
        draw.Amended.Count.ShouldBe(50);
        draw.OptedOut.Count.ShouldBe(50);
        gone.Distinct().Count().ShouldBe(100);
        gone.ShouldAllBe(pupil => draw.Leads.Contains(pupil) && !draw.IsContacted(pupil));
        draw.WalkIns.Count.ShouldBeGreaterThan(200);
    }

    static List<string> Fates(int seed)
    {
        var draw = new Draw(new DemoProvince(seed, pupils: 1_000));
        return [.. draw.Leads.Where(draw.Enrols).Select(pupil => $"{pupil} {draw.Choice(pupil, 10)} {draw.TakesDualTrack(pupil)}"), .. draw.Amended, .. draw.OptedOut];
    }
}
