using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Breaches;

/// <summary>The facts for the notice to the specialised agency (Mẫu 08), as the incident's record has them: no persons, counts and kinds of data only.</summary>
/// <remarks>reliability.md, L14, L16 and P11. The form's own wording is not repeated here: who notifies copies the facts into it.</remarks>
public static class ShowNotification
{
    /// <param name="Number">Its place.</param>
    /// <param name="Code">Stable.</param>
    /// <param name="Label">In Vietnamese.</param>
    /// <param name="Value">Null where the record has nothing yet.</param>
    public sealed record Fact(int Number, string Code, string Label, string? Value);

    public sealed record Answer(string Form, IReadOnlyList<string> Sources, IReadOnlyList<Fact> Facts);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/breaches/{breachId:guid}/notification", Handle).RequireAuthorization(ListBreaches.Readers).WithTags("Breaches");

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid breachId, Person reader, Database db, SecretSeal seal, HttpContext http, TimeProvider clock, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        await using var work = await db.BeginFor(reader, ct);
        if (await ListBreaches.Read(work, seal, "b.breach_id = @breachId", new { work.Tenant, breachId }, clock.GetUtcNow()) is not [var incident]) return TypedResults.NotFound();
        var whose = (await work.Single<Concerned>(
            """
            select count(*) as children, min(first_at) as first_at, max(last_at) as last_at,
                   (select string_agg(distinct f.field, ', ' order by f.field) from breach_affected x cross join lateral regexp_split_to_table(x.fields, ',') as f (field)
                    where x.tenant_id = @Tenant and x.breach_id = @breachId) as fields
            from breach_affected where tenant_id = @Tenant and breach_id = @breachId
            """, new { work.Tenant, breachId }))!;
        var clocks = incident.Clocks.ToDictionary(one => one.Name);
        List<(string Code, string Label, string? Value)> facts =
        [
            ("controller", "Bên kiểm soát dữ liệu (mã tỉnh)", work.Tenant),
            ("processor", "Cơ sở nhận dữ liệu có liên quan", incident.InstitutionName),
            ("reported_by_processor", "Do cơ sở nhận dữ liệu báo cáo", incident.Reported ? "có" : "không"),
            ("detected_at", "Thời điểm phát hiện", When(incident.DetectedAt)),
            ("recorded_at", "Thời điểm ghi nhận", When(incident.OpenedAt)),
            ("kind", "Loại sự cố", incident.Kind),
            ("description", "Mô tả sự cố", incident.Description),
            ("subjects", "Số trẻ em bị ảnh hưởng", whose.Children.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("data", "Loại dữ liệu", whose.Fields),
            ("period", "Khoảng thời gian dữ liệu bị truy cập", whose.FirstAt is { } first && whose.LastAt is { } last ? $"{When(first)} – {When(last)}" : null),
            ("agency_due", "Hạn thông báo cơ quan chuyên trách (72 giờ)", When(clocks[BreachClock.Agency].DueAt)),
            ("agency_notified", "Đã thông báo cơ quan chuyên trách", Notice(clocks[BreachClock.Agency])),
            ("cyber_due", "Hạn thông báo ban đầu sự cố an ninh mạng (24 giờ)", When(clocks[BreachClock.Cyber].DueAt)),
            ("cyber_notified", "Đã thông báo ban đầu sự cố an ninh mạng", Notice(clocks[BreachClock.Cyber])),
            ("outcome", "Kết quả xử lý", incident.Outcome),
        ];
        return TypedResults.Ok(new Answer("Mẫu 08", ["Law 91/2025/QH15", "Decree 356/2025/ND-CP", "Decree 331/2026"], [.. facts.Select((fact, n) => new Fact(n + 1, fact.Code, fact.Label, fact.Value))]));
    }

    private static string When(DateTimeOffset at) => VietnamTime.Local(at).ToString("dd/MM/yyyy HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static string? Notice(ListBreaches.Clock clock) => clock.NotifiedAt is { } at ? $"{When(at)}, số {clock.Number}{(clock.Late ? " (quá hạn)" : "")}" : clock.NotDueBecause is { } why ? $"không phải thông báo: {why}" : null;

    private sealed class Concerned
    {
        public long Children { get; init; }
        public DateTimeOffset? FirstAt { get; init; }
        public DateTimeOffset? LastAt { get; init; }
        public string? Fields { get; init; }
    }
}
