namespace CareerPlatform.Schools.Domain;

/// <summary>A round of grade-10 admission was opened.</summary>
public sealed record RoundOpened
{
    public required Guid RoundId { get; init; }
    public required int SchoolYear { get; init; }
    public required int Number { get; init; }
    public required string By { get; init; }
}

/// <summary>A results file was read; its rows wait to be accepted.</summary>
public sealed record ResultsRead
{
    public required Guid RoundId { get; init; }
    public required Guid UploadId { get; init; }
    public required string Sha256 { get; init; }
    public required int Rows { get; init; }
    public required string By { get; init; }
}

/// <summary>An officer checked the rows of a file and accepted them as the round's results.</summary>
public sealed record ResultsAccepted
{
    public required Guid RoundId { get; init; }
    public required Guid UploadId { get; init; }
    public required int Results { get; init; }
    public required string By { get; init; }
}

/// <summary>A person decided whose result a doubtful row is.</summary>
public sealed record ReviewDecided
{
    public required Guid RoundId { get; init; }
    public required Guid UploadId { get; init; }
    public required int Row { get; init; }
    public Guid? PupilId { get; init; }
    public required string By { get; init; }
}

/// <summary>The places of each council were set and filled from the top of its ranking.</summary>
public sealed record PlacesFilled
{
    public required Guid RoundId { get; init; }
    public required int Places { get; init; }
    public required int Admitted { get; init; }
    public required string By { get; init; }
}

/// <summary>The round's results were frozen by a second person.</summary>
public sealed record RoundFrozen
{
    public required Guid RoundId { get; init; }
    public required int Version { get; init; }
    public required int Results { get; init; }
    public required int Admitted { get; init; }
    public required int WithoutPlace { get; init; }
    public required int Absent { get; init; }
    public required string By { get; init; }
}

/// <summary>A roster was imported: how many pupils are new, changed, the same.</summary>
public sealed record RosterImported
{
    public required int SchoolYear { get; init; }
    public required int Grade { get; init; }
    public required int New { get; init; }
    public required int Changed { get; init; }
    public required int Unchanged { get; init; }
    public required string By { get; init; }
}

/// <summary>A family asked something about its own data; the clocks run.</summary>
public sealed record DataRequestReceived
{
    public required Guid RequestId { get; init; }
    public required Guid PupilId { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset DueAt { get; init; }
    public required string By { get; init; }
}

/// <summary>A request got more time, once, with a reason.</summary>
public sealed record DataRequestExtended
{
    public required Guid RequestId { get; init; }
    public required int Days { get; init; }
    public required string By { get; init; }
}

/// <summary>50, 80 or 100 percent of a request's time are gone.</summary>
public sealed record DataRequestAlarm
{
    public required Guid RequestId { get; init; }

    /// <summary>`answer` or `due`.</summary>
    public required string Clock { get; init; }

    public required int Percent { get; init; }
}

/// <summary>A request was done or refused.</summary>
public sealed record DataRequestClosed
{
    public required Guid RequestId { get; init; }
    public required string Outcome { get; init; }
    public required string By { get; init; }
}

/// <summary>Children turned 16 or 18 while their consent held: the rule for their age was looked at again.</summary>
public sealed record ConsentsReviewed
{
    public required int Age { get; init; }
    public required DateOnly TurnedOn { get; init; }
    public required int Reviewed { get; init; }
}
