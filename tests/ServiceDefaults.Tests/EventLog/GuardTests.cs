using System.Text;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class GuardTests
{
    [Theory]
    [InlineData("""{"name":"Nguyễn Thị Đặng"}""", "name")]
    [InlineData("""{"pupilId":"1","name":"x","code":"7"}""", "name")]
    [InlineData("""{"fullName":"x"}""", "fullName")]
    [InlineData("""{"phone":"0912345678"}""", "phone")]
    [InlineData("""{"guardianPhone":"0912345678"}""", "guardianPhone")]
    [InlineData("""{"pupils":[{"pupilId":"1","address":"x"}]}""", "address")]
    [InlineData("""{"contact":{"zalo":"x"}}""", "contact")]
    [InlineData("""{"guardian":"x"}""", "guardian")]
    [InlineData("""{"birthDate":"2011-02-03"}""", "birthDate")]
    [InlineData("""{"ngay_sinh":"2011-02-03"}""", "ngay_sinh")]
    [InlineData("""{"so_dien_thoai":["0912345678"]}""", "so_dien_thoai")]
    [InlineData("""{"email":"x"}""", "email")]
    public void Personal_data_in_clear_is_found(string json, string member)
    {
        EventGuard.PersonalMember(Encoding.UTF8.GetBytes(json)).ShouldBe(member);
    }

    [Theory]
    [InlineData("""{"code":"17000","name":"Xã Yên Hoà"}""")]
    [InlineData("""{"guardianAgreed":true,"phoneChecked":false}""")]
    [InlineData("""{"sealedContact":"AAAA","familyKey":"BBBB"}""")]
    [InlineData("""{"channel":"phone","contacts":3,"items":[[1,2],["a"]],"nothing":null}""")]
    public void What_is_not_personal_passes(string json)
    {
        EventGuard.PersonalMember(Encoding.UTF8.GetBytes(json)).ShouldBeNull();
    }

    [Fact]
    public void Every_contract_of_the_platform_passes()
    {
        var contracts = typeof(Grade10AdmissionFinalized).Assembly;
        foreach (var example in contracts.GetManifestResourceNames().Where(name => name.EndsWith(".example.json", StringComparison.Ordinal)))
        {
            using var json = new MemoryStream();
            contracts.GetManifestResourceStream(example)!.CopyTo(json);
            EventGuard.PersonalMember(json.ToArray()).ShouldBeNull(example);
        }
    }

    [Fact]
    public async Task A_fact_that_is_too_large_or_names_a_person_is_refused_and_nothing_is_stored()
    {
        await using var log = await Log.Create();
        await using (var work = await log.Database.Begin("40"))
        {
            work.Append("walk", Guid.CreateVersion7(), new StepTaken { Number = 1, Note = new string('x', EventGuard.MaxBytes) });
            (await Should.ThrowAsync<RuleBroken>(work.Commit)).Code.ShouldBe("event_too_large");
        }
        Should.Throw<RuleBroken>(() => EventGuard.Serialize("pupil_seen", new { Phone = "0912345678" })).Code.ShouldBe("event_personal_data");

        (await log.Ask<long>("select count(*) from mt_events")).ShouldBe([0]);
    }
}
