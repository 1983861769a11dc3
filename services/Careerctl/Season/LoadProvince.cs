using System.Text.Json.Nodes;
using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Contracts;

namespace CareerPlatform.Careerctl.Season;

/// <summary>Loads the demo province through the gateway's HTTP interfaces, in the order of the year. Loading it again changes nothing.</summary>
public sealed class LoadProvince(Platform platform, DemoProvince province, SeasonState state, Steps steps)
{
    const int AtOnce = 4;

    public async Task Load(string files, CancellationToken ct)
    {
        var officer = platform.Officer;
        await steps.Run("write the demo province's files", _ => Task.Run(() => DemoFiles.WriteAll(province, files), ct));
        await Import("areas, old and new", "v1/areas/imports", DemoFiles.Areas);
        await Import("schools", "v1/schools/imports", DemoFiles.Schools);
        await AreaOffice(ct);
        await steps.Run("institutions with programmes, agreements and API clients", tally => Institutions(tally, ct));
        await Import("roster of grade 9 with guardians and agreements", $"v1/rosters/imports?schoolYear={DemoProvince.SchoolYear}&grade=9", DemoFiles.Roster);
        await Import("graduates recognised", $"v1/graduations/imports?cohort={DemoProvince.SchoolYear}&level=lower_secondary", DemoFiles.Graduations);

        Task Import(string what, string path, string file) => steps.Run(what, _ =>
            officer.Upload<JsonObject>(HttpMethod.Post, path, Path.Combine(files, file), ct, key: Key(file)));
    }

    /// <summary>The demo people's area office works for the commune of their school, unless an officer said otherwise.</summary>
    async Task AreaOffice(CancellationToken ct)
    {
        var path = $"v1/areas/offices/{StreamIds.Of("organisation", DemoProvince.Code, "area_office")}";
        if ((await platform.Officer.Get<JsonObject>(path, ct))["areas"]!.AsArray().Count > 0) return;
        await platform.Officer.PutUnless(path, new { areas = new[] { province.Schools.Single(school => school.Code == DemoProvince.PeoplesSchool).Commune } }, ct);
    }

    async Task Institutions(Tally tally, CancellationToken ct)
    {
        state.Read(province.Seed, province.Pupils);
        if (state.Institutions.Values.FirstOrDefault(known => known.Secret is not null) is { } kept && !await platform.IsKnown(kept.ClientId!, kept.Secret!, ct)) state.Forget();

        tally.Of = province.Institutions.Count;
        var loaded = new Dictionary<string, LoadedInstitution>();
        await Parallel.ForEachAsync(province.Institutions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (institution, stop) =>
        {
            var known = state.Institutions.GetValueOrDefault(institution.Code) ?? await Register(institution, stop);
            if (known.Secret is null)
            {
                var client = await platform.Officer.Post<JsonObject>("v1/access/clients", new { organisation = known.Id, role = "institution", name = institution.Name }, stop);
                known = known with { ClientId = (string)client["clientId"]!, Secret = (string)client["secret"]! };
            }

            lock (loaded) loaded[institution.Code] = known;
            tally.One();
        });
        foreach (var (code, institution) in loaded) state.Institutions[code] = institution;
        state.Write(province.Seed, province.Pupils);
    }

    async Task<LoadedInstitution> Register(DemoInstitution institution, CancellationToken ct)
    {
        var officer = platform.Officer;
        var id = (Guid)(await officer.Post<JsonObject>("v1/institutions", new
        {
            // The first one is where the demo people's institution person works.
            institutionId = institution == province.Institutions[0] ? StreamIds.Of("organisation", DemoProvince.Code, "institution") : (Guid?)null,
            institution.Code,
            institution.Name,
            institution.Commune,
            institution.Kind,
            institution.Boarding,
        }, ct, Key(institution.Code)))["institutionId"]!;
        var programmes = new Dictionary<string, Guid>();
        foreach (var programme in province.Programmes.Where(programme => programme.InstitutionCode == institution.Code))
        {
            var answer = await officer.Post<JsonObject>("v1/programmes", new
            {
                institutionId = id,
                programme.TrainingCode,
                programme.Name,
                programme.Level,
                programme.Seats,
                programme.IntakeYear,
                programme.Fee,
                programme.SupportPolicies,
            }, ct, Key($"{institution.Code}-{programme.TrainingCode}"));
            programmes[programme.TrainingCode] = (Guid)answer["programmeId"]!;
        }

        await officer.Post<JsonObject>("v1/agreements", new
        {
            institutionId = id,
            validFrom = $"{DemoProvince.SchoolYear}-01-01",
            validTo = $"{DemoProvince.SchoolYear + 1}-12-31",
            contents = SevenContents,
            fields = new[] { "name", "area", "interests", "phone", "guardian" },
        }, ct, Key($"{institution.Code}-agreement"));
        return new(id, programmes);
    }

    string Key(string what) => $"demo-{province.Seed}-{province.Pupils}-{what}";

    /// <summary>What an agreement on the transfer of personal data must state (Decree 356/2025/ND-CP, article 7, clause 1).</summary>
    static readonly object SevenContents = new
    {
        purpose = "vocational guidance of pupils without a place in grade 10",
        dataTypes = "name, commune, wish, phone, guardian",
        period = "one admission season, at most 90 days a lead",
        legalBasis = "agreement of the child and of the legal representative",
        protection = "encryption in transit and at rest, a journal of every read",
        subjectRights = "objection, correction and deletion within the legal time limits",
        violations = "suspension of the feed, notification within 72 hours, compensation",
    };
}
