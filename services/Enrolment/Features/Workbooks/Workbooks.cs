using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>For institutions without developers: their leads as an encrypted workbook, filled in and sent back.</summary>
public static class Workbooks
{
    public static void AddWorkbooks(this IHostApplicationBuilder builder) => builder.Services.AddSingleton(new WorkbookTimes(
        TimeSpan.FromHours(builder.Configuration.GetValue("Workbooks:FileHours", 24)),
        TimeSpan.FromDays(builder.Configuration.GetValue("Workbooks:ReturnDays", 14))));

    public static void MapWorkbooks(this IEndpointRouteBuilder routes)
    {
        MakeWorkbook.Map(routes);
        ListWorkbooks.Map(routes);
        TellPassword.Map(routes);
        FetchWorkbook.Map(routes);
        ReturnWorkbook.Map(routes);
    }

    /// <summary>The workbook as its own institution sees it; of anybody else's there is nothing to see.</summary>
    public static Task<WorkbookRow?> Workbook(this Work work, Guid institution, Guid id) => work.Single<WorkbookRow>(
        "select workbook_id, purpose, file_until, returns_until, sealed_password, told_at from workbook where tenant_id = @Tenant and institution_id = @Institution and workbook_id = @Id for update",
        new { work.Tenant, Institution = institution, Id = id });

    public static RuleBroken Expired(string detail) => new("workbook_expired", "Tệp đã hết hạn, hãy lập tệp mới", detail, 410);
}

/// <summary>How long a workbook can be fetched after it was made, and how long it is taken back.</summary>
public sealed record WorkbookTimes(TimeSpan Fetch, TimeSpan Return);

/// <summary>A workbook of the caller's institution, locked until the transaction ends.</summary>
public sealed record WorkbookRow(Guid WorkbookId, string Purpose, DateTimeOffset FileUntil, DateTimeOffset ReturnsUntil, string SealedPassword, DateTimeOffset? ToldAt);
