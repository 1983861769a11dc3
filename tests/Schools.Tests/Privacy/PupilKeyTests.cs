using System.Net;
using System.Security.Cryptography;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Schools.Tests.Privacy;

/// <summary>Contacts lie under keys of the pupils' own: what is deleted there is erased everywhere.</summary>
public sealed class PupilKeyTests(SchoolsApp app) : IClassFixture<SchoolsApp>
{
    [Fact]
    public async Task S8_phone_address_guardian_and_birth_date_are_not_in_a_dump()
    {
        var province = await app.NewProvince();
        await province.Roster(
            province.Pupil(1, birth: "2009-02-28", phone: "0987654321").Replace("Người Đỡ Đầu 1", "Canary Guardian", StringComparison.Ordinal).Replace("Thôn 1,", "Canary Street,", StringComparison.Ordinal),
            province.Pupil(2));
        await province.FinalRound(province.Result(1, birth: "28/02/2009"), province.Result(2));
        (await Find(province, 1)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var dump = await Dumps.Text(app.OwnerConnection);

        dump.ShouldContain(province.Id(1));   // the dump is one
        dump.ShouldNotContain(Province.Name(1));
        foreach (var canary in (string[])["987654321", "0987654321", "Canary Guardian", "Canary Street", "2009-02-28", "28/02/2009", "28-02-2009"]) dump.ShouldNotContain(canary);
    }

    [Fact]
    public async Task Who_was_erased_by_its_key_opens_for_nobody_and_the_others_do()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1), province.Pupil(2));
        await province.FinalRound(province.Result(1), province.Result(2));
        var announced = (await province.Facts<Grade10AdmissionFinalized>()).SelectMany(fact => fact.Pupils).ToList();
        var (first, second) = (announced.Single(pupil => pupil.PupilId == IdOf(province, 1)), announced.Single(pupil => pupil.PupilId == IdOf(province, 2)));
        (await app.Open(province.Code, first.PupilId, first.SealedContact)).Guardian.ShouldBe("Người Đỡ Đầu 1");

        await Within(province, work => PupilKeys.Erase(work, [first.PupilId]));

        (await Should.ThrowAsync<RuleBroken>(() => app.Open(province.Code, first.PupilId, first.SealedContact))).Code.ShouldBe("key_unavailable");
        (await app.Open(province.Code, second.PupilId, second.SealedContact)).Guardian.ShouldBe("Người Đỡ Đầu 2");
    }

    [Fact]
    public async Task V15_a_missing_key_version_is_503_key_unavailable_and_no_plaintext_instead()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1));
        await app.Rows<int>("delete from pupil_key where tenant_id = @Code", new { province.Code });

        var answer = await Find(province, 1);

        await answer.ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "key_unavailable");
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain(Province.Name(1));
    }

    [Fact]
    public async Task A_wrapped_key_that_is_moved_to_another_pupil_or_version_opens_nothing()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1), province.Pupil(2));
        await app.Rows<int>(
            "update pupil_key k set wrapped = o.wrapped from pupil_key o where k.tenant_id = @Code and o.tenant_id = @Code and k.pupil_id = @First and o.pupil_id = @Second",
            new { province.Code, First = IdOf(province, 1), Second = IdOf(province, 2) });

        await (await Find(province, 1)).ShouldBeRefusedWith(HttpStatusCode.ServiceUnavailable, "key_unavailable");
        (await Find(province, 2)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_contact_that_was_sealed_before_there_were_keys_of_pupils_still_opens()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1));
        var before = app.Seal.Seal(IdOf(province, 1), new Contact(Province.Name(1), "+84900000009", null, "Người Cũ", null));
        await app.Rows<int>("update contact set sealed_contact = @before where tenant_id = @Code", new { before, province.Code });
        await app.Rows<int>("delete from pupil_key where tenant_id = @Code", new { province.Code });

        (await (await Find(province, 1)).ShouldBe(HttpStatusCode.OK)).GetProperty("guardian").GetString().ShouldBe("Người Cũ");
    }

    [Fact]
    public async Task S9_a_provinces_key_is_changed_while_its_contacts_are_read()
    {
        var province = await app.NewProvince();
        await province.Roster(40);
        var keys = app.Services.GetRequiredService<PupilKeys>();
        await Within(province, keys.Rotate);
        using var stop = new CancellationTokenSource();
        var reads = Task.Run(async () =>
        {
            var read = 0;
            for (; !stop.IsCancellationRequested; read++) (await Find(province, 1 + read % 40)).StatusCode.ShouldBe(HttpStatusCode.OK);
            return read;
        });

        await Wait.Until(async () => await Within(province, keys.Rewrap) == 0);
        await stop.CancelAsync();

        (await reads).ShouldBeGreaterThan(0);
        (await province.Count("pupil_key", "province_version = 2")).ShouldBe(40);
        (await Find(province, 40)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task S9_the_master_key_is_changed_with_the_old_one_beside_it_and_then_without()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1));
        var text = (await app.Rows<string>("select sealed_contact from contact where tenant_id = @Code", new { province.Code })).Single();
        var (old, fresh) = (Convert.FromBase64String(app.Settings["Contact:SealKey"]!), RandomNumberGenerator.GetBytes(32));
        var pupil = IdOf(province, 1);

        await Should.ThrowAsync<RuleBroken>(() => Open(new ContactSeal(fresh, [], old)));
        (await Open(new ContactSeal(fresh, [old]))).Guardian.ShouldBe("Người Đỡ Đầu 1");
        new ContactSeal(fresh, [old]).FamilyKey("+84912345678").ShouldBe(app.Seal.FamilyKey("+84912345678"));
        await Within(province, new PupilKeys(new ContactSeal(fresh, [old]), app.Clock).Rewrap);
        (await Open(new ContactSeal(fresh, [], old))).Guardian.ShouldBe("Người Đỡ Đầu 1");
        await Should.ThrowAsync<RuleBroken>(() => Open(new ContactSeal(old)));

        async Task<Contact> Open(ContactSeal seal)
        {
            await using var work = await app.Services.GetRequiredService<Database>().Begin(province.Code);
            return await new PupilKeys(seal, app.Clock).Open(work, pupil, text);
        }
    }

    [Fact]
    public async Task A_contact_that_a_later_list_corrects_gets_a_key_of_its_own_and_what_was_announced_before_still_opens()
    {
        var province = await app.NewProvince();
        await province.Roster(province.Pupil(1, phone: "0911111111"));
        await province.FinalRound(province.Result(1));
        var announced = (await province.Facts<Grade10AdmissionFinalized>()).Single().Pupils.Single();

        await province.Roster(province.Pupil(1, phone: "0922222222"));

        (await province.Count("pupil_key")).ShouldBe(2);
        (await app.Open(province.Code, announced.PupilId, announced.SealedContact)).Phone.ShouldBe("+84911111111");
        (await (await Find(province, 1)).ShouldBe(HttpStatusCode.OK)).GetProperty("phone").GetString().ShouldBe("+84922222222");
    }

    private static Guid IdOf(Province province, int number) => Features.Rosters.RosterStaging.IdOf(province.Code, province.Id(number));

    private static Task<HttpResponseMessage> Find(Province province, int number) => province.Officer.GetAsync($"/v1/pupils/{province.Id(number)}?purpose=admission_check");

    private async Task<T> Within<T>(Province province, Func<Work, Task<T>> act)
    {
        await using var work = await app.Services.GetRequiredService<Database>().Begin(province.Code);
        var result = await act(work);
        await work.Commit();
        return result;
    }
}
