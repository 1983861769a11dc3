namespace CareerPlatform.Enrolment.Domain;

/// <summary>An institution's time with a lead is over; the lead stays open and may go to the next.</summary>
public sealed record LeadReleased
{
    public required Guid LeadId { get; init; }
    public required Guid GrantId { get; init; }
    public required Guid Institution { get; init; }

    /// <summary>`silent` (exclusive window), `refused` (after the cooling time), `no_contact` (60 days) or `expired` (the lead's own time).</summary>
    public required string Reason { get; init; }
}

/// <summary>The escalation day has come and a lead has no suitable offer: the area office is told.</summary>
public sealed record LeadEscalated
{
    public required Guid LeadId { get; init; }
    public required int SchoolYear { get; init; }
}

/// <summary>What the area office was told about is settled.</summary>
public sealed record EscalationClosed
{
    public required Guid LeadId { get; init; }

    /// <summary>`offered`, `enrolled` or `withdrawn`.</summary>
    public required string Reason { get; init; }
}

/// <summary>Something happened to personal data: the clocks of the law run.</summary>
public sealed record BreachOpened
{
    public required Guid BreachId { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset DetectedAt { get; init; }

    /// <summary>Whom it concerns, if it is an institution.</summary>
    public Guid? Institution { get; init; }

    /// <summary>That institution reported it itself.</summary>
    public required bool Reported { get; init; }
}

/// <summary>50, 80 or 100 percent of the time to notify are gone.</summary>
public sealed record BreachAlarm
{
    public required Guid BreachId { get; init; }

    /// <summary>`agency` (72 hours) or `cyber` (24 hours).</summary>
    public required string Clock { get; init; }

    public required int Percent { get; init; }
}

/// <summary>The agency was notified, or somebody decided that no notice is due.</summary>
public sealed record BreachNotified
{
    public required Guid BreachId { get; init; }
    public required string Clock { get; init; }
    public DateTimeOffset? NotifiedAt { get; init; }
}

/// <summary>An incident was closed; its record stays.</summary>
public sealed record BreachClosed
{
    public required Guid BreachId { get; init; }
}

/// <summary>The impact assessment file is due, out of date, or about more children than it said.</summary>
public sealed record ImpactFileAlarm
{
    /// <summary>`not_filed`, `not_updated` or `large_scale`.</summary>
    public required string Code { get; init; }

    public required int Percent { get; init; }
}

/// <summary>The impact assessment file was filed with the ministry, the first time or as an update.</summary>
public sealed record ImpactFileFiled
{
    public required Guid FilingId { get; init; }
    public required DateOnly FiledOn { get; init; }
    public required long Subjects { get; init; }
}

/// <summary>An institution reads many leads in one day, or asked for more than it may.</summary>
public sealed record DailyReadsAlarm
{
    public required Guid Institution { get; init; }
    public required DateOnly Day { get; init; }

    /// <summary>80, or 100 when reads were refused.</summary>
    public required int Percent { get; init; }

    /// <summary>Leads it was shown on that day so far.</summary>
    public required int Leads { get; init; }
    public required int Limit { get; init; }
}

/// <summary>An approver changed how many leads an institution may read in a day.</summary>
public sealed record DailyReadsAgreed
{
    public required Guid AgreementId { get; init; }

    /// <summary>Null: the platform's number.</summary>
    public int? DailyReads { get; init; }
}
