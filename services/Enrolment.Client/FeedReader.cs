namespace CareerPlatform.Enrolment.Client;

/// <summary>Follows your feed from where you stopped, whatever happens in between: your crash, a restore of the platform, a year of absence.</summary>
/// <remarks>
/// The cursor is saved after a page was handled, so after a crash the last page comes again: handling must be safe to repeat (write by lead id).
/// One reader per feed; two do no harm but work twice.
/// </remarks>
/// <param name="client">The platform.</param>
/// <param name="load">Reads your cursor; null the first time.</param>
/// <param name="save">Keeps it, together with what you handled if you can.</param>
/// <param name="resync">The place in the feed was lost and the snapshot has been handled: these leads you hold lawfully, delete every other one.</param>
public sealed class FeedReader(LeadFeedClient client, Func<CancellationToken, Task<string?>> load, Func<string, CancellationToken, Task> save, Func<IReadOnlySet<Guid>, CancellationToken, Task> resync)
{
    /// <summary>The longest that one request waits for news.</summary>
    public int WaitSeconds { get; init; } = 25;

    /// <summary>Handles everything that is there and returns how many items that was.</summary>
    public async Task<int> CatchUp(Func<FeedItem, CancellationToken, Task> handle, CancellationToken ct = default)
    {
        for (var handled = 0; ;)
        {
            var (items, more) = await Step(handle, waitSeconds: 0, ct);
            handled += items;
            if (!more) return handled;
        }
    }

    /// <summary>Handles items as they come until it is cancelled; what the platform refuses or the network breaks ends it with an exception.</summary>
    public async Task Follow(Func<FeedItem, CancellationToken, Task> handle, CancellationToken ct)
    {
        while (true) await Step(handle, WaitSeconds, ct);
    }

    private async Task<(int Items, bool More)> Step(Func<FeedItem, CancellationToken, Task> handle, int waitSeconds, CancellationToken ct)
    {
        try
        {
            var after = await load(ct);
            var page = await client.ReadFeed(after, waitSeconds: waitSeconds, ct: ct);
            foreach (var item in page.Items) await handle(item, ct);
            if (page.Next != after) await save(page.Next, ct);
            return (page.Items.Count, page.HasMore);
        }
        catch (PlatformRefused refused) when (refused.Code is "feed_epoch_changed" or "cursor_expired")
        {
            return (await Resync(handle, ct), true);
        }
    }

    /// <summary>Reads the snapshot to its end; only then the new cursor is kept, so an interrupted one begins anew.</summary>
    private async Task<int> Resync(Func<FeedItem, CancellationToken, Task> handle, CancellationToken ct)
    {
        HashSet<Guid> held = [];
        var handled = 0;
        for (string? after = null; ;)
        {
            var page = await client.ReadSnapshot(after, ct: ct);
            foreach (var item in page.Items)
            {
                if (item.Kind == "offered") held.Add(item.LeadId);
                await handle(new FeedItem(null, item.Kind, item.LeadId, item.Reason, item.OfferedAt), ct);
                handled++;
            }
            if ((after = page.Next) is not null) continue;

            await resync(held, ct);
            await save(page.Feed, ct);
            return handled;
        }
    }
}
