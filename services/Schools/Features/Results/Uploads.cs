using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>Finds an upload of a round: the one named, else the newest.</summary>
public static class Uploads
{
    public static Task<Guid?> Of(Work work, Round round, Guid? uploadId) => work.Single<Guid?>(
        "select upload_id from upload where round_id = @RoundId and (@uploadId::uuid is null or upload_id = @uploadId) order by uploaded_at desc, upload_id desc limit 1", new { round.RoundId, uploadId });
}
