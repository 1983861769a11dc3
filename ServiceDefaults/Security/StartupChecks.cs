using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Refuses to start where starting would be unsafe: no Unicode tables, or well-known passwords outside Development.</summary>
internal static class StartupChecks
{
    private static readonly string[] WellKnown = ["guest", "postgres", "password", "admin", "changeme", "secret", "123456", "devpass", "demo"];

    internal static void Verify(IConfiguration configuration, IHostEnvironment environment)
    {
        if ("e\u0301".Normalize(NormalizationForm.FormC) != "é")
        {
            throw new InvalidOperationException("Unicode tables (ICU) are missing: Vietnamese names could not be compared. Install libicu and set InvariantGlobalization to false.");
        }
        if (environment.IsDevelopment()) return;

        foreach (var (name, value) in configuration.GetSection("ConnectionStrings").AsEnumerable(makePathsRelative: true))
        {
            if (value is not null && !IsOnesOwn(Password(value)))
            {
                throw new InvalidOperationException($"ConnectionStrings__{name} has no password or a well-known one. Set a secret of your own.");
            }
        }
        if (configuration["Database:AppPassword"] is { } role && !IsOnesOwn(role)) throw new InvalidOperationException("Database__AppPassword is empty or well known. Set a secret of your own.");
        foreach (var key in new[] { "ServiceClient:Secret", "Contact:SealKey", "Feed:CursorKey", "Identity:KeyEncryptionKey" })
        {
            if (configuration[key] is { } value && (value.Length < 20 || !IsOnesOwn(value)))
            {
                throw new InvalidOperationException($"{key.Replace(":", "__", StringComparison.Ordinal)} is too short or well known. Set a secret of your own.");
            }
        }
    }

    private static bool IsOnesOwn(string? secret) => !string.IsNullOrWhiteSpace(secret) && !WellKnown.Contains(secret.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The password as the driver will read it; null where there is none (RabbitMQ's client then is guest).</summary>
    private static string? Password(string connection)
    {
        if (Uri.TryCreate(connection, UriKind.Absolute, out var uri)) return uri.UserInfo.Split(':', 2) is [_, var secret] ? Uri.UnescapeDataString(secret) : null;
        try
        {
            return new NpgsqlConnectionStringBuilder(connection).Password;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
