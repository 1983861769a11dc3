using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Data;

/// <summary>A row as the other services should know it, and the digest of what they were last told.</summary>
public sealed record Told<TFact>(Guid Id, string? Published, TFact Fact) where TFact : class;

/// <summary>Tells the other services how rows stand that are not as they were last told; a row that is the same announces nothing.</summary>
public static class Announcements
{
    /// <param name="work">The unit of work that changed the rows.</param>
    /// <param name="table">Their table, with a column `published`.</param>
    /// <param name="key">Its key, which also names the stream.</param>
    /// <param name="stream">Type of the stream.</param>
    /// <param name="rows">The rows that may have changed.</param>
    /// <returns>How many are told anew.</returns>
    public static async Task<int> Announce<TFact>(this Work work, string table, string key, string stream, IEnumerable<Told<TFact>> rows) where TFact : class
    {
        var changed = rows.Select(row => (row.Id, row.Published, row.Fact, Digest: DigestOf(row.Fact))).Where(row => row.Digest != row.Published).ToList();
        foreach (var row in changed) work.Append(stream, row.Id, row.Fact);
        if (changed.Count > 0)
        {
            await work.Execute(
                $"update {table} t set published = c.digest from unnest(@Ids, @Digests) as c (id, digest) where t.tenant_id = @Tenant and t.{key} = c.id",
                new { work.Tenant, Ids = changed.Select(row => row.Id).ToArray(), Digests = changed.Select(row => row.Digest).ToArray() });
        }
        return changed.Count;
    }

    /// <summary>A digest of all a fact says, but not of when it was said.</summary>
    public static string DigestOf(object fact)
    {
        var said = JsonSerializer.SerializeToNode(fact, fact.GetType())!.AsObject();
        said.Remove("ReportedAt");
        return Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes((JsonNode)said)).AsSpan(0, 8));
    }
}
