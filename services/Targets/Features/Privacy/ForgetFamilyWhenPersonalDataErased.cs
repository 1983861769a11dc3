using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;
using CareerPlatform.Targets.Features.Schools;

namespace CareerPlatform.Targets.Features.Privacy;

/// <summary>Forgets which family a pupil belongs to, all that is held here of one; every figure stays what it was.</summary>
/// <remarks>Safe to repeat. A guardian with other children at the school goes on with them; of the last child the guardian goes on under a key that says nothing. A list that arrives later changes nothing.</remarks>
public sealed class ForgetFamilyWhenPersonalDataErased : IReaction<PersonalDataErased>
{
    public Task When(PersonalDataErased fact, Heard heard, Work work, CancellationToken ct) => Informed.InOrder(work, fact, erased => Forget(work, erased));

    private static async Task Forget(Work work, IReadOnlyList<PersonalDataErased> erased)
    {
        var touched = new HashSet<Informed.Touched>();
        foreach (var fact in erased) touched.UnionWith(await work.Query<Informed.Touched>("select school_year, school from forget_family(@Tenant, @PupilId)", new { work.Tenant, fact.PupilId }));
        await Informed.Count(work, [.. touched]);
    }
}
