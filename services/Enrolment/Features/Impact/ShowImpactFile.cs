using CareerPlatform.Contracts;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Impact;

/// <summary>The impact assessment's file as of now, with what is due; figures and kinds of data, no persons.</summary>
public static class ShowImpactFile
{
    public static void AddImpactFile(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ImpactFiles>();
        builder.AddSweep<KeepImpactFile>("ImpactFile:SweepSeconds", 3600, (keep, ct) => keep.Sweep(ct));
    }

    public static void MapImpactFile(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/impact-file", Handle).WithTags("Impact file").RequireAuthorization(policy => policy.RequireRole(Policies.Officer, Policies.Approver, Policies.Inspector));
        RecordFiling.Map(routes);
        DeclareFee.Map(routes);
    }

    public static async Task<Ok<ImpactFile>> Handle(Person reader, ImpactFiles files, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await files.Make(reader.Tenant, ct));
    }
}

/// <summary>Rings when the file is due or out of date, and when more than 100,000 children are concerned; each once for each filing.</summary>
public sealed class KeepImpactFile(Database db, ImpactFiles files, TimeProvider clock, ILogger<KeepImpactFile> log)
{
    /// <summary>One round over all provinces.</summary>
    public async Task Sweep(CancellationToken ct = default)
    {
        foreach (var province in await db.ProvincesWith("candidate", ct)) await Ring(province, ct);
    }

    /// <summary>One province's alarms.</summary>
    public async Task Ring(string province, CancellationToken ct)
    {
        var file = await files.Make(province, ct);
        foreach (var alarm in file.Alarms)
        {
            await db.Run(province, async work =>
            {
                await work.AsProvince();
                var isNew = await work.Execute(
                    "insert into impact_alarm (tenant_id, code, percent, filings, raised_at) values (@Tenant, @Code, @Percent, @Count, @Now) on conflict do nothing",
                    new { work.Tenant, alarm.Code, alarm.Percent, file.Filings.Count, Now = clock.GetUtcNow() }) > 0;
                if (!isNew) return;
                work.Append("impact-file", StreamIds.Of("impact-file", province), new Domain.ImpactFileAlarm { Code = alarm.Code, Percent = alarm.Percent });
                log.LogWarning("{Severity} impact assessment of {Province}: {Code}, {Percent} % of the time are gone", alarm.Percent == 100 ? "ALARM" : "notice:", province, alarm.Code, alarm.Percent);
            }, ct);
        }
    }
}
