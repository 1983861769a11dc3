namespace CareerPlatform.Enrolment.Domain;

/// <summary>Which counts are not shown: those of fewer than five people, and as many others as keep anybody from subtracting them back from a sum that is shown.</summary>
/// <remarks>reliability.md, P16 and mode A.</remarks>
public static class SmallCells
{
    public const int Below = 5;

    public static bool Small(long count) => count is > 0 and < Below;

    /// <summary>Of parts whose sum is shown: the small ones, and the smallest others until what is hidden is together not small, and so of two parts at least.</summary>
    public static IReadOnlySet<T> Hidden<T>(IEnumerable<(T Part, long Count)> parts)
    {
        var rising = parts.Where(part => part.Count > 0).OrderBy(part => part.Count).ToList();
        var take = rising.Count(part => Small(part.Count));
        while (take > 0 && take < rising.Count && Small(rising.Take(take).Sum(part => part.Count))) take++;
        return rising.Take(take).Select(part => part.Part).ToHashSet();
    }
}
