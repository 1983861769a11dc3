using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Privacy;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Requests;

/// <summary>The desk answers a request, extends it once with its reason, and closes it as done or refused; closing an erasure erases, by a second person, unless the data is under legal hold.</summary>
public static class DecideRequest
{
    public sealed record Extension(int Days, string Reason);

    /// <param name="Outcome">`done` or `refused`.</param>
    /// <param name="Reason">Why it is refused, in words the family is told.</param>
    public sealed record Closing(string Outcome, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/data-requests/{requestId:guid}/answer", Answer).RequireAuthorization(Policies.Officer);
        routes.MapPut("/data-requests/{requestId:guid}/extension", Extend).RequireAuthorization(Policies.Officer).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapPut("/data-requests/{requestId:guid}/outcome", Close).RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver)).ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>The family has heard what becomes of its request and until when.</summary>
    public static async Task<Results<NoContent, NotFound>> Answer(Guid requestId, Person officer, Database db, TimeProvider clock, CancellationToken ct)
    {
        await using var work = await db.Begin(officer.Tenant, ct);
        if (await work.Execute("update data_request set answered_at = coalesce(answered_at, @Now) where tenant_id = @Tenant and request_id = @requestId", new { work.Tenant, requestId, Now = clock.GetUtcNow() }) == 0) return TypedResults.NotFound();
        await work.Commit();
        return TypedResults.NoContent();
    }

    public static async Task<Results<NoContent, NotFound>> Extend(Guid requestId, Extension command, Person officer, Database db, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(command.Reason) || command.Reason.Length > 500) throw new RuleBroken("reason_required", "Cần nêu lý do gia hạn", "An extension needs its reason.", 422);
        await using var work = await db.Begin(officer.Tenant, ct);
        if (await Open(work, requestId) is not { } request) return TypedResults.NotFound();
        if (request.ExtendedByDays is not null) throw new RuleBroken("already_extended", "Yêu cầu đã được gia hạn một lần", "A request is extended once at most.");

        await work.Execute(
            "update data_request set due_at = @Due, extended_by_days = @Days, extension_reason = @Reason where tenant_id = @Tenant and request_id = @requestId",
            new { work.Tenant, requestId, Due = RequestClock.Extended(request.DueAt, request.Kind, command.Days), command.Days, command.Reason });
        work.Append("privacy", requestId, new DataRequestExtended { RequestId = requestId, Days = command.Days, By = officer.Subject });
        await work.Commit();
        return TypedResults.NoContent();
    }

    public static async Task<Results<NoContent, NotFound>> Close(Guid requestId, Closing command, Person person, Database db, ErasePupils erase, TimeProvider clock, CancellationToken ct)
    {
        if (command.Outcome is not ("done" or "refused")) throw ReceiveRequest.Invalid("/outcome");
        if (command.Outcome == "refused" && string.IsNullOrWhiteSpace(command.Reason)) throw new RuleBroken("reason_required", "Cần nêu lý do từ chối", "A refusal needs its reason.", 422);
        await using var work = await db.Begin(person.Tenant, ct);
        if (await Open(work, requestId) is not { } request) return TypedResults.NotFound();

        var now = clock.GetUtcNow();
        if (request.Kind == "delete" && command.Outcome == "done")
        {
            if (!person.Is(Policies.Approver) || person.Subject == request.ReceivedBy)
                throw new RuleBroken("second_person_required", "Cần người thứ hai phê duyệt việc xoá", "Who took the request down cannot erase; an approver does.");
            await MustNotBeHeld(work, request, now);
            await erase.From(work, [request.PupilId], "request");
        }
        await work.Execute(
            "update data_request set outcome = @Outcome, outcome_reason = @Reason, closed_at = @now, closed_by = @Subject, answered_at = coalesce(answered_at, @now) where tenant_id = @Tenant and request_id = @requestId",
            new { work.Tenant, requestId, command.Outcome, command.Reason, now, person.Subject });
        work.Append("privacy", requestId, new DataRequestClosed { RequestId = requestId, Outcome = command.Outcome, By = person.Subject });
        await work.Commit();
        return TypedResults.NoContent();
    }

    static async Task MustNotBeHeld(Work work, Pending request, DateTimeOffset now)
    {
        var hold = await work.Single<Hold>("select reason, ends_on from legal_hold where tenant_id = @Tenant and pupil_id = @PupilId and ends_on >= @Today", new { work.Tenant, request.PupilId, Today = VietnamTime.Day(now) });
        if (hold is not null)
            throw new RuleBroken("legal_hold", "Dữ liệu đang được lưu giữ theo yêu cầu pháp lý, chưa thể xoá",
                $"Held until {hold.EndsOn:yyyy-MM-dd}: {hold.Reason}. The request's own time ends {VietnamTime.Local(request.DueAt):yyyy-MM-dd HH:mm}.");
    }

    static async Task<Pending?> Open(Work work, Guid requestId)
    {
        var request = await work.Single<Pending>(
            "select pupil_id, kind, received_by, due_at, extended_by_days, closed_at is not null as closed from data_request where tenant_id = @Tenant and request_id = @requestId for update", new { work.Tenant, requestId });
        return request is { Closed: true } ? throw new RuleBroken("already_closed", "Yêu cầu đã được giải quyết", "The request is closed.") : request;
    }

    sealed record Pending(Guid PupilId, string Kind, string ReceivedBy, DateTimeOffset DueAt, int? ExtendedByDays, bool Closed);

    sealed record Hold(string Reason, DateOnly EndsOn);
}
