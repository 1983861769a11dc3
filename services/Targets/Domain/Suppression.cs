namespace CareerPlatform.Targets.Domain;

/// <summary>Which figures the public may not see: small cells, and as many others as keep anybody from subtracting them back.</summary>
/// <remarks>
/// indicators.md, rule 10. A cell is small when the whole, the counted, the not known or the rest is not empty and below the plan's number. The specially disadvantaged are a part of all, so what is left of all
/// must not be small either. Of the areas that are hidden the sum follows from the total, so it must not be small and must be of two at least.
/// </remarks>
public sealed class Suppression
{
    private readonly HashSet<string> all = [];
    private readonly HashSet<string> disadvantaged = [];

    /// <param name="below">The plan's number.</param>
    /// <param name="areas">The figures of every area that may be shown, all and the specially disadvantaged among them; the total is their sum.</param>
    public Suppression(int below, IReadOnlyCollection<(string Area, Figure All, Figure Disadvantaged)> areas)
    {
        var cells = areas.Select(area => (area.Area, All: Counts.Of(area.All), Part: Counts.Of(area.Disadvantaged))).OrderBy(cell => cell.All.D).ThenBy(cell => cell.Area, StringComparer.Ordinal).ToList();
        var (whole, part) = (Sum(cells.Select(cell => cell.All)), Sum(cells.Select(cell => cell.Part)));
        HidesTotal = whole.Small(below);
        HidesDisadvantagedTotal = HidesTotal || part.Small(below) || (whole - part).Small(below);
        all.UnionWith(cells.Where(cell => HidesTotal || cell.All.Small(below)).Select(cell => cell.Area));
        disadvantaged.UnionWith(cells.Where(cell => HidesDisadvantagedTotal || cell.Part.Small(below) || (cell.All - cell.Part).Small(below)).Select(cell => cell.Area));
        Widen(all, cell => cell.All);
        Widen(disadvantaged, cell => cell.Part);

        // Adds the smallest other until the sum of what is hidden tells nothing, of all, of the disadvantaged and of the rest.
        void Widen(HashSet<string> hidden, Func<(string Area, Counts All, Counts Part), Counts> shown)
        {
            while (hidden.Count > 0 && hidden.Count < cells.Count)
            {
                var together = cells.Where(cell => hidden.Contains(cell.Area)).ToList();
                if (together.Count > 1 && !Sum(together.Select(shown)).Small(below) && !Sum(together.Select(cell => cell.All - cell.Part)).Small(below)) return;
                hidden.Add(cells.First(cell => !hidden.Contains(cell.Area)).Area);
            }
        }
    }

    public bool HidesTotal { get; }

    public bool HidesDisadvantagedTotal { get; }

    public bool Hides(string area, bool disadvantagedOnly) => (disadvantagedOnly ? disadvantaged : all).Contains(area);

    private static Counts Sum(IEnumerable<Counts> counts) => counts.Aggregate(default(Counts), (a, b) => a + b);

    private readonly record struct Counts(long N, long D, long NotKnown)
    {
        public static Counts Of(Figure figure) => new(figure.N, figure.D, figure.NotKnown);

        public static Counts operator +(Counts a, Counts b) => new(a.N + b.N, a.D + b.D, a.NotKnown + b.NotKnown);

        public static Counts operator -(Counts a, Counts b) => new(a.N - b.N, a.D - b.D, a.NotKnown - b.NotKnown);

        public bool Small(int below) => new[] { D, N, NotKnown, D - N - NotKnown }.Any(count => count > 0 && count < below);
    }
}
