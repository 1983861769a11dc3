namespace CareerPlatform.Careerctl.Demo;

/// <summary>The three papers of one candidate; null when absent from all of them.</summary>
public readonly record struct Papers(decimal Literature, decimal Maths, decimal Language)
{
    public decimal Total => Literature + Maths + Language;
}

/// <summary>
/// Marks with the shape of a real province's: the published quantiles of each subject, the published correlations between subjects, and the share of the
/// spread that lies between exam councils (press and Department figures of one northern-central province's 2024 exam, 44,547 complete candidates).
/// </summary>
public static class Marks
{
    // Correlations: literature-maths 0.618, literature-language 0.500, maths-language 0.648.
    // Between-council standard deviation over the whole one: 0.60, 0.59, 0.57. What is left is the correlation inside a council.
    static readonly double[] Council = [0.60, 0.59, 0.57];
    const double LiteratureMaths = (0.650 - 0.60 * 0.59) / 0.646;
    const double LiteratureLanguage = (0.525 - 0.60 * 0.57) / 0.657;
    const double MathsLanguage = (0.668 - 0.59 * 0.57) / 0.663;

    static readonly double[] At = [0, .01, .05, .10, .25, .50, .75, .90, .95, .99, 1];
    static readonly double[] Literature = [0.25, 2.25, 4.0, 5.25, 6.7, 7.6, 8.25, 8.75, 9.0, 9.25, 9.5];
    static readonly double[] Maths = [0.25, 1.0, 2.25, 3.0, 4.5, 6.0, 7.5, 8.35, 8.5, 9.0, 10];
    static readonly double[] Language = [0.6, 1.6, 2.2, 2.6, 3.3, 4.4, 6.0, 7.8, 8.6, 9.4, 10];

    /// <summary>Marks of a candidate of a council of this strength (standard units), rounded as the papers are.</summary>
    public static Papers Draw(Chance chance, double council)
    {
        var first = chance.Normal();
        var second = chance.Normal();
        var third = chance.Normal();
        var maths = LiteratureMaths * first + Math.Sqrt(1 - LiteratureMaths * LiteratureMaths) * second;
        var common = (MathsLanguage - LiteratureMaths * LiteratureLanguage) / Math.Sqrt(1 - LiteratureMaths * LiteratureMaths);
        var language = LiteratureLanguage * first + common * second + Math.Sqrt(1 - LiteratureLanguage * LiteratureLanguage - common * common) * third;
        return new Papers(Mark(Literature, 0.25m, With(0, first, council)), Mark(Maths, 0.25m, With(1, maths, council)), Mark(Language, 0.2m, With(2, language, council)));
    }

    /// <summary>The standard normal value below which this share lies (Acklam's approximation).</summary>
    public static double Quantile(double share)
    {
        if (share < 0.02425) return Tail(Math.Sqrt(-2 * Math.Log(share)));
        if (share > 1 - 0.02425) return -Tail(Math.Sqrt(-2 * Math.Log(1 - share)));
        var q = share - 0.5;
        var r = q * q;
        return (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.3577518672690) * r - 30.66479806614716) * r + 2.506628277459239) * q
            / (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r - 13.28068155288572) * r + 1);

        static double Tail(double q) =>
            (((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783)
            / ((((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1);
    }

    static double With(int subject, double own, double council) => Council[subject] * council + Math.Sqrt(1 - Council[subject] * Council[subject]) * own;

    static decimal Mark(double[] quantiles, decimal step, double standard)
    {
        var share = Share(standard);
        var i = 1;
        while (i < At.Length - 1 && share > At[i]) i++;
        var value = quantiles[i - 1] + (quantiles[i] - quantiles[i - 1]) * (share - At[i - 1]) / (At[i] - At[i - 1]);
        return Math.Clamp(Math.Round((decimal)value / step) * step, 0, 10);
    }

    /// <summary>The share of a standard normal below a value (Abramowitz and Stegun 26.2.17).</summary>
    static double Share(double value)
    {
        var t = 1 / (1 + 0.2316419 * Math.Abs(value));
        var tail = Math.Exp(-value * value / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return value >= 0 ? 1 - tail : tail;
    }
}
