using System.Net;
using System.Net.Http.Json;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Features.Privacy;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Schools.Tests.Privacy;

/// <summary>What was erased or withdrawn stays so: in this database, in its dumps, after a backup from before is restored, and when a list with the name comes again.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private readonly string ledger = Directory.CreateTempSubdirectory("careerplatform-ledger-").FullName;
    private readonly SchoolsApp app = new();

    public async ValueTask InitializeAsync()
    {
        app.Settings["Ledger:Folder"] = ledger;
        await app.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(ledger, recursive: true);
    }

    [Fact]
    public async Task P5_erasure_leaves_counts_and_nothing_that_says_who_it_was()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, name: "Mùa Kim Canary", birth: "2010-12-24", phone: "0987000001"), province.Pupil(2));
        await province.FinalRound(province.Result(1, name: "Mùa Kim Canary", birth: "24/12/2010"), province.Result(2));
        var announced = (await province.Facts<Grade10AdmissionFinalized>()).SelectMany(fact => fact.Pupils).Single(pupil => pupil.PupilId == IdOf(province, 1));

        await Erase(province, 1);

        (await Dumps.Text(app.OwnerConnection)).ShouldSatisfyAllConditions(
            dump => dump.ShouldNotContain("Mùa Kim Canary"), dump => dump.ShouldNotContain("mua kim canary"), dump => dump.ShouldNotContain(province.Id(1)), dump => dump.ShouldContain(province.Id(2)),
            dump => dump.ShouldNotContain(Sealed(province, "Mùa Kim Canary")), dump => dump.ShouldContain(Sealed(province, Province.Name(2))));
        (await Should.ThrowAsync<RuleBroken>(() => app.Open(province.Code, announced.PupilId, announced.SealedContact))).Code.ShouldBe("key_unavailable");
        (await province.Count("result", "outcome = 'without_place'")).ShouldBe(2);
        (await province.Facts<PersonalDataErased>()).ShouldHaveSingleItem().PupilId.ShouldBe(announced.PupilId);
        (await province.Facts<ContactConsentChanged>())[^1].Changes.ShouldContain(change => change.PupilId == announced.PupilId && change.Objected == true);

        await province.Roster(province.Pupil(1, name: "Mùa Kim Canary", birth: "2010-12-24"), province.Pupil(2), province.Pupil(3));
        (await Dumps.Text(app.OwnerConnection)).ShouldNotContain(Sealed(province, "Mùa Kim Canary"));
    }

    /// <summary>How a name lies in a dump: equal names are equal there, so a name can be looked for by who has the key.</summary>
    private string Sealed(Province province, string name)
    {
        using var names = app.Seal.Names(province.Code);
        return Convert.ToHexStringLower(names.Seal(name));
    }

    [Fact]
    public async Task V9_after_a_restore_of_an_older_backup_withdrawn_and_erased_families_stay_so_before_anything_is_answered()
    {
        var province = await app.NewProvince();
        await province.Roster(5);
        var backup = await Dumps.Text(app.OwnerConnection);
        await Withdraw(province, 1);
        await Erase(province, 2);
        await Withdraw(province, 3);
        await Agree(province, 3);

        await using var restored = new SchoolsApp { Existing = await Dumps.Restore(backup, "schools") };
        restored.Settings["Ledger:Folder"] = ledger;
        await restored.InitializeAsync();
        restored.CreateClient().Dispose();   // starts it

        (await Scopes(restored, province)).ShouldBe(["none", "none", "all", "all", "all"]);
        (await restored.Rows<Guid>("select pupil_id from pupil where erased_at is not null")).ShouldBe([IdOf(province, 2)]);
        (await restored.Rows<long>("select count(*) from pupil_key where pupil_id = @Pupil", new { Pupil = IdOf(province, 2) })).ShouldBe([0L]);
        (await restored.Rows<string>("select type from mt_events where type = 'personal_data_erased'")).ShouldHaveSingleItem();
        File.ReadAllText(Directory.GetFiles(ledger).Single()).ShouldNotContain(IdOf(province, 1).ToString());
    }

    [Fact]
    public async Task V9_without_the_ledger_the_same_backup_would_bring_them_back()
    {
        var province = await app.NewProvince();
        await province.Roster(2);
        var backup = await Dumps.Text(app.OwnerConnection);
        await Withdraw(province, 1);

        await using var restored = new SchoolsApp { Existing = await Dumps.Restore(backup, "schools") };
        await restored.InitializeAsync();
        restored.CreateClient().Dispose();

        (await Scopes(restored, province)).ShouldBe(["all", "all"]);
    }

    [Fact]
    public async Task A_second_restore_and_a_line_that_a_crash_cut_off_change_nothing()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        var backup = await Dumps.Text(app.OwnerConnection);
        await Withdraw(province, 1);
        await File.AppendAllTextAsync(Directory.GetFiles(ledger).Single(), "2026-07-01T00:00:00Z Withdr");

        for (var time = 0; time < 2; time++)
        {
            await using var restored = new SchoolsApp { Existing = await Dumps.Restore(backup, "schools") };
            restored.Settings["Ledger:Folder"] = ledger;
            await restored.InitializeAsync();
            restored.CreateClient().Dispose();
            (await Scopes(restored, province)).ShouldBe(["none", "all", "all"]);
        }
    }

    [Fact]
    public async Task P5_data_whose_time_is_over_is_erased_by_the_schedule_unless_it_is_held()
    {
        var province = await app.NewProvince();
        await province.Roster(3);
        await province.FinalRound(province.Result(1), province.Result(2), province.Result(3));
        var sweep = app.Services.GetRequiredService<KeepPrivacy>();
        var start = app.Clock.Now;

        app.Clock.Now = start.AddMonths(13);
        (await province.Approver.PutAsJsonAsync($"/v1/pupils/{province.Id(3)}/legal-hold", new { reason = "Thanh tra", endsOn = "2032-01-01" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await sweep.Sweep();
        (await province.Count("upload_row")).ShouldBe(1, "the held pupil's row");
        (await province.Count("pupil", "erased_at is not null")).ShouldBe(0);

        app.Clock.Now = new DateTimeOffset(2030, 6, 30, 0, 0, 0, TimeSpan.Zero);   // the school year 2026 ended in June 2027
        await sweep.Sweep();
        (await province.Count("pupil", "erased_at is not null")).ShouldBe(0);
        app.Clock.Now = new DateTimeOffset(2030, 7, 2, 0, 0, 0, TimeSpan.Zero);
        await sweep.Sweep();

        (await province.Count("pupil", "erased_at is not null")).ShouldBe(2);
        (await province.Count("pupil_key")).ShouldBe(1);
        (await province.Facts<PersonalDataErased>()).ShouldAllBe(fact => fact.Reason == "retention");
    }

    private static Guid IdOf(Province province, int number) => Features.Rosters.RosterStaging.IdOf(province.Code, province.Id(number));

    private static async Task Withdraw(Province province, int number) =>
        await (await province.Officer.PostAsJsonAsync("/v1/consents/objections", new { pupilId = province.Id(number) }.Keyed())).ShouldBe(HttpStatusCode.OK);

    private static async Task Agree(Province province, int number) => await (await province.Officer.PostAsJsonAsync("/v1/consents",
        new { pupilId = province.Id(number), scope = "all", childAgreed = true, guardianAgreed = true, textVersion = "2026-02", evidence = "paper" }.Keyed())).ShouldBe(HttpStatusCode.OK);

    private static async Task Erase(Province province, int number)
    {
        var request = await (await province.Officer.PostAsJsonAsync("/v1/data-requests",
            new { pupilId = province.Id(number), kind = "delete", channel = "paper", askedBy = "guardian", provenBy = "id_document" }.Keyed())).ShouldBe(HttpStatusCode.Created);
        (await province.Approver.PutAsJsonAsync($"/v1/data-requests/{request.GetProperty("requestId").GetGuid()}/outcome", new { outcome = "done" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    private static async Task<IReadOnlyList<string>> Scopes(SchoolsApp app, Province province)
    {
        var scopes = (await app.Rows<(Guid Pupil, string Scope)>("select pupil_id, scope from consent where tenant_id = @Code", new { province.Code })).ToDictionary(row => row.Pupil, row => row.Scope);
        return [.. Enumerable.Range(1, scopes.Count).Select(number => scopes[IdOf(province, number)])];
    }
}
