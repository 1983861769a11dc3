using System.Net;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Testing;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>V9: a restored backup knows less than the ledger; who withdrew stays withdrawn before anything is answered.</summary>
public sealed class LedgerTests : IAsyncLifetime
{
    private readonly string ledger = Directory.CreateTempSubdirectory("careerplatform-ledger-").FullName;
    private readonly EnrolmentApp app = new();

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
    public async Task V9_after_a_restore_of_last_weeks_backup_withdrawn_children_stay_withdrawn()
    {
        var season = app.NewSeason();
        var institution = await season.Institution();
        var (objected, objectedLead) = await season.Lead();
        var (again, againLead) = await season.Lead();
        var (erased, erasedLead) = await season.Lead();
        var (_, untouchedLead) = await season.Lead();
        var backup = await Dumps.Text(app.OwnerConnection);
        app.Clock.Now = app.Clock.Now.AddDays(7);
        await season.Post(season.Officer, "/v1/objections", new { objected.PupilId });
        await season.Post(season.Officer, "/v1/objections", new { again.PupilId });
        await season.Consent(again, at: app.Clock.Now.AddHours(1));
        await app.Hear("schools", new PersonalDataErased { Province = season.Province, PupilId = erased.PupilId, Reason = "request", ErasedAt = app.Clock.Now }, erased.PupilId, tenant: season.Province);

        await using var restored = await Restored(backup, withLedger: true);
        await using var forgetful = await Restored(backup, withLedger: false);

        (await Read(restored, season, institution, objectedLead)).ShouldBe(HttpStatusCode.Gone);
        (await Read(restored, season, institution, erasedLead)).ShouldBe(HttpStatusCode.Gone);
        (await Read(restored, season, institution, againLead)).ShouldBe(HttpStatusCode.OK);
        (await Read(restored, season, institution, untouchedLead)).ShouldBe(HttpStatusCode.OK);
        (await restored.Rows<string?>("select sealed_contact from candidate where pupil_id = @PupilId", new { erased.PupilId })).Single().ShouldBeNull();
        (await restored.Rows<long>("select count(*) from institution_feed where kind = 'withdrawn'")).Single().ShouldBe(2, "the institutions are told as well");
        (await Read(forgetful, season, institution, objectedLead)).ShouldBe(HttpStatusCode.OK, "without the ledger the backup would resurrect them");
    }

    [Fact]
    public async Task V9_the_ledger_holds_hashes_only()
    {
        var season = app.NewSeason();
        await season.Institution();
        var (pupil, _) = await season.Lead();

        await season.Post(season.Officer, "/v1/objections", new { pupil.PupilId });

        var line = (await File.ReadAllLinesAsync(Path.Combine(ledger, "enrolmentdb.ledger"))).ShouldHaveSingleItem();
        line.ShouldNotContain(pupil.PupilId.ToString("N"));
        line.ShouldNotContain(pupil.PupilId.ToString());
        line.Split(' ')[1].ShouldBe("Withdrawn");
    }

    private async Task<EnrolmentApp> Restored(string backup, bool withLedger)
    {
        var copy = new EnrolmentApp { Existing = await Dumps.Restore(backup, "enrolment") };
        foreach (var (name, value) in app.Settings) copy.Settings[name] = value;
        if (!withLedger) copy.Settings.Remove("Ledger:Folder");
        copy.Clock.Now = app.Clock.Now;
        await copy.InitializeAsync();
        return copy;
    }

    private static async Task<HttpStatusCode> Read(EnrolmentApp copy, Season season, Participant institution, Guid lead) =>
        (await copy.As("institution", season.Province, institution.Id).GetAsync($"/v1/leads/{lead}?purpose={Season.Purpose}")).StatusCode;
}
