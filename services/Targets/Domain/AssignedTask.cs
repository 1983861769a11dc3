using System.Globalization;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>What one holder must do, once: an <see cref="Occurrence"/> given to one of its owners, in one area where the owner is an area's office.</summary>
/// <remarks>Three dates are kept apart: the last day in time, until when it is taken although late, and from when nobody may change it.</remarks>
public sealed record AssignedTask
{
    public required Guid TaskId { get; init; }
    public required string PlanId { get; init; }
    public required string Kind { get; init; }
    public required string Code { get; init; }
    public required string Period { get; init; }

    /// <summary>Years whose lists it stands in.</summary>
    public required int FirstYear { get; init; }

    public required int LastYear { get; init; }

    /// <summary>Code of the function whose holder does it; empty where the plan names nobody.</summary>
    public required string Owner { get; init; }

    /// <summary>Code of the area; empty for the whole province.</summary>
    public required string Area { get; init; }

    public required string TitleVi { get; init; }
    public required string TitleEn { get; init; }
    public required string Clause { get; init; }

    /// <summary>The event that decides when it may begin.</summary>
    public string? Awaits { get; init; }

    public DateOnly? NotBefore { get; init; }
    public DateOnly? Due { get; init; }
    public required DateOnly LastDay { get; init; }
    public required DateOnly LateUntil { get; init; }
    public required DateOnly LockedFrom { get; init; }
    public string[] DependsOn { get; init; } = [];
    public string State { get; init; } = TaskState.NotBegun;
    public DateOnly? SubmittedOn { get; init; }
    public string? SubmittedBy { get; init; }
    public DateTimeOffset? DroppedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }
    public int Version { get; init; }

    /// <summary>Codes of what must be accepted first and is not; known where it was read for that.</summary>
    public string[] OpenDependencies { get; init; } = [];

    /// <summary>Number of files.</summary>
    public int Evidence { get; init; }

    public string? AreaName { get; init; }

    /// <summary>Somebody is still to act: it was neither submitted nor accepted.</summary>
    public bool WaitsForOwner => State is TaskState.NotBegun or TaskState.InProgress or TaskState.Returned;

    /// <summary>As it is shown: the last day has passed and nobody handed it in; or its event has not happened.</summary>
    public string StateOn(DateOnly today) =>
        DroppedAt is not null ? TaskState.Dropped
        : !WaitsForOwner ? State
        : Awaits is not null && NotBefore is null ? TaskState.Waiting
        : today > LastDay ? TaskState.Overdue
        : State;

    /// <summary>Days since the last day, or until the submission that counts; 0 where it was in time.</summary>
    public int DaysLate(DateOnly today) => Math.Max(0, (WaitsForOwner ? today : SubmittedOn ?? today).DayNumber - LastDay.DayNumber);

    public AssignedTask Begin(DateOnly today)
    {
        Workable(today);
        if (State is not (TaskState.NotBegun or TaskState.Returned)) throw NotFrom("begun");
        return this with { State = TaskState.InProgress };
    }

    /// <summary>Its owner says it is done; evidence or a note says by what.</summary>
    public AssignedTask Submit(DateOnly today, string by, bool evidence)
    {
        Workable(today);
        if (!WaitsForOwner) throw NotFrom("submitted");
        if (!evidence) throw new RuleBroken("evidence_missing", "Cần tài liệu minh chứng hoặc ghi chú kết quả", "Add a file of evidence, or say in the note what was done.", 422);
        return this with { State = TaskState.Submitted, SubmittedOn = today, SubmittedBy = by };
    }

    /// <summary>Somebody else finds it done. While what it depends on is open, only with a reason.</summary>
    public AssignedTask Accept(DateOnly today, string by, IReadOnlyCollection<string> open, string? reason)
    {
        Judgeable(today, by, "accepted");
        if (open.Count > 0 && string.IsNullOrWhiteSpace(reason))
            throw new RuleBroken("dependency_open", "Việc phải làm trước chưa xong", $"It depends on {string.Join(", ", open)}, not accepted yet; give a reason to accept it all the same.");
        return this with { State = TaskState.Accepted };
    }

    public AssignedTask Return(DateOnly today, string by, string reason)
    {
        Judgeable(today, by, "returned");
        if (string.IsNullOrWhiteSpace(reason)) throw new RuleBroken("reason_required", "Cần nêu lý do", "Say why it is returned.", 422);
        return this with { State = TaskState.Returned };
    }

    /// <summary>Evidence may be added while the owner works at it.</summary>
    public void Workable(DateOnly today)
    {
        NotLocked(today);
        if (NotBefore is null && Awaits is not null)
            throw new RuleBroken("not_yet", "Chưa đến thời điểm thực hiện", $"It begins with {Awaits}, which has not been noted for this year.");
        if (today < NotBefore) throw new RuleBroken("not_yet", "Chưa đến thời điểm thực hiện", $"It is not to be begun before {Iso(NotBefore.Value)}.");
        if (today > LateUntil && SubmittedOn is null) throw new RuleBroken("too_late", "Đã hết thời gian nhận chậm", $"It was taken, as late, until {Iso(LateUntil)}.");
    }

    private void Judgeable(DateOnly today, string by, string what)
    {
        NotLocked(today);
        if (State != TaskState.Submitted) throw NotFrom(what);
        if (by == SubmittedBy) throw new RuleBroken("second_person_required", "Người nộp không được tự nghiệm thu", "The person who submitted it cannot also judge it.");
    }

    private void NotLocked(DateOnly today)
    {
        if (DroppedAt is not null) throw new RuleBroken("task_dropped", "Nhiệm vụ không còn trong kế hoạch", "The plan no longer asks for it.");
        if (today >= LockedFrom) throw new RuleBroken("task_locked", "Nhiệm vụ đã khoá sổ", $"Nobody may change it since {Iso(LockedFrom)}.");
    }

    private RuleBroken NotFrom(string what) => new("transition_not_allowed", "Không thực hiện được ở trạng thái này", $"From {State} it cannot be {what}.");

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>How a task stands. The first five are kept, the others follow from the day, the event or the plan.</summary>
public static class TaskState
{
    public const string NotBegun = "not_begun";
    public const string InProgress = "in_progress";
    public const string Submitted = "submitted";
    public const string Accepted = "accepted";
    public const string Returned = "returned";
    public const string Overdue = "overdue";
    public const string Waiting = "waiting";
    public const string Dropped = "dropped";

    public static IReadOnlyList<string> All { get; } = [NotBegun, InProgress, Submitted, Accepted, Returned, Overdue, Waiting, Dropped];
}
