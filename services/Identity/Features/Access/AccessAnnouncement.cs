using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Features.Access;

/// <summary>Tells every service, and this one at once, that a subject's access changed.</summary>
public static class AccessAnnouncement
{
    public static async Task Announce(Work work, string kind, string subject, bool revoked, DateTimeOffset now)
    {
        // A token written within the second of an earlier change is dated the second after it: this change comes after such a token too, and after that change.
        var before = await work.Single<DateTime?>("select max(at) from revoked_access where subject = @subject", new { subject });
        var after = before is { } at ? DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(at, TimeSpan.Zero).ToUnixTimeSeconds() + 1) : now;
        var change = new AccessChanged { Province = work.Tenant, Kind = kind, Subject = subject, Revoked = revoked, At = after > now ? after : now };
        await RevokedAccess.Note(work, change);
        work.Append("access", StreamIds.Of("access", kind, subject), change);
    }
}
