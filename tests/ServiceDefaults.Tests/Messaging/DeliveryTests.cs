using CareerPlatform.Testing;

namespace CareerPlatform.ServiceDefaults.Tests;

public sealed class DeliveryTests
{
    [Fact]
    public async Task A_committed_fact_has_its_effect_once_at_every_service_that_hears_it()
    {
        await using var hosts = await Hosts.Create();
        var walks = await hosts.Walks();
        var watch = await hosts.Watch();
        var stream = Guid.CreateVersion7();

        await walks.Append(stream, new StepTaken { Number = 1 }, new StepHidden { Number = 2 }, new StepTaken { Number = 3 });

        await Wait.Until(async () => (await watch.Numbers()).Count == 2);
        (await watch.Numbers()).ShouldBe([1, 3]);
        (await watch.Ask<string>("select state from inbox")).ShouldBe(["done", "done"]);
        (await watch.Ask<long>("select applied_version from consumer_stream")).ShouldBe([3]);
    }
}
