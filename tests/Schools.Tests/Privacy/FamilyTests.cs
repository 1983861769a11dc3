using System.Net;
using System.Net.Http.Json;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Privacy;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Schools.Tests.Privacy;

/// <summary>Families at their own data: their child's only; texts they agreed to; the years in which the rule changes.</summary>
public sealed class FamilyTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task A15_a_family_reaches_its_own_child_and_no_other()
    {
        var province = await app.NewProvince();
        await province.Roster(2);
        var family = Family(province, 1);

        (await (await family.GetAsync($"/v1/pupils/{IdOf(province, 1)}?purpose=family_request")).ShouldBe(HttpStatusCode.OK)).GetProperty("name").GetString().ShouldBe(Province.Name(1));
        await (await family.GetAsync($"/v1/pupils/{IdOf(province, 2)}?purpose=family_request")).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
        await (await family.GetAsync($"/v1/pupils/{Guid.CreateVersion7()}?purpose=family_request")).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
        await (await family.PostAsJsonAsync("/v1/consents/objections", new { pupilId = province.Id(2) }.Keyed())).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "guardian_not_verified");
    }

    [Fact]
    public async Task V2_a_family_withdraws_agrees_to_chosen_institutions_and_withdraws_again_and_each_is_announced()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        var before = (await province.Facts<ContactConsentChanged>()).Count;
        var (family, chosen) = (Family(province, 1), Guid.CreateVersion7());

        await (await family.PostAsJsonAsync("/v1/consents/objections", new { pupilId = IdOf(province, 1).ToString(), evidence = "web" }.Keyed())).ShouldBe(HttpStatusCode.OK);
        await (await family.PostAsJsonAsync("/v1/consents", Agreement(province, 1, "chosen", chosen).Keyed())).ShouldBe(HttpStatusCode.OK);
        await (await family.PostAsJsonAsync("/v1/consents/objections", new { pupilId = IdOf(province, 1).ToString(), evidence = "web" }.Keyed())).ShouldBe(HttpStatusCode.OK);

        (await province.Facts<ContactConsentChanged>()).Skip(before).Select(fact => fact.Changes.Single().Scope).ShouldBe(["none", "chosen", "none"]);
        (await province.Count("consent", "scope = 'none' and objected")).ShouldBe(1);
    }

    [Fact]
    public async Task V6_a_new_text_leaves_old_consents_theirs_and_a_new_purpose_needs_a_new_consent()
    {
        var province = await app.NewProvince();
        await Register(province, "2026-01", "vocational_guidance", "Gia đình đồng ý…");
        await province.Roster(2);
        await Register(province, "2026-02", "vocational_guidance", "Gia đình đồng ý, bản sửa…");
        await Register(province, "survey-1", "survey", "Gia đình đồng ý trả lời khảo sát…");

        await (await province.Officer.PostAsJsonAsync("/v1/consents", Agreement(province, 1, "all", text: "2026-02").Keyed())).ShouldBe(HttpStatusCode.OK);
        await (await province.Officer.PostAsJsonAsync("/v1/consents", Agreement(province, 2, "all", text: "2026-01", purpose: "survey").Keyed())).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "consent_text_unknown");
        await (await province.Officer.PostAsJsonAsync("/v1/consents", Agreement(province, 2, "all", text: "never-seen").Keyed())).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "consent_text_unknown");
        await (await province.Officer.PostAsJsonAsync("/v1/consents", Agreement(province, 2, "all", text: "survey-1", purpose: "survey").Keyed())).ShouldBe(HttpStatusCode.OK);
        await (await province.Officer.PutAsJsonAsync("/v1/consent-texts/2026-01", new { purpose = "vocational_guidance", text = "Khác" })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "consent_text_exists");
        await Register(province, "2026-01", "vocational_guidance", "Gia đình đồng ý…");

        var kept = await app.Rows<(Guid Pupil, string Purpose, string Version, bool Same)>(
            "select c.pupil_id, c.purpose, c.text_version, c.text_sha256 = t.sha256 from consent c join consent_text t on t.tenant_id = c.tenant_id and t.version = c.text_version where c.tenant_id = @Code", new { province.Code });
        kept.ShouldBe([
            (IdOf(province, 1), "vocational_guidance", "2026-02", true), (IdOf(province, 2), "vocational_guidance", "2026-01", true), (IdOf(province, 2), "survey", "survey-1", true)], ignoreOrder: true);
    }

    [Fact]
    public async Task P1_consent_needs_both_signatures()
    {
        var province = await app.NewProvince();
        await province.Roster(1);
        foreach (var (child, guardian) in new[] { (true, false), (false, true), (false, false) })
        {
            await (await province.Officer.PostAsJsonAsync("/v1/consents",
                new { pupilId = province.Id(1), scope = "all", childAgreed = child, guardianAgreed = guardian, textVersion = "2026-01", evidence = "paper" }.Keyed())).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "both_must_agree");
        }
    }

    [Fact]
    public async Task V5_a_child_who_turns_16_or_18_is_looked_at_again_once_and_that_is_on_record()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, birth: "2010-07-03"), province.Pupil(2, birth: "2008-07-04"), province.Pupil(3, birth: "2010-07-04", agreed: false), province.Pupil(4, birth: "2011-07-03"));
        var (sweep, before) = (app.Services.GetRequiredService<KeepPrivacy>(), app.Clock.Now);

        await sweep.Sweep();
        (await province.Count("consent_review")).ShouldBe(0);
        app.Clock.Now = new DateTimeOffset(2026, 7, 4, 3, 0, 0, TimeSpan.Zero);
        await sweep.Sweep();
        await sweep.Sweep();
        app.Clock.Now = before;

        (await app.Rows<(Guid Pupil, int Age, string Rule, bool Holds)>("select pupil_id, age, rule, holds from consent_review where tenant_id = @Code order by age", new { province.Code })).ShouldBe([
            (IdOf(province, 1), 16, "own_agreement_with_representative_on_record", true), (IdOf(province, 2), 18, "own_agreement_alone", true)]);
        (await province.Facts<ConsentsReviewed>()).Select(fact => (fact.Age, fact.Reviewed)).ShouldBe([(16, 1), (18, 1)], ignoreOrder: true);
    }

    [Fact]
    public async Task A_phone_is_found_by_its_blind_index_for_a_stated_purpose_and_the_search_is_journaled()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, phone: "0912345678"), province.Pupil(2, phone: "0912345678"), province.Pupil(3, phone: "0987654321"));

        var found = await (await province.Officer.PostAsJsonAsync("/v1/pupils/searches", new { phone = "091 234 5678", purpose = "family_request" })).ShouldBe(HttpStatusCode.OK);
        found.GetProperty("pupilIds").EnumerateArray().Select(id => id.GetGuid()).ShouldBe([IdOf(province, 1), IdOf(province, 2)], ignoreOrder: true);
        (await province.Count("pii_access_item", "fields = 'phone'")).ShouldBe(2);
        await (await province.Officer.PostAsJsonAsync("/v1/pupils/searches", new { phone = "0912345678", purpose = "curiosity" })).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "purpose_not_allowed");
        (await app.As("school", province.Code, Guid.CreateVersion7()).PostAsJsonAsync("/v1/pupils/searches", new { phone = "0912345678", purpose = "family_request" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private static Guid IdOf(Province province, int number) => Features.Rosters.RosterStaging.IdOf(province.Code, province.Id(number));

    private HttpClient Family(Province province, int number) => app.As("family", province.Code, subject: IdOf(province, number).ToString());

    private static object Agreement(Province province, int number, string scope, Guid? chosen = null, string text = "2026-02", string purpose = "vocational_guidance") => new
    {
        pupilId = province.Id(number),
        scope,
        institutions = chosen is { } institution ? new[] { institution } : [],
        childAgreed = true,
        guardianAgreed = true,
        textVersion = text,
        purpose,
        evidence = "web",
    };

    private static async Task Register(Province province, string version, string purpose, string text) =>
        await (await province.Officer.PutAsJsonAsync($"/v1/consent-texts/{version}", new { purpose, text })).ShouldBe(HttpStatusCode.OK);
}
