namespace CareerPlatform.Identity.Domain;

// What happened to access, kept in the log for audit and never published: ids and codes only.

/// <summary>An organisation was entered under the one above it.</summary>
public sealed record OrganisationRegistered
{
    public required Guid OrganisationId { get; init; }
    public required string Kind { get; init; }
    public required Guid? Parent { get; init; }
    public required string By { get; init; }
}

/// <summary>A person got an account.</summary>
public sealed record PersonRegistered
{
    public required Guid PersonId { get; init; }
    public required Guid Organisation { get; init; }
    public required string By { get; init; }
}

/// <summary>A person was given a role in an organisation.</summary>
public sealed record RoleGranted
{
    public required Guid PersonId { get; init; }
    public required Guid Organisation { get; init; }
    public required string Role { get; init; }
    public required string By { get; init; }
}

/// <summary>A person's role in an organisation was taken back.</summary>
public sealed record RoleWithdrawn
{
    public required Guid PersonId { get; init; }
    public required Guid Organisation { get; init; }
    public required string Role { get; init; }
    public required string By { get; init; }
}

/// <summary>An organisation's system was given a client id and a first secret.</summary>
public sealed record ClientRegistered
{
    public required string ClientId { get; init; }
    public required Guid Organisation { get; init; }
    public required string Role { get; init; }
    public required IReadOnlyList<string> Scopes { get; init; }
    public required string By { get; init; }
}

/// <summary>A client got a new secret; the old one is good until <see cref="OldGoodUntil"/>.</summary>
public sealed record ClientSecretRotated
{
    public required string ClientId { get; init; }
    public required DateTimeOffset OldGoodUntil { get; init; }
    public required string By { get; init; }
}

/// <summary>A client sent its live secret in a URL, where logs and proxies keep it: it must be rotated.</summary>
public sealed record ClientSecretLeaked
{
    public required string ClientId { get; init; }
}

/// <summary>The operator replaced the key that signs tokens.</summary>
public sealed record SigningKeyReplaced
{
    public required string KeyId { get; init; }
    public required string By { get; init; }
}
