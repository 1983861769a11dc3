using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Features.Leads;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>What officers are told about who got a lead and who did not.</summary>
public sealed class ExplanationTests(EnrolmentApp app)
{
    [Fact]
    public async Task An_officer_reads_in_both_languages_why_each_institution_got_a_lead_or_not_and_the_read_is_journaled()
    {
        var season = app.NewSeason();
        var wished = await season.Institution("97009");
        var near = await season.Institution("97001", code: "5480201");
        var far = await season.Institution("97009", code: "5480201");
        var full = await season.Institution(seats: 0);
        var without = await season.Institution(agreement: false);
        var pupil = season.Pupil(trade: "52");
        await season.Consent(pupil);
        await season.Finalize(pupil);
        var lead = await season.LeadOf(pupil);

        var answer = JsonNode.Parse(await season.Officer.GetStringAsync($"/v1/leads/{lead}/allocation"))!;

        var round = answer["rounds"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)round["ruleVersion"]!, (string)round["seed"]!, (int)round["leads"]!, (int)round["grants"]!).ShouldBe(("2026-1", "careerplatform|2026", 1, 2));
        var verdicts = round["decisions"]!.AsArray().ToDictionary(decision => Guid.Parse((string)decision!["institution"]!), decision => decision!);
        string Of(Participant institution) => (string)verdicts[institution.Id]["verdict"]!;
        (Of(wished), Of(near), Of(far), Of(full), Of(without)).ShouldBe(("granted", "granted", "farther", "no_seats", "no_agreement"));
        ((string)verdicts[wished.Id]["en"]!).ShouldBe("Granted (trade and level as wished, farther): it fits the wish better than others.");
        ((string)verdicts[far.Id]["vi"]!).ShouldBe("Cùng mức nguyện vọng, cơ sở được chọn gần hơn hoặc có nội trú.");
        (await app.Rows<long>("select count(*) from pii_access where tenant_id = @Province and route like '%/allocation'", new { season.Province })).ShouldBe([1]);
        (await wished.Http.GetAsync($"/v1/leads/{lead}/allocation")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_waiting_lead_is_explained_once_however_often_it_is_tried()
    {
        var season = app.NewSeason();
        await season.Institution(seats: 0);
        var (_, lead) = await season.Lead();

        for (var n = 0; n < 3; n++) await app.Services.GetRequiredService<KeepLeads>().Sweep(default);

        (await app.Rows<string>("select verdicts from allocation_verdict where lead_id = @lead", new { lead })).ShouldBe(["S"]);
        (await app.Rows<long>("select count(*) from allocation_run where tenant_id = @Province", new { season.Province })).ShouldBe([1]);
    }
}
