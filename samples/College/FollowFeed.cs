using CareerPlatform.Enrolment.Client;

namespace CareerPlatform.College;

/// <summary>Follows the feed: keeps every lead that is offered, deletes what is withdrawn and confirms it.</summary>
public sealed class FollowFeed(LeadFeedClient platform, Records records, Doorbell bell, TimeProvider clock, ILogger<FollowFeed> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        var reader = new FeedReader(platform, records.Cursor, records.KeepCursor, resync: (held, _) => records.DeleteOthers(held));
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var items = await reader.CatchUp(Handle, ct);
                if (items > 0) log.LogInformation("Read {Items} items; {Leads} leads are held.", items, records.Count);
                await bell.Wait(atMost: TimeSpan.FromMinutes(5), clock, ct);   // also without a knock the feed is read now and then
            }
            catch (Exception problem) when (problem is PlatformRefused or HttpRequestException)
            {
                log.LogWarning("The feed could not be read: {Problem}", problem.Message);   // never a name or number
                await Task.Delay(TimeSpan.FromSeconds(30), clock, ct);
            }
        }
    }

    private async Task Handle(FeedItem item, CancellationToken ct)
    {
        if (item.LeadId is not { } id) return;
        if (item.MustBeDeleted)
        {
            records.Delete(id);
            if (item.Kind == "withdrawn") await platform.AcknowledgeRevocation(id, new("erased", clock.GetUtcNow()), ct);
            return;
        }
        var answer = (await platform.ReadLeads([id], ct)).Single();
        if (answer.Lead is { } lead) await records.Keep(lead, ct);
        else if (answer.Status == StatusCodes.Status410Gone) records.Delete(id);   // it has ended since; its own item comes later in the feed
    }
}
