using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Enrolment.Features.Keys;
using CareerPlatform.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>What a family sees and says, and the keys under which its data lies.</summary>
public sealed class FamilyTests(EnrolmentApp app)
{
    [Fact]
    public async Task P8_a_family_reads_who_had_its_data_in_plain_Vietnamese()
    {
        var season = app.NewSeason();
        var institution = await season.Institution(fields: new[] { "name", "phone" });
        var (pupil, lead) = await season.Lead();
        (await season.Detail(institution, lead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var name = (await app.Rows<string>("select name from institution where institution_id = @Id", new { institution.Id })).Single();

        var answer = JsonNode.Parse(await Family(season, pupil).GetStringAsync($"/v1/families/{pupil.PupilId}/reads"))!;

        var read = answer["reads"]!.AsArray().Single(entry => (string)entry!["who"]! == name)!;
        ((Guid?)read["institution"]).ShouldBe(institution.Id);
        read["fields"]!.AsArray().Select(field => (string)field!).ShouldBe(["name", "phone"], ignoreOrder: true);
        ((string)read["sentence"]!).ShouldBe($"{VietnamTime.Local(app.Clock.Now).ToString("'Ngày' dd/MM/yyyy 'lúc' HH:mm", System.Globalization.CultureInfo.InvariantCulture)}, {name} đã xem họ tên, số điện thoại để tư vấn học nghề.");
        answer["missing"]!.AsArray().Select(service => (string)service!).ShouldBe(["schools", "destinations"], "nobody answers for them here, and the family hears that");
    }

    [Fact]
    public async Task A15_another_childs_family_is_told_403_guardian_not_verified_and_institutions_have_no_business_there()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, _) = await season.Lead();
        var (other, _) = await season.Lead();

        foreach (var path in new[] { $"/v1/families/{pupil.PupilId}/reads", $"/v1/families/{pupil.PupilId}" })
        {
            await (await Family(season, other).GetAsync(path)).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
            (await institution.Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await app.As("family", "999", subject: pupil.PupilId.ToString()).GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK, "its own child, in a province that knows nothing of it");
        }
        await (await Family(season, other).PutAsJsonAsync($"/v1/families/{pupil.PupilId}/pause", new { until = app.Clock.Now.AddDays(1) })).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
        await (await Family(season, other).PutAsJsonAsync($"/v1/families/{pupil.PupilId}/enrolled", new { place = "ở nhà" })).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
    }

    [Fact]
    public async Task A_family_sees_which_institutions_may_turn_to_it_why_and_until_when()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, _) = await season.Lead();

        var shown = JsonNode.Parse(await Family(season, pupil).GetStringAsync($"/v1/families/{pupil.PupilId}"))!;

        var holder = shown["institutions"]!.AsArray().ShouldHaveSingleItem()!;
        ((Guid)holder["institution"]!, (string)holder["state"]!).ShouldBe((institution.Id, "offered"));
        holder["reasons"]!.AsArray().Count.ShouldBeGreaterThan(0);
        holder["until"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_family_that_pauses_is_left_in_peace_until_then()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();
        var until = app.Clock.Now.AddDays(10);
        (await Family(season, pupil).PutAsJsonAsync($"/v1/families/{pupil.PupilId}/pause", new { until })).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        var contact = new { leadId = lead, channel = "call", outcome = "reached", contactedAt = app.Clock.Now };
        await (await season.Send(institution.Http, "/v1/contacts", contact)).ShouldBeRefusedWith(HttpStatusCode.Conflict, "family_paused");
        (await Family(season, pupil).PutAsJsonAsync($"/v1/families/{pupil.PupilId}/pause", new { until = app.Clock.Now.AddMinutes(-1) })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await season.Send(institution.Http, "/v1/contacts", contact)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await Family(season, pupil).PutAsJsonAsync($"/v1/families/{pupil.PupilId}/pause", new { until = app.Clock.Now.AddDays(181) })).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "pause_too_long");
    }

    [Fact]
    public async Task A_family_that_is_enrolled_already_is_taken_from_the_others_at_once()
    {
        var season = app.NewSeason();
        var (first, second) = (await season.Institution(), await season.Institution());
        var (kept, keptLead) = await season.Lead();
        var (gone, goneLead) = await season.Lead();

        (await Family(season, kept).PutAsJsonAsync($"/v1/families/{kept.PupilId}/enrolled", new { institution = first.Id, place = "Trường này" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Family(season, gone).PutAsJsonAsync($"/v1/families/{gone.PupilId}/enrolled", new { place = "Trung tâm GDTX huyện" })).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await season.Detail(first, keptLead)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await season.Detail(second, keptLead)).StatusCode.ShouldBe(HttpStatusCode.Gone);
        foreach (var institution in new[] { first, second }) await (await season.Detail(institution, goneLead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
    }

    [Fact]
    public async Task V15_a_lead_whose_key_is_not_here_and_not_given_is_503_key_unavailable_without_data()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await KeyedLead(season);
        (await season.Detail(institution, lead)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await app.Rows<int>("delete from pupil_key where pupil_id = @PupilId", new { pupil.PupilId });

        var answer = await season.Detail(institution, lead);
        await answer.ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "key_unavailable");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("Học sinh");
        (await app.Rows<long>("select count(*) from pii_access_item where pupil_id = @PupilId", new { pupil.PupilId })).Single().ShouldBe(1, "what was not shown is not journaled as shown");
    }

    [Fact]
    public async Task P5_a_key_is_here_only_while_an_institution_may_read_the_lead()
    {
        var season = app.NewSeason();
        await season.Institution();
        var (withdrawn, _) = await KeyedLead(season);
        var (open, _) = await KeyedLead(season);
        var keep = app.Services.GetRequiredService<KeepKeys>();

        await keep.Sweep();
        (await Keys(withdrawn, open)).ShouldBe(2);
        await season.Objection(withdrawn, "web");
        await keep.Sweep();

        (await Keys(withdrawn)).ShouldBe(0);
        (await Keys(open)).ShouldBe(1);
        await app.Rows<int>("update lead_grant set expires_at = @Now where tenant_id = @Province", new { app.Clock.Now, season.Province });   // the clock is everybody's
        await keep.Sweep();
        (await Keys(open)).ShouldBe(0);
    }

    [Fact]
    public async Task Who_is_erased_at_Schools_is_erased_here_and_an_older_result_brings_nothing_back()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await KeyedLead(season);

        await app.Hear("schools", new PersonalDataErased { Province = season.Province, PupilId = pupil.PupilId, Reason = "request", ErasedAt = app.Clock.Now }, pupil.PupilId, tenant: season.Province);
        await season.Finalize(app.Clock.Now.AddDays(1), pupil);

        await (await season.Detail(institution, lead)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_revoked");
        (await Keys(pupil)).ShouldBe(0);
        (await app.Rows<string?>("select sealed_contact from candidate where pupil_id = @PupilId", new { pupil.PupilId })).Single().ShouldBeNull();
        (await season.Feed(institution)).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn"]);
    }

    [Fact]
    public async Task P1_P2_every_grant_refers_to_a_basis_with_text_and_evidence_and_the_database_refuses_another()
    {
        var season = app.NewSeason();
        await season.Institution();
        await season.Lead();

        (await app.Rows<long>("select count(*) from lead_grant g left join legal_basis b using (tenant_id, basis_id) where g.tenant_id = @Province and (b.basis_id is null or b.mode = 'A' and (b.text_version is null or b.evidence is null))", new { season.Province }))
            .Single().ShouldBe(0);
        (await app.Rows<long>("select count(*) from lead_grant where tenant_id = @Province", new { season.Province })).Single().ShouldBe(1);
        await Should.ThrowAsync<Npgsql.PostgresException>(() => app.Rows<int>(
            "insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, pupil_id, scope, child_agreed, guardian_agreed, text_version, given_at) values (@Province, gen_random_uuid(), 'A', 'vocational_guidance', 2026, gen_random_uuid(), 'all', true, true, '2026-01', now())",
            new { season.Province }));
    }

    private HttpClient Family(Season season, PupilWithoutPlace pupil) => app.As("family", season.Province, subject: pupil.PupilId.ToString());

    private async Task<long> Keys(params PupilWithoutPlace[] pupils) =>
        (await app.Rows<long>("select count(*) from pupil_key where pupil_id = any (@Pupils)", new { Pupils = pupils.Select(pupil => pupil.PupilId).ToArray() })).Single();

    /// <summary>A lead whose contact lies under a key of the pupil's own.</summary>
    private async Task<(PupilWithoutPlace, Guid)> KeyedLead(Season season)
    {
        var pupil = season.Pupil();
        await using (var work = await app.Services.GetRequiredService<Database>().Begin(season.Province))
        {
            pupil = pupil with { SealedContact = await app.Services.GetRequiredService<PupilKeys>().Seal(work, pupil.PupilId, new Contact("Học sinh Thử Nghiệm", "+84912345678", null, null, null)) };
            await work.Commit();
        }
        await season.Consent(pupil);
        await season.Finalize(pupil);
        return (pupil, await season.LeadOf(pupil));
    }
}
