using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>Two institutions and two provinces: nobody sees what is not theirs, by any route and not by the database either.</summary>
public sealed class IsolationTests(EnrolmentApp app)
{
    /// <summary>Every route with every id of somebody else's in every place, as an institution and as another province's officer; no foreign id, name or phone ever comes back.</summary>
    [Fact]
    public async Task No_route_shows_an_institution_or_another_province_anything_of_others()
    {
        var season = app.NewSeason();
        var mine = await season.Institution(seats: 30);
        var theirs = await season.Institution(seats: 30);
        var secrets = new HashSet<string> { theirs.Id.ToString(), theirs.Programme.ToString() };
        List<Guid> foreign = [theirs.Id, theirs.Programme];
        for (var n = 0; n < 12; n++)
        {
            var phone = $"+8498{season.Province[^3..]}{n:0000}"[..12];
            var pupil = season.Pupil(phone: phone);
            await season.Consent(pupil, "chosen", chosen: n % 3 == 0 ? mine.Id : theirs.Id);
            await season.Finalize(pupil);
            if (n % 3 == 0) continue;
            var lead = await season.LeadOf(pupil);
            foreign.AddRange([lead, pupil.PupilId]);
            secrets.UnionWith([phone, pupil.PupilId.ToString()]);
            if (n % 3 == 1)
            {
                foreign.Add((await season.Post(theirs.Http, "/v1/contacts", new { leadId = lead, channel = "call", outcome = "reached", contactedAt = season.Now, nextStep = "bí mật của cơ sở" })).Id("contactId"));
                foreign.Add((await season.Post(theirs.Http, "/v1/enrolments", new { leadId = lead, programmeId = theirs.Programme, level = theirs.Level, startedOn = "2026-09-01" })).Id("enrolmentId"));
            }
        }
        secrets.Add("bí mật của cơ sở");
        var before = await Everything(season);
        var elsewhere = app.As("officer+approver+area+school", "01");
        var random = new Random(4);
        var (asked, leaks) = (0, new List<string>());

        foreach (var route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)))
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
                foreach (var client in new[] { mine.Http, elsewhere })
                    for (var n = 0; n < 40; n++)
                    {
                        Guid Any() => foreign[random.Next(foreign.Count)];
                        var path = System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!, @"\{[^}]*\}", _ => Any().ToString());
                        if (method == "GET") path += $"?purpose={Season.Purpose}&institution={theirs.Id}&leadId={Any()}&org={theirs.Id}";
                        var body = method == "GET" ? "" : Body(path, Any, season);
                        using var request = new HttpRequestMessage(new(method), path) { Content = method == "GET" ? null : new StringContent(body, Encoding.UTF8, "application/json") };
                        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
                        request.Headers.Add("X-Institution-Id", theirs.Id.ToString());
                        var answer = await client.SendAsync(request);
                        asked++;
                        var text = await answer.Content.ReadAsStringAsync();
                        ((int)answer.StatusCode).ShouldBeLessThan(500, $"{method} {path}: {text}");
                        var echoed = path.EndsWith("batchGet", StringComparison.Ordinal) ? body : "";
                        leaks.AddRange(secrets.Where(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase) && !echoed.Contains(secret, StringComparison.Ordinal)).Select(secret => $"{method} {path} showed {secret}"));
                    }

        leaks.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(1_500);
        (await Everything(season)).ShouldBe(before, "nothing of the others may have changed");
    }

    private static string Body(string path, Func<Guid> any, Season season) => JsonSerializer.Serialize<object>(path.Split('?')[0].Split('/')[^1] switch
    {
        "contacts" => new { leadId = any(), channel = "call", outcome = "refused", contactedAt = season.Now },
        "applications" => new { leadId = any(), programmeId = any(), appliedOn = "2026-09-01" },
        "enrolments" => new { leadId = any(), programmeId = any(), level = "intermediate", startedOn = "2026-09-01" },
        "departure" => new { reason = "error", leftOn = "2026-09-30" },
        "leads:batchGet" => new { purpose = Season.Purpose, leadIds = new[] { any(), any(), any() } },
        "programmes" => new { institutionId = any(), trainingCode = "5480201", name = "x", level = "intermediate", seats = 1, intakeYear = 2026 },
        "objections" => new { pupilId = any() },
        "end" => new { lastDay = "2026-12-01" },
        _ => new { },
    });

    private async Task<string> Everything(Season season) => string.Join('|', await app.Rows<string>(
        """
        select md5(string_agg(t::text, ',' order by t::text)) from lead_grant t where tenant_id = @Province
        union all select md5(string_agg(t::text, ',' order by t::text)) from enrolment t where tenant_id = @Province
        union all select md5(string_agg(t::text, ',' order by t::text)) from contact_log t where tenant_id = @Province
        union all select md5(string_agg(t::text, ',' order by t::text)) from institution_feed t where tenant_id = @Province
        union all select md5(string_agg(t::text, ',' order by t::text)) from programme t where tenant_id = @Province
        union all select md5(string_agg(t::text, ',' order by t::text)) from legal_basis t where tenant_id = @Province
        """, new { season.Province }));

    [Fact]
    public async Task The_database_shows_an_institution_only_its_own_rows_and_nothing_at_all_when_nobody_said_who_asks()
    {
        var season = app.NewSeason();
        var (mine, theirs) = (await season.Institution(), await season.Institution());
        foreach (var institution in new[] { mine, theirs, theirs })
        {
            var pupil = season.Pupil();
            await season.Consent(pupil, "chosen", chosen: institution.Id);
            await season.Finalize(pupil);
        }
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(app.OwnerConnection) { Username = "enrolment_app", Password = "only-for-the-tests-of-one-service", Pooling = false }.ConnectionString);
        await connection.OpenAsync();

        async Task<long> Count(string table, string scope)
        {
            await using var ask = new NpgsqlCommand($"select set_config('app.tenant', '{season.Province}', false), set_config('app.institution', '{scope}', false); select count(*) from {table}", connection);
            await using var rows = await ask.ExecuteReaderAsync();
            await rows.NextResultAsync();
            await rows.ReadAsync();
            return rows.GetInt64(0);
        }

        foreach (var table in new[] { "lead", "candidate", "lead_grant", "institution_feed" })
        {
            (await Count(table, mine.Id.ToString())).ShouldBe(1, table);
            (await Count(table, theirs.Id.ToString())).ShouldBe(2, table);
            (await Count(table, "*")).ShouldBe(3, table);
            (await Count(table, "")).ShouldBe(0, table);
        }
        foreach (var table in new[] { "legal_basis", "consent", "family_place", "placement" }) (await Count(table, mine.Id.ToString())).ShouldBe(0, table);
        (await Count("agreement", mine.Id.ToString())).ShouldBe(1);
        await Should.ThrowAsync<PostgresException>(() => new NpgsqlCommand($"update lead_grant set institution_id = '{mine.Id}'; insert into institution_feed values ('{season.Province}', '{theirs.Id}', 99, 'offered', gen_random_uuid(), gen_random_uuid(), null, now())", connection).ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task S3_every_route_needs_a_token_and_the_role_it_is_for()
    {
        var season = app.NewSeason();
        using var nobody = app.CreateClient();
        using var family = app.As("family", season.Province);
        using var institution = app.As("institution", season.Province, Guid.CreateVersion7());
        foreach (var route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)))
        {
            var path = System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!, @"\{[^}]*\}", _ => Guid.NewGuid().ToString());
            var method = new HttpMethod(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);
            if (route.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                (method, path.StartsWith("/v1/public/", StringComparison.Ordinal)).ShouldBe((HttpMethod.Get, true), path);   // what everybody may know
                continue;
            }
            (await nobody.SendAsync(new(method, path))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
            (await (path.StartsWith("/v1/families/", StringComparison.Ordinal) ? institution : family).SendAsync(new(method, path))).StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }
    }

    [Fact]
    public async Task An_officer_of_another_province_finds_nothing()
    {
        var season = app.NewSeason();
        await season.Institution();
        var (pupil, lead) = await season.Lead();
        using var elsewhere = app.As("officer", "01");

        (await elsewhere.GetAsync($"/v1/leads/{lead}/ledger")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await season.Send(elsewhere, "/v1/objections", new { pupilId = pupil.PupilId })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        JsonNode.Parse(await elsewhere.GetStringAsync("/v1/institutions"))!.AsArray().ShouldBeEmpty();
    }
}
