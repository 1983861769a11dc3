using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Pupils;

/// <summary>Finds a pupil by any of their ids: the platform's own, the ministry's, the citizen's.</summary>
public static class PupilIds
{
    public static async Task<Guid?> Pupil(this Work work, string id) => Guid.TryParseExact(id, "D", out var guid)
        ? await work.Single<Guid?>("select pupil_id from pupil where pupil_id = @guid", new { guid })
        : await work.Single<Guid?>("select pupil_id from pupil_alias where tenant_id = @Tenant and alias = @id", new { work.Tenant, id });
}
