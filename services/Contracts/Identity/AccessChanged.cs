namespace CareerPlatform.Contracts.Identity;

/// <summary>A person's, an API client's or an organisation's access was revoked or given back, or a person lost a role.</summary>
/// <remarks>Felt by every service within 5 seconds.</remarks>
public sealed record AccessChanged
{
    public required string Province { get; init; }

    /// <summary>`person`, `client` or `organisation`; `roles` where a person keeps access but with fewer roles than earlier tokens say.</summary>
    public required string Kind { get; init; }

    /// <summary>The token's `sub`, `client_id` or `org` this is about.</summary>
    public required string Subject { get; init; }

    /// <summary>True: tokens issued up to <see cref="At"/> are refused. False: access is given back.</summary>
    public required bool Revoked { get; init; }

    public required DateTimeOffset At { get; init; }
}
