using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.ServiceDefaults;

/// <summary>What only time brings about: a round of <typeparamref name="T"/> at the start and again and again while the process lives. A round that fails is logged and tried again with the next.</summary>
/// <remarks>Every replica runs it, so a round decides by the rows and their locks alone.</remarks>
internal sealed class Sweep<T>(T keeper, Func<T, CancellationToken, Task> round, TimeSpan every, TimeProvider clock, ILogger<T> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            try
            {
                await round(keeper, ct);
            }
            catch (Exception problem) when (!ct.IsCancellationRequested)
            {
                log.LogWarning("{Keeper}: {Problem}; again in {Every}", typeof(T).Name, problem.GetType().Name, every);
            }
        }
        while (await timer.WaitForNextTickAsync(ct));
    }
}

public static class Sweeps
{
    /// <summary>Adds <typeparamref name="T"/>, and its rounds every so many seconds (<paramref name="setting"/>, by default <paramref name="seconds"/>; 0 for none, as without a broker).</summary>
    public static void AddSweep<T>(this IHostApplicationBuilder builder, string setting, int seconds, Func<T, CancellationToken, Task> round) where T : class
    {
        builder.Services.AddSingleton<T>();
        var every = builder.Configuration.GetValue(setting, builder.Configuration.GetValue("Messaging:Off", false) ? 0 : seconds);
        if (every <= 0) return;
        builder.Services.AddHostedService(services => new Sweep<T>(
            services.GetRequiredService<T>(), round, TimeSpan.FromSeconds(every), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<T>>()));
    }
}
