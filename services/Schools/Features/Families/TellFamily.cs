using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Families;

/// <summary>A family that is contacted through the platform only is told by message that somebody wrote to it there: once a day at most, without who, what or about whom.</summary>
/// <remarks>For Enrolment only. The day is taken before the number is opened and the message goes: after a crash in between the family is told the next day. Journaled, since the number is opened.</remarks>
public static class TellFamily
{
    public const string Text = "Gia đình có tin nhắn mới trên trang gia đình của Sở GD&ĐT. Mời gia đình đăng nhập để xem.";

    /// <param name="Outcome">`sent`, `already_today` or `phone_missing`.</param>
    public sealed record Answer(string Outcome);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/internal/family-notices/{province}/{pupilId:guid}", Handle).RequireAuthorization(Policies.Service).ExcludeFromDescription();

    public static async Task<Ok<Answer>> Handle(string province, Guid pupilId, Database db, PupilKeys keys, MessagePost post, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var day = VietnamTime.Day(now);
        string phone;
        await using (var work = await db.Begin(province, ct))
        {
            if (await work.Execute("insert into family_notice (tenant_id, pupil_id, day, sent_at) values (@Tenant, @pupilId, @day, @now) on conflict do nothing", new { work.Tenant, pupilId, day, now }) == 0)
                return TypedResults.Ok(new Answer("already_today"));
            if (await SendFamilyCode.Phone(work, keys, pupilId) is not { } number) return TypedResults.Ok(new Answer("phone_missing"));   // the day stays free
            await work.Journal(new Person("platform", province, null, new HashSet<string> { Policies.Service }, null), "vocational_guidance", "PUT /internal/family-notices/{province}/{pupilId}", [pupilId], "phone", now);
            await work.Commit();
            phone = number;
        }
        try
        {
            await post.Send(phone, Text, ct);
        }
        catch
        {
            // Nothing went out: the day is free again, and the caller tries anew.
            await db.Run(province, work => work.Execute("delete from family_notice where tenant_id = @Tenant and pupil_id = @pupilId and day = @day", new { work.Tenant, pupilId, day }), CancellationToken.None);
            throw;
        }
        return TypedResults.Ok(new Answer("sent"));
    }
}
