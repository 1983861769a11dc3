using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Rounds;

/// <summary>Reads the pupils without a place as they are announced: residence, wish, family key, sealed contact.</summary>
public sealed record WithoutPlaceRow(Guid PupilId, string Area, Guid SchoolId, string ResidenceArea, string? FamilyKey, string? WishTrade, string? WishLevel, string? SealedContact, byte[]? SealedName, byte[] SealedBirth)
{
    public const string Select =
        """
        select r.pupil_id, r.area, r.school_id, r.residence_area, c.family_key, o.wish_trade, o.wish_level, c.sealed_contact, p.sealed_name, p.sealed_birth
        from result r
        join pupil p on p.pupil_id = r.pupil_id
        left join contact c on c.pupil_id = r.pupil_id and c.current
        left join (select distinct on (pupil_id) pupil_id, wish_trade, wish_level from roster order by pupil_id, school_year desc) o on o.pupil_id = r.pupil_id
        """;

    /// <summary>As it is told to the other services; who was on no roster with a contact is sealed now.</summary>
    public async Task<PupilWithoutPlace> Announced(Work work, ContactSeal seal, PupilKeys keys) => new()
    {
        PupilId = PupilId,
        School = SchoolId,
        ResidenceArea = ResidenceArea,
        FamilyKey = FamilyKey,
        WishedTrade = WishTrade,
        WishedLevel = WishLevel,
        SealedContact = SealedContact ?? await keys.Seal(work, PupilId, new Contact(NameIn(work, seal), null, null, null, seal.OpenDate(work.Tenant, SealedBirth))),
    };

    string NameIn(Work work, ContactSeal seal)
    {
        using var names = seal.Names(work.Tenant);
        return SealedName is null ? "" : names.Open(SealedName);
    }
}

/// <summary>Cuts what is announced of an area into parts of at most 500 pupils and 60 KiB: sixty-four of them are on their way at once, and each service that hears them holds as many.</summary>
public static class Parts
{
    const int MaxPupils = 500;
    const int MaxBytes = 60 * 1024;

    public static int SizeOf(PupilWithoutPlace pupil) => 300 + pupil.SealedContact.Length + pupil.ResidenceArea.Length;

    public static IReadOnlyList<IReadOnlyList<T>> Of<T>(IEnumerable<T> pupils, Func<T, int> sizeOf)
    {
        var parts = new List<IReadOnlyList<T>>();
        var (part, bytes) = (new List<T>(), 0);
        foreach (var pupil in pupils)
        {
            var size = sizeOf(pupil);
            if (part.Count == MaxPupils || bytes + size > MaxBytes)
            {
                parts.Add(part);
                (part, bytes) = ([], 0);
            }
            part.Add(pupil);
            bytes += size;
        }
        if (part.Count > 0) parts.Add(part);
        return parts;
    }
}
