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
