using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>A nomination for an award and its judgement: by results, never by the person who nominated, never while something blocks it.</summary>
public sealed record Award(string State, string NominatedBy)
{
    /// <summary>What stands against an award; `voluntariness` is said to nobody but inspectors by more than the fact that something is open.</summary>
    /// <param name="OpenWarnings">That pupils were not left free to choose.</param>
    /// <param name="CriticalFindings">Of inspections, not closed.</param>
    /// <param name="OverdueTasks">Of the area in the year.</param>
    public sealed record Blockers(int OpenWarnings, int CriticalFindings, int OverdueTasks)
    {
        public IReadOnlyList<string> Codes =>
        [
            .. OpenWarnings > 0 ? (string[])["warning_open"] : [], .. CriticalFindings > 0 ? (string[])["critical_finding_open"] : [], .. OverdueTasks > 0 ? (string[])["tasks_overdue"] : [],
        ];
    }

    public Award Judge(bool award, string by, string? note, Blockers blockers)
    {
        if (State != "nominated") throw new RuleBroken("already_judged", "Đã xét khen thưởng", "This nomination was judged before.");
        if (by == NominatedBy) throw new RuleBroken("second_person_required", "Người đề nghị không được tự xét", "The person who nominated cannot also judge.");
        if (!award && string.IsNullOrWhiteSpace(note)) throw new RuleBroken("reason_required", "Cần nêu lý do", "Say why it is declined.", 422);
        if (award && blockers.Codes.Count > 0) throw new RuleBroken("award_blocked", "Chưa thể khen thưởng", $"What blocks it: {string.Join(", ", blockers.Codes)}.");
        return this with { State = award ? "awarded" : "declined" };
    }
}
