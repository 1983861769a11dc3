using System.Text.Json.Serialization;

namespace CareerPlatform.Enrolment.Client;

/// <summary>One item of your feed. Ids only: read the lead itself with <see cref="LeadFeedClient.ReadLeads"/>.</summary>
/// <param name="Position">1, 2, 3 … of your own feed without a hole; null for an item of a snapshot.</param>
/// <param name="Kind">`offered`, `corrected`, `answered` (the family wrote), `withdrawn`, `expired`; `tombstone` (was offered, has ended: delete it) or `withheld` (no agreement in force).</param>
/// <param name="LeadId">Null when withheld.</param>
/// <param name="Reason">Why it ended, as far as you may know.</param>
/// <param name="At">When that was.</param>
public sealed record FeedItem(long? Position, string Kind, Guid? LeadId, string? Reason, DateTimeOffset At)
{
    /// <summary>You must delete what you hold of this lead.</summary>
    [JsonIgnore]
    public bool MustBeDeleted => Kind is "withdrawn" or "expired" or "tombstone";
}

/// <param name="Next">Where to go on; keep it when the items are handled.</param>
/// <param name="HasMore">There are more already.</param>
public sealed record FeedPage(IReadOnlyList<FeedItem> Items, string Next, bool HasMore, DateTimeOffset AsOf);

public sealed record SnapshotItem(Guid LeadId, string Kind, string? Reason, DateTimeOffset OfferedAt);

/// <param name="Next">The next page of the snapshot; null on the last.</param>
/// <param name="Feed">The cursor with which the feed goes on behind the snapshot.</param>
public sealed record SnapshotPage(IReadOnlyList<SnapshotItem> Items, string? Next, string Feed, DateTimeOffset AsOf);

/// <summary>A pupil as your agreement lets you see them; fields it does not name are null.</summary>
public sealed record Lead
{
    public required Guid LeadId { get; init; }
    public required int SchoolYear { get; init; }
    public required string Purpose { get; init; }
    public string? Name { get; init; }
    public string? Commune { get; init; }
    public string? FormerDistrict { get; init; }
    public string? WishedTrade { get; init; }
    public string? WishedLevel { get; init; }
    public string? Phone { get; init; }
    public string? Guardian { get; init; }

    /// <summary>The family is written to through the platform only: neither name nor number is shown.</summary>
    public bool Relay { get; init; }
    public required string State { get; init; }
    public required DateTimeOffset OfferedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <param name="Status">200, or why there is no lead: 403, 404, 410.</param>
/// <param name="Code">`lead_revoked`, `lead_expired`, …</param>
public sealed record LeadAnswer(Guid LeadId, int Status, string? Code, Lead? Lead);

/// <param name="Channel">`call`, `message`, `visit` or `letter`.</param>
/// <param name="Outcome">`reached`, `no_answer`, `wrong_number`, `refused`, `interested` or `will_enrol`.</param>
public sealed record Contact(Guid LeadId, string Channel, string Outcome, DateTimeOffset ContactedAt, string? NextStep = null);

public sealed record ContactLogged(Guid ContactId, string State);

/// <summary>A pupil came: the enrolment counts from its first day.</summary>
/// <param name="Level">The programme's level.</param>
public sealed record FirstAttendance(Guid LeadId, Guid ProgrammeId, string Level, DateOnly StartedOn);

public sealed record EnrolmentConfirmed(Guid EnrolmentId, Guid? CultureEnrolmentId);

/// <param name="Method">`erased`, `destroyed` or `never_stored`.</param>
public sealed record Deletion(string Method, DateTimeOffset ErasedAt);

/// <summary>The platform refused: act on <see cref="Code"/>; the title is Vietnamese, the message English.</summary>
public sealed class PlatformRefused(int status, string code, string title, string detail, TimeSpan? retryAfter) : Exception($"{status} {code}: {detail}")
{
    public int Status { get; } = status;
    public string Code { get; } = code;
    public string Title { get; } = title;

    /// <summary>How long it asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
