using System.Diagnostics;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.Benchmarks.UsualWay;

/// <summary>What most systems of this kind do: an entity saved and a message published per pupil; a consumer that saves a lead and its grants per message.</summary>
internal static class Usual
{
    /// <summary>Pupils a second from the first save to the last grant being readable.</summary>
    public static async Task<double> Measure(string database, string broker, int pupils)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddDbContext<UsualDb>(options => options.UseNpgsql(database));
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddConsumer<GrantConsumer>();
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(new Uri(broker));
                rabbit.ConfigureEndpoints(context);
            });
        });
        using var host = builder.Build();
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<UsualDb>();
            await db.Database.EnsureDeletedAsync();
            await db.Database.EnsureCreatedAsync();
            for (var n = 0; n < 53; n++) db.Institutions.Add(new() { Id = Guid.CreateVersion7(), FreeSeats = 1_000_000 });
            await db.SaveChangesAsync();
        }
        await host.StartAsync();
        await host.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));

        var since = Stopwatch.GetTimestamp();
        for (var n = 0; n < pupils; n++)
        {
            await using var scope = host.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<UsualDb>();
            var result = new UsualResult { Id = Guid.CreateVersion7(), Outcome = "without_place", Finalized = true, Contact = new string('x', 220) };
            db.Results.Add(result);
            await db.SaveChangesAsync();
            await scope.ServiceProvider.GetRequiredService<IPublishEndpoint>().Publish(new UsualPupil { PupilId = result.Id, Contact = result.Contact });
        }
        while (true)
        {
            await using var scope = host.Services.CreateAsyncScope();
            if (await scope.ServiceProvider.GetRequiredService<UsualDb>().Grants.CountAsync() >= pupils * 2) break;
            await Task.Delay(20);
        }
        var seconds = Stopwatch.GetElapsedTime(since).TotalSeconds;
        await host.StopAsync();
        await using (var scope = host.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<UsualDb>().Database.EnsureDeletedAsync();
        return pupils / seconds;
    }
}

public sealed record UsualPupil
{
    public required Guid PupilId { get; init; }
    public required string Contact { get; init; }
}

internal sealed class GrantConsumer(UsualDb db) : IConsumer<UsualPupil>
{
    public async Task Consume(ConsumeContext<UsualPupil> context)
    {
        var institutions = await db.Institutions.Where(institution => institution.FreeSeats > 0).ToListAsync(context.CancellationToken);
        var lead = new UsualLead { Id = Guid.CreateVersion7(), Pupil = context.Message.PupilId, Contact = context.Message.Contact };
        db.Leads.Add(lead);
        foreach (var institution in institutions.OrderBy(_ => Random.Shared.Next()).Take(2)) db.Grants.Add(new() { Id = Guid.CreateVersion7(), Lead = lead.Id, Institution = institution.Id });
        await db.SaveChangesAsync(context.CancellationToken);
    }
}

internal sealed class UsualDb(DbContextOptions<UsualDb> options) : DbContext(options)
{
    public DbSet<UsualResult> Results => Set<UsualResult>();
    public DbSet<UsualLead> Leads => Set<UsualLead>();
    public DbSet<UsualGrant> Grants => Set<UsualGrant>();
    public DbSet<UsualInstitution> Institutions => Set<UsualInstitution>();
}

internal sealed class UsualResult
{
    public Guid Id { get; set; }
    public required string Outcome { get; set; }
    public bool Finalized { get; set; }
    public required string Contact { get; set; }
}

internal sealed class UsualLead
{
    public Guid Id { get; set; }
    public Guid Pupil { get; set; }
    public required string Contact { get; set; }
}

internal sealed class UsualGrant
{
    public Guid Id { get; set; }
    public Guid Lead { get; set; }
    public Guid Institution { get; set; }
}

internal sealed class UsualInstitution
{
    public Guid Id { get; set; }
    public int FreeSeats { get; set; }
}
