using System.Globalization;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>The clocks of the allocation (rule), each a parameter `Allocation__…`.</summary>
/// <param name="ExclusiveDays">An offered lead is the institution's for 7 days; who stays silent loses it to the next.</param>
/// <param name="ContactDays">A lead that nobody of the institution turned to for 60 days is released.</param>
/// <param name="EscalateOn">From 30 September of the school year the area office is told who has no suitable offer.</param>
/// <param name="SuitableWish">The worst fit that counts as suitable: 0 trade and level, 1 the trade at another level, 2 the level in another trade, 3 anything.</param>
public sealed record AllocationTimes(int ExclusiveDays, int ContactDays, string EscalateOn, int SuitableWish)
{
    public static AllocationTimes Read(IConfiguration configuration)
    {
        var times = new AllocationTimes(
            configuration.GetValue("Allocation:ExclusiveDays", 7), configuration.GetValue("Allocation:ContactDays", 60),
            configuration["Allocation:EscalateOn"] ?? "09-30", configuration.GetValue("Allocation:SuitableWish", 1));
        times.EscalationDay(2024);   // a date that cannot be read stops the start
        return times;
    }

    public DateOnly EscalationDay(int schoolYear) => DateOnly.ParseExact($"{schoolYear:0000}-{EscalateOn}", "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
