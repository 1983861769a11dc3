using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

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
            if (value is not null && Passwords(value).Any(password => WellKnown.Contains(password, StringComparer.OrdinalIgnoreCase)))
            {
                throw new InvalidOperationException($"ConnectionStrings__{name} uses a well-known password. Set a secret of your own.");
            }
        }
        foreach (var key in new[] { "ServiceClient:Secret", "Contact:SealKey", "Feed:CursorKey", "Identity:KeyEncryptionKey" })
        {
            if (configuration[key] is { } value && (value.Length < 20 || WellKnown.Contains(value, StringComparer.OrdinalIgnoreCase)))
            {
                throw new InvalidOperationException($"{key.Replace(":", "__", StringComparison.Ordinal)} is too short or well known. Set a secret of your own.");
            }
        }
    }

    private static IEnumerable<string> Passwords(string connection)
    {
        if (Uri.TryCreate(connection, UriKind.Absolute, out var uri) && uri.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            yield return Uri.UnescapeDataString(uri.UserInfo.Split(':', 2)[1]);
            yield break;
        }
        foreach (var part in connection.Split(';'))
        {
            if (part.Split('=', 2) is [var key, var value] && key.Trim().Equals("password", StringComparison.OrdinalIgnoreCase)) yield return value.Trim();
        }
    }
}
