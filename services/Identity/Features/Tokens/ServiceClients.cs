using CareerPlatform.Identity.Domain;

namespace CareerPlatform.Identity.Features.Tokens;

/// <summary>The platform's own services as clients: `ServiceClients__schools__Secret`, and `__PreviousSecret` while one is being rotated.</summary>
/// <remarks>Client id = service name, role `service`, every province. They are configuration, so nothing in the database can make one.</remarks>
public sealed class ServiceClients
{
    private static readonly string[] WellKnown = ["guest", "password", "admin", "changeme", "secret", "devpass", "demo"];
    private readonly Dictionary<string, byte[][]> hashes = [];

    public ServiceClients(IConfiguration configuration, IHostEnvironment environment)
    {
        foreach (var client in configuration.GetSection("ServiceClients").GetChildren())
        {
            var secrets = new[] { client["Secret"], client["PreviousSecret"] }.OfType<string>().ToArray();
            if (secrets.Length == 0) throw new InvalidOperationException($"ServiceClients__{client.Key}__Secret is missing.");
            if (!environment.IsDevelopment() && secrets.Any(secret => secret.Length < 32 || WellKnown.Any(word => secret.Contains(word, StringComparison.OrdinalIgnoreCase))))
            {
                throw new InvalidOperationException($"ServiceClients__{client.Key}__Secret is too short or well known. Give at least 32 random characters.");
            }
            hashes[client.Key] = [.. secrets.Select(Secret.Hash)];
        }
    }

    public bool Knows(string clientId) => hashes.ContainsKey(clientId);

    public bool Accepts(string clientId, string secret) => Secret.IsOneOf(secret, hashes.GetValueOrDefault(clientId, []));
}
