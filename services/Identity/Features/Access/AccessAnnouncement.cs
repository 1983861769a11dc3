using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Features.Access;

/// <summary>Tells every service, and this one at once, that a subject's access changed.</summary>
public static class AccessAnnouncement
{
    public static async Task Announce(Work work, string kind, string subject, bool revoked, DateTimeOffset now)
    {
        var change = new AccessChanged { Province = work.Tenant, Kind = kind, Subject = subject, Revoked = revoked, At = now };
        await RevokedAccess.Note(work, change);
        work.Append("access", StreamIds.Of("access", kind, subject), change);
    }
}
