namespace CareerPlatform.Careerctl.Demo;

/// <summary>Seeded chance whose draws do not change with the runtime (xoshiro256**, seeded by splitmix64).</summary>
public sealed class Chance
{
    ulong a, b, c, d;

    Chance(ulong seed)
    {
        a = Mix(ref seed);
        b = Mix(ref seed);
        c = Mix(ref seed);
        d = Mix(ref seed);
    }

    /// <summary>An independent source for one part of the province, so that a change in one part leaves the others as they were.</summary>
    public static Chance For(int seed, string part, int index = 0)
    {
        var state = unchecked((ulong)seed * 0x9E3779B97F4A7C15UL) ^ unchecked((ulong)(index + 1) * 0xD1B54A32D192ED03UL);
        foreach (var letter in part) state = unchecked((state ^ letter) * 0x100000001B3UL);
        return new Chance(state);
    }

    /// <summary>From 0 to below 1.</summary>
    public double Next() => (Draw() >> 11) * (1.0 / (1UL << 53));

    /// <summary>From 0 to below the bound.</summary>
    public int Below(int bound) => (int)(Next() * bound);

    public bool Happens(double probability) => Next() < probability;

    public T One<T>(IReadOnlyList<T> of) => of[Below(of.Count)];

    /// <summary>One of the values, each as likely as its weight; the last weight is the running total of all.</summary>
    public T One<T>(Weighted<T> of) => of.At(Next());

    /// <summary>A standard normal draw (Box and Muller).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Next())) * Math.Cos(2 * Math.PI * Next());

    public void Shuffle<T>(IList<T> values)
    {
        for (var last = values.Count - 1; last > 0; last--)
        {
            var other = Below(last + 1);
            (values[last], values[other]) = (values[other], values[last]);
        }
    }

    ulong Draw()
    {
        unchecked
        {
            var result = ulong.RotateLeft(b * 5, 7) * 9;
            var shifted = b << 17;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= shifted;
            d = ulong.RotateLeft(d, 45);
            return result;
        }
    }

    static ulong Mix(ref ulong state)
    {
        unchecked
        {
            var z = state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}

/// <summary>Values with weights.</summary>
public sealed class Weighted<T>
{
    readonly T[] values;
    readonly double[] upTo;

    public Weighted(params (T Value, double Weight)[] parts)
    {
        values = [.. parts.Select(part => part.Value)];
        upTo = new double[parts.Length];
        var total = 0.0;
        for (var i = 0; i < parts.Length; i++) upTo[i] = total += parts[i].Weight;
    }

    public T At(double share)
    {
        var found = Array.BinarySearch(upTo, share * upTo[^1]);
        return values[Math.Min(found < 0 ? ~found : found + 1, values.Length - 1)];
    }
}

/// <summary>Splits whole numbers fairly.</summary>
public static class Shares
{
    /// <summary>Splits a total by weights (largest remainder), every part at least the minimum where the total allows it.</summary>
    public static int[] Of(int total, IReadOnlyList<double> weights, int minimum = 0)
    {
        if (minimum * weights.Count > total) minimum = 0;
        var rest = total - minimum * weights.Count;
        var sum = weights.Sum();
        var parts = new int[weights.Count];
        if (sum <= 0) return parts;
        var exact = weights.Select(weight => rest * weight / sum).ToArray();
        for (var i = 0; i < parts.Length; i++) parts[i] = (int)Math.Floor(exact[i]);
        var missing = rest - parts.Sum();
        foreach (var i in Enumerable.Range(0, parts.Length).OrderByDescending(i => exact[i] - Math.Floor(exact[i])).ThenBy(i => i).Take(missing)) parts[i]++;
        for (var i = 0; i < parts.Length; i++) parts[i] += minimum;
        return parts;
    }

    /// <summary>Splits a total by weights, no part above its limit; what does not fit goes where there is room.</summary>
    public static int[] Within(int total, IReadOnlyList<double> weights, IReadOnlyList<int> limits)
    {
        var parts = Of(Math.Min(total, limits.Sum()), weights);
        var spare = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            spare += Math.Max(0, parts[i] - limits[i]);
            parts[i] = Math.Min(parts[i], limits[i]);
        }

        for (var i = 0; spare > 0; i = (i + 1) % parts.Length)
            if (parts[i] < limits[i])
                (parts[i], spare) = (parts[i] + 1, spare - 1);
        return parts;
    }
}
