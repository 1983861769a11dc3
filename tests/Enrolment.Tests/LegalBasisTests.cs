using System.Net;
using System.Text.Json.Nodes;
using CareerPlatform.Enrolment.Features.Leads;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>No basis, no lead: by the database itself, whatever the code does.</summary>
public sealed class LegalBasisTests(EnrolmentApp app)
{
    private static object Instrument(string expiresOn = "2026-12-31") => new
    {
        mode = "C",
        schoolYear = Season.Year,
        instrument = new { number = "12/2026/QĐ-UBND", date = "2026-05-01", article = "Điều 4", scope = "Học sinh chưa trúng tuyển lớp 10" },
        expiresOn,
    };

    private static async Task<Guid> Statutory(Season season, string expiresOn = "2026-12-31")
    {
        await season.FileImpact();
        var id = (await season.Post(season.Officer, "/v1/legal-bases", Instrument(expiresOn))).Id("basisId");
        foreach (var subject in new[] { "approver-1", "approver-2" })
            await season.Post(season.App.As("approver", season.Province, subject: subject), $"/v1/legal-bases/{id}/approvals", new { });
        return id;
    }

    [Fact]
    public async Task The_database_itself_refuses_a_lead_or_a_grant_without_a_basis_in_force()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();
        var other = await season.Institution();
        var grant = (await app.Rows<Guid>("select grant_id from lead_grant where lead_id = @lead and institution_id = @Id", new { lead, institution.Id })).Single();

        async Task Refused(string sql, string constraint)
        {
            var refused = await Should.ThrowAsync<PostgresException>(() => app.Rows<int>(sql, new { season.Province, lead, grant, pupil.PupilId, Other = other.Id, Institution = institution.Id, None = Guid.NewGuid() }));
            (refused.ConstraintName ?? refused.ColumnName).ShouldBe(constraint, sql);
        }

        await Refused("insert into lead select tenant_id, @None, 2027, pupil_id, null, 'open', null, opened_at, changed_at from lead where lead_id = @lead", "basis_id");
        await Refused("insert into candidate select tenant_id, 2027, pupil_id, school_id, residence, family_key, null, null, sealed_contact, outcome, outcome_at from candidate where pupil_id = @PupilId; "
            + "insert into lead select tenant_id, @None, 2027, pupil_id, @None, 'open', null, opened_at, changed_at from lead where lead_id = @lead", "lead_tenant_id_basis_id_fkey");
        const string copy = "insert into lead_grant select tenant_id, gen_random_uuid(), lead_id, institution_id, agreement_id, {0}, school_year, family_key, null, 'withdrawn', reasons, granted_at, expires_at from lead_grant where grant_id = @grant";
        await Refused(string.Format(null, copy, "null"), "basis_id");
        await Refused(string.Format(null, copy, "@None"), "lead_grant_tenant_id_basis_id_fkey");
        await Refused($"update legal_basis set ended_at = now() where pupil_id = @PupilId; {string.Format(null, copy, "basis_id")}", "grant_needs_basis");
        await Refused("insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, pupil_id, scope, child_agreed, guardian_agreed, text_version, evidence, given_at) "
            + "values (@Province, @None, 'A', 'vocational_guidance', 2026, @None, 'all', true, false, '1', 'paper', now())", "both_agreed");
        await Refused("insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, instrument_number, given_at) values (@Province, @None, 'C', 'vocational_guidance', 2026, '1', now())", "instrument_recorded");
        await Refused("insert into family_place select tenant_id, school_year, family_key, 3, @Other from family_place where institution_id = @Institution", "family_place_slot_check");
    }

    [Fact]
    public async Task A_basis_of_another_pupil_or_a_chosen_scope_without_the_institution_is_no_basis_for_the_database()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        var (other, _) = await season.Lead();
        var chosen = season.Pupil();
        await season.Consent(chosen, "chosen", chosen: Guid.NewGuid());

        foreach (var pupil in new[] { other.PupilId, chosen.PupilId })
        {
            var refused = await Should.ThrowAsync<PostgresException>(() => app.Rows<int>(
                """
                insert into lead_grant
                select g.tenant_id, gen_random_uuid(), g.lead_id, g.institution_id, g.agreement_id, b.basis_id, g.school_year, g.family_key, null, 'withdrawn', reasons, granted_at, expires_at
                from lead_grant g, legal_basis b where g.lead_id = @lead and b.pupil_id = @pupil and g.institution_id = @Id
                """, new { lead, pupil, institution.Id }));
            refused.ConstraintName.ShouldBe("grant_needs_basis");
        }
    }

    [Fact]
    public async Task S16_a_statutory_basis_holds_with_the_second_approval_and_never_for_who_objected()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (silent, objector, onPaper, never) = (season.Pupil(), season.Pupil(), season.Pupil(), season.Pupil());
        await season.Consent(objector, "none", evidence: "web");
        await season.Objection(onPaper, "paper");
        await season.Consent(never, "none", evidence: "school_record", child: false, guardian: false);
        var id = (await season.Post(season.Officer, "/v1/legal-bases", Instrument())).Id("basisId");
        Task<HttpResponseMessage> Approve(string subject) => season.Send(app.As("approver", season.Province, subject: subject), $"/v1/legal-bases/{id}/approvals", new { });
        await (await season.Send(app.As("officer+approver", season.Province), $"/v1/legal-bases/{id}/approvals", new { })).ShouldBeRefusedWith(HttpStatusCode.Conflict, "second_person_required");
        (await Approve("approver-1")).EnsureSuccessStatusCode();
        await (await Approve("approver-1")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "second_person_required");
        await season.Finalize(silent, objector, onPaper, never);
        (await season.Feed(institution)).Items.ShouldBeEmpty();

        await (await Approve("approver-2")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "impact_file_not_filed");
        (await Should.ThrowAsync<PostgresException>(() => app.Rows<int>("update legal_basis set approved_by = approved_by || 'x'::varchar where basis_id = @id", new { id }))).ConstraintName.ShouldBe("statutory_basis_needs_filing");
        await season.FileImpact();
        (await Approve("approver-2")).EnsureSuccessStatusCode();
        await app.Services.GetRequiredService<KeepLeads>().Sweep(default);

        (await app.Rows<Guid>("select pupil_id from lead where tenant_id = @Province", new { season.Province })).ShouldBe([silent.PupilId, never.PupilId], ignoreOrder: true);
        await (await Approve("approver-3")).ShouldBeRefusedWith(HttpStatusCode.Conflict, "already_approved");
        var refused = await Should.ThrowAsync<PostgresException>(() => app.Rows<int>(
            """
            with added as (
              insert into lead (tenant_id, lead_id, school_year, pupil_id, basis_id, status, opened_at, changed_at)
              select tenant_id, gen_random_uuid(), school_year, @Pupil, basis_id, 'open', opened_at, changed_at from lead where pupil_id = @Silent returning *)
            insert into lead_grant
            select g.tenant_id, gen_random_uuid(), added.lead_id, g.institution_id, g.agreement_id, g.basis_id, g.school_year, g.family_key, null, 'withdrawn', reasons, granted_at, expires_at
            from added, lead_grant g join lead silent using (tenant_id, lead_id) where silent.pupil_id = @Silent
            """, new { Pupil = onPaper.PupilId, Silent = silent.PupilId }));
        refused.ConstraintName.ShouldBe("grant_needs_basis", "the database itself refuses who objected");
    }

    [Fact]
    public async Task A_statutory_basis_that_is_revoked_or_runs_out_takes_its_leads_back()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var (first, second) = (own.NewSeason(), own.NewSeason());
        var (one, two) = (await first.Institution(), await second.Institution());
        var basis = await Statutory(first);
        await Statutory(second, "2026-10-05");
        await first.Finalize(first.Pupil());
        await second.Finalize(second.Pupil());

        await first.Post(first.Officer, $"/v1/legal-bases/{basis}/revocation", new { });
        own.Clock.Now = new(2026, 10, 5, 17, 0, 0, TimeSpan.Zero);   // midnight in Vietnam
        await own.Services.GetRequiredService<KeepLeads>().Sweep(default);

        (await first.Feed(one)).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn"]);
        (await second.Feed(two)).Items.Select(item => item.Kind).ShouldBe(["tombstone", "withdrawn"]);
    }

    [Fact]
    public async Task Leads_expire_and_are_told_so_and_waiting_pupils_are_offered_when_a_seat_appears()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        var (_, waiting) = await season.Lead();
        var institution = await season.Institution();
        var keeper = own.Services.GetRequiredService<KeepLeads>();
        (await season.Feed(institution)).Items.ShouldBeEmpty();

        await keeper.Sweep(default);
        (await season.Feed(institution)).Items.ShouldBe([new(1, "offered", waiting, null)]);

        own.Clock.Now = own.Clock.Now.AddDays(90);
        await (await season.Detail(institution, waiting)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_expired");
        await keeper.Sweep(default);
        await keeper.Sweep(default);

        (await season.Feed(institution)).Items.ShouldBe([new(1, "tombstone", waiting, "expired"), new(2, "expired", waiting, "expired")]);
        await (await season.Detail(institution, waiting)).ShouldBeRefusedWith(HttpStatusCode.Gone, "lead_expired");
    }

    [Fact]
    public async Task An_agreement_about_some_areas_and_programmes_brings_leads_from_there_and_for_those_only()
    {
        var season = app.NewSeason();
        await app.Hear("schools", new Contracts.Schools.AreaRegisterChanged
        {
            Province = season.Province,
            ChangedAt = season.Now,
            Areas = [.. new[] { "97001", "97002" }.Select(code => new Contracts.Schools.ListedArea { Code = code, Name = $"Xã {code}", Kind = "commune", ValidFrom = new(2025, 7, 1), Disadvantaged = false, Predecessors = [] })],
        }, Guid.CreateVersion7(), tenant: season.Province);
        var contents = new { purpose = "a", dataTypes = "b", period = "c", legalBasis = "d", protection = "e", subjectRights = "f", violations = "g" };
        object Agreement(Guid id, string[]? areas, string[]? codes) => new { institutionId = id, validFrom = "2026-01-01", validTo = "2027-12-31", contents, areas, trainingCodes = codes };
        var near = await season.Institution(agreement: false);
        var trade = await season.Institution(agreement: false, code: "5480201");

        await (await season.Send(season.Officer, "/v1/agreements", Agreement(near.Id, ["97009"], null))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "area_unknown");
        await (await season.Send(season.Officer, "/v1/agreements", Agreement(near.Id, [], null))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "scope_empty");
        await (await season.Send(season.Officer, "/v1/agreements", Agreement(near.Id, null, ["52"]))).ShouldBeRefusedWith(HttpStatusCode.UnprocessableEntity, "training_code_invalid");
        await season.Post(season.Officer, "/v1/agreements", Agreement(near.Id, ["97001"], null));
        await season.Post(season.Officer, "/v1/agreements", Agreement(trade.Id, null, ["5520227"]));   // it has no such programme
        var (here, there) = (season.Pupil("97001"), season.Pupil("97002"));
        await season.Consents([here, there]);
        await season.Finalize(here, there);

        (await app.Rows<string>("select verdicts from allocation_verdict where tenant_id = @Province", new { season.Province })).ShouldBe(["G", "O"], ignoreOrder: true);
        (await app.Rows<(Guid, Guid)>("select l.pupil_id, g.institution_id from lead l join lead_grant g using (lead_id) where l.tenant_id = @Province", new { season.Province })).ShouldBe([(here.PupilId, near.Id)]);
        var listed = JsonNode.Parse(await season.Officer.GetStringAsync("/v1/agreements"))!.AsArray().Single(item => (Guid)item!["institutionId"]! == near.Id)!;
        listed["areas"]!.AsArray().Select(area => (string)area!).ShouldBe(["97001"]);
        listed["trainingCodes"].ShouldBeNull();
    }

    [Fact]
    public async Task Only_the_fields_of_the_agreement_leave()
    {
        var season = app.NewSeason();
        var narrow = await season.Institution(fields: new[] { "area" });
        var (_, lead) = await season.Lead();

        var detail = JsonNode.Parse(await (await season.Detail(narrow, lead)).Content.ReadAsStringAsync())!.AsObject();

        detail.Select(field => field.Key).ShouldBe(["leadId", "schoolYear", "purpose", "commune", "state", "offeredAt", "expiresAt"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_read_names_its_purpose_and_is_journaled_with_the_fields_it_showed()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (pupil, lead) = await season.Lead();

        await (await season.Detail(institution, lead, purpose: null)).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "purpose_not_allowed");
        await (await season.Detail(institution, lead, purpose: "marketing")).ShouldBeRefusedWith(HttpStatusCode.Forbidden, "purpose_not_allowed");
        (await season.Detail(institution, lead)).EnsureSuccessStatusCode();
        await season.Post(institution.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = new[] { lead, Guid.NewGuid() } });

        var journal = await app.Rows<(string Purpose, Guid Organisation, string Fields)>(
            "select a.purpose, a.organisation, i.fields from pii_access a join pii_access_item i using (tenant_id, access_id) where i.pupil_id = @PupilId", new { pupil.PupilId });
        journal.ShouldBe(Enumerable.Repeat((Season.Purpose, institution.Id, "area,interests,name,phone"), 2));
    }

    [Fact]
    public async Task S6_a_read_that_cannot_be_journaled_does_not_happen()
    {
        await using var own = new EnrolmentApp();
        await own.InitializeAsync();
        var season = own.NewSeason();
        var institution = await season.Institution();
        var (_, lead) = await season.Lead();
        await own.Rows<int>("revoke insert on pii_access_item from enrolment_app");

        try
        {
            var single = await season.Detail(institution, lead);
            (await single.Content.ReadAsStringAsync()).ShouldNotContain("+84");
            await single.ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "journal_unavailable");
            await (await season.Send(institution.Http, "/v1/leads:batchGet", new { purpose = Season.Purpose, leadIds = new[] { lead } })).ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "journal_unavailable");
        }
        finally
        {
            await own.Rows<int>("grant insert on pii_access_item to enrolment_app");
        }
    }
}
