using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CareerPlatform.Identity.Data;
using Npgsql;

namespace CareerPlatform.Identity.Tests;

public sealed class AccessTests(SharedApp shared)
{
    private static readonly Guid Department = FirstPeople.Id("97", "department");
    private static readonly Guid Operator = FirstPeople.Id("97", "operator");
    private static readonly Guid School = FirstPeople.Id("97", "school");

    private readonly IdentityApp app = shared.App;

    [Fact]
    public async Task The_operator_registers_a_person_of_the_department_who_can_sign_in_with_the_password_shown_once()
    {
        var admin = await app.As("operator");

        var answer = await admin.PostAsJsonAsync("/v1/access/people", new { username = "Can.Bo.Moi", organisation = Department, roles = new[] { "officer", "inspector" } });

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var person = await answer.Json();
        person["username"]!.GetValue<string>().ShouldBe("can.bo.moi");
        var (signedIn, _) = await app.SignIn("CAN.BO.MOI", person["password"]!.GetValue<string>());
        signedIn.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await admin.PostAsJsonAsync("/v1/access/people", new { username = "can.bo.moi", organisation = Department, roles = Array.Empty<string>() })).ShouldBeRefusedWith("username_taken", 409);
    }

    [Fact]
    public async Task Nobody_grants_in_their_own_organisation_or_above()
    {
        var officer = await app.As("officer");

        await (await officer.PostAsJsonAsync("/v1/access/people", new { username = "dong.nghiep", organisation = Department, roles = new[] { "approver" } })).ShouldBeRefusedWith("grant_from_above_only", 403);
        await (await officer.PostAsJsonAsync("/v1/access/people", new { username = "cap.tren", organisation = Operator, roles = new[] { "operator" } })).ShouldBeRefusedWith("grant_from_above_only", 403);
    }

    [Fact]
    public async Task Nobody_grants_a_role_to_themselves()
    {
        var admin = await app.As("operator");
        var self = await PersonOf(admin, "operator.97");

        await (await admin.PutAsync($"/v1/access/people/{self}/roles/{Department}/officer", null)).ShouldBeRefusedWith("grant_to_oneself", 403);
        await (await admin.PutAsync($"/v1/access/revocations/person/{self}", null)).ShouldBeRefusedWith("grant_to_oneself", 403);
    }

    [Fact]
    public async Task A_role_belongs_to_a_kind_of_organisation()
    {
        var admin = await app.As("operator");

        await (await admin.PostAsJsonAsync("/v1/access/people", new { username = "sai.vai", organisation = School, roles = new[] { "approver" } })).ShouldBeRefusedWith("role_not_for_organisation", 422);
    }

    [Fact]
    public async Task The_officer_above_a_school_grants_there_and_the_role_shows_in_the_next_token()
    {
        var officer = await app.As("officer");
        var made = await (await officer.PostAsJsonAsync("/v1/access/people", new { username = "giao.vien", organisation = School, roles = Array.Empty<string>() })).Json();
        var (id, password) = (made["personId"]!.GetValue<Guid>(), made["password"]!.GetValue<string>());
        var (_, browser) = await app.SignIn("giao.vien", password);
        await (await browser.PostAsync("/session/token", null)).ShouldBeRefusedWith("no_role", 403);

        (await officer.PutAsync($"/v1/access/people/{id}/roles/{School}/school", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        (await browser.PostAsync("/session/token", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await EventsOf("role_granted", id)).ShouldBe(1);
    }

    [Fact]
    public async Task A_withdrawn_role_makes_its_tokens_useless_and_a_new_token_does_not_carry_it()
    {
        var admin = await app.As("operator");
        var made = await (await admin.PostAsJsonAsync("/v1/access/people", new { username = "hai.vai", organisation = Department, roles = new[] { "officer", "inspector" } })).Json();
        var (id, password) = (made["personId"]!.GetValue<Guid>(), made["password"]!.GetValue<string>());
        var (_, browser) = await app.SignIn("hai.vai", password);
        var old = app.With(await IdentityApp.SessionToken(browser));
        (await old.GetAsync("/v1/access/people")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await admin.DeleteAsync($"/v1/access/people/{id}/roles/{Department}/officer")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await Testing.Wait.Until(async () => (await old.GetAsync("/v1/access/people")).StatusCode == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(5));
        var fresh = await IdentityApp.SessionToken(browser);
        (await app.With(fresh).GetAsync("/v1/access/people")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_withdrawn_role_stays_withdrawn_in_old_tokens_when_access_is_stopped_and_given_back()
    {
        var admin = await app.As("operator");
        var made = await (await admin.PostAsJsonAsync("/v1/access/people", new { username = "vai.cu", organisation = Department, roles = new[] { "officer", "inspector" } })).Json();
        var (id, password) = (made["personId"]!.GetValue<Guid>(), made["password"]!.GetValue<string>());
        var (_, browser) = await app.SignIn("vai.cu", password);
        var old = app.With(await IdentityApp.SessionToken(browser));
        (await old.GetAsync("/v1/access/people")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await admin.DeleteAsync($"/v1/access/people/{id}/roles/{Department}/officer")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var since = app.With(await IdentityApp.SessionToken(browser));
        (await admin.PutAsync($"/v1/access/revocations/person/{id}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Testing.Wait.Until(async () => (await since.GetAsync("/v1/access/people")).StatusCode == HttpStatusCode.Unauthorized);
        (await admin.DeleteAsync($"/v1/access/revocations/person/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Testing.Wait.Until(async () => (await since.GetAsync("/v1/access/people")).StatusCode == HttpStatusCode.Forbidden);   // accepted again, without the role

        await (await old.GetAsync("/v1/access/people")).ShouldBeRefusedWith("access_revoked", 401);
    }

    [Theory]
    [InlineData("leader")]
    [InlineData("inspector")]
    [InlineData("school")]
    [InlineData("approver")]
    public async Task Only_operators_and_officers_manage_access(string role)
    {
        var caller = await app.As(role);

        foreach (var path in new[] { "/v1/access/people", "/v1/access/clients", "/v1/access/organisations", "/v1/access/revocations" })
        {
            await (await caller.GetAsync(path)).ShouldBeRefusedWith("forbidden", 403);
        }
        await (await caller.PostAsJsonAsync("/v1/access/clients", new { organisation = Guid.NewGuid(), role = "institution", name = "x" })).ShouldBeRefusedWith("forbidden", 403);
    }

    [Fact]
    public async Task A_client_gets_its_organisation_in_its_token_and_its_secret_is_never_shown_again()
    {
        var admin = await app.As("operator");
        var institution = Guid.CreateVersion7();

        var answer = await admin.PostAsJsonAsync("/v1/access/clients", new { organisation = institution, role = "institution", name = "Trường Cao đẳng Thử nghiệm", scopes = new[] { "feed:read" } });

        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var made = await answer.Json();
        var (clientId, secret) = (made["clientId"]!.GetValue<string>(), made["secret"]!.GetValue<string>());
        Convert.FromBase64String(secret.Replace('-', '+').Replace('_', '/') + "=").Length.ShouldBe(32);
        var token = new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(await app.Token(clientId, secret));
        token.GetClaim("org").Value.ShouldBe(institution.ToString());
        token.GetClaim("scope").Value.ShouldBe("feed:read");
        (await admin.GetStringAsync("/v1/access/clients")).ShouldNotContain(secret);
    }

    [Fact]
    public async Task An_officer_gives_an_institution_below_the_department_a_client_but_not_the_operator()
    {
        var officer = await app.As("officer");

        (await officer.PostAsJsonAsync("/v1/access/clients", new { organisation = Guid.NewGuid(), role = "institution", name = "Trung tâm Thử nghiệm" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await officer.PostAsJsonAsync("/v1/access/clients", new { organisation = Operator, role = "operator", name = "x" })).ShouldBeRefusedWith("grant_from_above_only", 403);
    }

    [Fact]
    public async Task The_approver_is_a_person()
    {
        await (await (await app.As("operator")).PostAsJsonAsync("/v1/access/clients", new { organisation = Department, role = "approver", name = "x" })).ShouldBeRefusedWith("role_for_people_only", 422);
    }

    [Fact]
    public async Task A_revoked_organisation_gets_no_token_for_any_of_its_clients_until_it_is_restored()
    {
        var admin = await app.As("operator");
        var institution = Guid.CreateVersion7();
        var made = await (await admin.PostAsJsonAsync("/v1/access/clients", new { organisation = institution, role = "institution", name = "Trường Thử" })).Json();
        var (clientId, secret) = (made["clientId"]!.GetValue<string>(), made["secret"]!.GetValue<string>());

        (await admin.PutAsync($"/v1/access/revocations/organisation/{institution}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await admin.PutAsync($"/v1/access/revocations/organisation/{institution}", null)).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await (await app.AskToken(clientId, secret)).ShouldBeRefusedWith("invalid_client", 401);
        (await EventsOf("access_changed", institution)).ShouldBe(1);
        (await admin.DeleteAsync($"/v1/access/revocations/organisation/{institution}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await app.AskToken(clientId, secret)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await EventsOf("access_changed", institution)).ShouldBe(2);
    }

    [Fact]
    public async Task Somebody_elses_province_is_not_there()
    {
        var admin = await app.As("operator");

        await (await admin.PutAsync($"/v1/access/revocations/person/{Guid.NewGuid()}", null)).ShouldBeRefusedWith("not_found", 404);
        await (await admin.PutAsync("/v1/access/revocations/client/c-other", null)).ShouldBeRefusedWith("not_found", 404);
        await (await admin.PutAsync("/v1/access/revocations/anything/x", null)).ShouldBeRefusedWith("not_found", 404);
        await (await admin.PostAsJsonAsync("/v1/access/people", new { username = "o.dau.do", organisation = Guid.NewGuid(), roles = Array.Empty<string>() })).ShouldBeRefusedWith("not_found", 404);
    }

    [Theory]
    [InlineData("""{"username":"thua.truong","organisation":"0199bb00-0000-7000-8000-000000000000","roles":[],"isOperator":true}""", "unknown_field")]
    [InlineData("""{"username":"a.b","username":"c.d","organisation":"0199bb00-0000-7000-8000-000000000000","roles":[]}""", "duplicate_field")]
    [InlineData("""{"username":"thieu.truong"}""", "field_missing")]
    [InlineData("""{"username":}""", "json_invalid")]
    public async Task JSON_is_read_strictly(string body, string code)
    {
        var admin = await app.As("operator");

        await (await admin.PostAsync("/v1/access/people", new StringContent(body, System.Text.Encoding.UTF8, "application/json"))).ShouldBeRefusedWith(code, 400);
    }

    private static async Task<Guid> PersonOf(HttpClient admin, string username) =>
        (await admin.GetFromJsonAsync<JsonNode>("/v1/access/people"))!["items"]!.AsArray().Single(item => item!["username"]!.GetValue<string>() == username)!["personId"]!.GetValue<Guid>();

    private async Task<long> EventsOf(string type, Guid about)
    {
        await using var source = NpgsqlDataSource.Create(app.OwnerConnection);
        await using var command = source.CreateCommand($"select count(*) from mt_events where type = '{type}' and data::text like '%{about}%'");
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
