using CareerPlatform.Careerctl.Demo;
using CareerPlatform.Contracts;

namespace CareerPlatform.Careerctl.Season;

/// <summary>What becomes of the pupils who may be contacted: drawn from the seed by ministry id, so that it does not depend on ids the platform gives or on who reads first.</summary>
public sealed class Draw
{
    public const int Amendments = 50, OptOuts = 50;
    const double ContactedShare = .45, EnrolledShare = .30, DualShare = .25, WalkInShare = .04;

    readonly Dictionary<Guid, double> lots = [];
    readonly int seed;

    public Draw(DemoProvince province)
    {
        seed = province.Seed;
        var (candidates, admitted, absent, recognised) = (0, 0, 0, 0);
        var (agreed, walkIns) = (new List<string>(), new List<Guid>());
        foreach (var pupil in new Intake(province).Councils().SelectMany(council => council.Pupils))
        {
            if (pupil.Recognised) recognised++;
            if (pupil.Plan == Plan.NotRegistered && pupil.Recognised && Lot("walk-in", pupil.MinistryId) < WalkInShare) walkIns.Add(IdOf(pupil.MinistryId));
            if (!pupil.Registered) continue;
            candidates++;
            if (pupil.Admitted) admitted++;
            else if (pupil.Absent) absent++;
            else if (pupil.BothAgreed) agreed.Add(pupil.MinistryId);
        }

        (Candidates, Admitted, WithoutPlace, Absent, Recognised, WalkIns) = (candidates, admitted, candidates - admitted - absent, absent, recognised, walkIns);
        foreach (var id in agreed) lots[IdOf(id)] = Lot("family", id);

        // The last lots: those who get a place after all, and those who do not want to be contacted any more.
        var last = agreed.OrderByDescending(id => lots[IdOf(id)]).Take(Amendments + OptOuts).Where(id => lots[IdOf(id)] >= ContactedShare).ToList();
        (Amended, OptedOut) = ([.. last.Take(last.Count / 2)], [.. last.Skip(last.Count / 2)]);
    }

    public int Candidates { get; }
    public int Admitted { get; }
    public int WithoutPlace { get; }
    public int Absent { get; }
    public int Recognised { get; }

    /// <summary>Pupils who registered nowhere and come to an institution by themselves.</summary>
    public IReadOnlyList<Guid> WalkIns { get; }

    /// <summary>Ministry ids of pupils who get a place after all.</summary>
    public IReadOnlyList<string> Amended { get; }

    /// <summary>Ministry ids of pupils whose family objects.</summary>
    public IReadOnlyList<string> OptedOut { get; }

    /// <summary>Everyone without a place whose family agreed: who must have a lead.</summary>
    public IReadOnlyCollection<Guid> Leads => lots.Keys;

    public bool IsContacted(Guid pupil) => lots.GetValueOrDefault(pupil, 1) < ContactedShare;

    public bool Enrols(Guid pupil) => lots.GetValueOrDefault(pupil, 1) < EnrolledShare;

    public bool TakesDualTrack(Guid pupil) => Lot("dual", pupil.ToString()) < DualShare;

    /// <summary>A number that is this pupil's own, to choose among institutions and programmes.</summary>
    public int Choice(Guid pupil, int among) => (int)(Lot("choice", pupil.ToString()) * among);

    /// <summary>The platform names a pupil after province and ministry id.</summary>
    public static Guid IdOf(string ministryId) => StreamIds.Of("pupil", DemoProvince.Code, ministryId);

    double Lot(string what, string who) => BitConverter.ToUInt32(StreamIds.Of($"lot-{what}", seed, who).ToByteArray()) / (uint.MaxValue + 1.0);
}
