using System.Security.Cryptography;

namespace CareerPlatform.ServiceDefaults.Tests.Security;

public sealed class ContactSealTests
{
    private static readonly Contact Fictional = new("Lý Thị Thử Nghiệm", "+84900000001", "Xóm Mẫu", "Lý Văn Mẫu", new DateOnly(2011, 2, 28));
    private readonly ContactSeal seal = new(RandomNumberGenerator.GetBytes(32));
    private readonly Guid pupil = Guid.CreateVersion7();

    [Fact]
    public void What_was_sealed_opens_for_the_same_pupil()
    {
        seal.Open(pupil, seal.Seal(pupil, Fictional)).ShouldBe(Fictional);
    }

    [Fact]
    public void The_sealed_text_shows_nothing_and_differs_every_time()
    {
        var text = seal.Seal(pupil, Fictional);

        text.ShouldNotContain("900000001");
        text.ShouldNotBe(seal.Seal(pupil, Fictional));
    }

    [Fact]
    public void A_sealed_contact_moved_to_another_pupil_does_not_open()
    {
        var text = seal.Seal(pupil, Fictional);

        Should.Throw<RuleBroken>(() => seal.Open(Guid.CreateVersion7(), text)).Code.ShouldBe("key_unavailable");
    }

    [Fact]
    public void Another_key_does_not_open_it()
    {
        var text = seal.Seal(pupil, Fictional);

        Should.Throw<RuleBroken>(() => new ContactSeal(RandomNumberGenerator.GetBytes(32)).Open(pupil, text)).Status.ShouldBe(503);
    }

    [Fact]
    public void A_changed_byte_is_noticed()
    {
        var text = seal.Seal(pupil, Fictional);
        var changed = text[..^3] + (text[^3] == 'A' ? 'B' : 'A') + text[^2..];

        Should.Throw<RuleBroken>(() => seal.Open(pupil, changed));
    }

    [Fact]
    public void One_phone_gives_one_family_key_and_another_key_another()
    {
        seal.FamilyKey("+84900000001").ShouldBe(seal.FamilyKey("+84900000001"));
        seal.FamilyKey("+84900000001").ShouldNotBe(seal.FamilyKey("+84900000002"));
        new ContactSeal(RandomNumberGenerator.GetBytes(32)).FamilyKey("+84900000001").ShouldNotBe(seal.FamilyKey("+84900000001"));
    }
}
