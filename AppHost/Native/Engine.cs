using System.Diagnostics;
using System.Globalization;
using System.Net;
using Aspire.Hosting.ApplicationModel;

namespace CareerPlatform.AppHost.Native;

/// <summary>How often health is asked for, and how long a crashed process rests.</summary>
public sealed record Pace
{
    /// <summary>Until it is healthy for the first time: often, so that nobody waits for a poll.</summary>
    public TimeSpan UntilReady { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan Healthy { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>While unhealthy: this, then twice this, up to five times this.</summary>
    public TimeSpan Unhealthy { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Before the first restart; doubles with each crash in a row.</summary>
    public TimeSpan FirstRestart { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan LongestRestart { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Having run this long, a crash counts as the first one again.</summary>
    public TimeSpan Steady { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Crashes in a row before a service that never was ready is given up; null: never.</summary>
    public int? CrashesBeforeReady { get; init; }

    /// <summary>Before a process that was told to stop is killed: longer than a service gives itself (ServiceDefaults).</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Unhealthy for so long, it is said why.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Starts the resources of a topology in the order of their waits, watches them, restarts what crashes and stops all in reverse order.</summary>
internal sealed class Engine : IDisposable
{
    private readonly IReadOnlyList<Resource> resources;
    private readonly string local;
    private readonly Ports ports;
    private readonly Pace pace;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource stopping = new();
    private readonly Dictionary<Resource, List<Instance>> instances = [];
    private readonly Dictionary<Instance, PostgresServer> postgres = [];
    private readonly Dictionary<Instance, RabbitMqServer> brokers = [];
    private readonly List<Task> supervisors = [];
    private readonly TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Engine(IReadOnlyList<Resource> resources, string local, Pace pace)
    {
        (this.resources, this.local, this.pace) = (resources, local, pace);
        Directory.CreateDirectory(local);
        ports = new Ports(Path.Combine(local, "ports.json"));
        foreach (var resource in resources.Where(resource => resource is not ParameterResource))
        {
            var replicas = resource is ProjectResource project ? project.Replicas : 1;
            foreach (var (name, endpoint) in resource.Endpoints.Where(endpoint => endpoint.Value.Ports.Count == 0))
                for (var replica = 0; replica < replicas; replica++)
                    endpoint.Ports.Add(ports.Take($"{resource.Name}/{name}/{replica.ToString(CultureInfo.InvariantCulture)}", replica == 0 ? endpoint.Preferred : null));
            instances[resource] = [.. Enumerable.Range(0, replicas).Select(replica => NewInstance(resource, replica))];
        }

        _ = Order().Count;
    }

    /// <summary>Called with an instance and what became of it, and with each line a process writes.</summary>
    public Action<Instance, string>? Changed { get; set; }

    public Action<Instance, string>? Line { get; set; }

    public IEnumerable<Instance> Instances => instances.Values.SelectMany(list => list);

    /// <summary>What every process of this host carries in its environment, so that a later run knows it.</summary>
    public static string Sign(string local) => $"CAREERPLATFORM_HOST={local}";

    public IReadOnlyDictionary<string, string?> Signed => new Dictionary<string, string?> { ["CAREERPLATFORM_HOST"] = local };

    public void Start()
    {
        foreach (var instance in Order().SelectMany(resource => instances[resource])) supervisors.Add(Task.Run(() => Supervise(instance, stopping.Token)));
    }

    /// <summary>Ends with the first thing that will never run.</summary>
    public Task<Exception> Failed => failed.Task;

    /// <summary>Every service is healthy and every run that others wait for has ended well.</summary>
    public Task Ready() => Task.WhenAll(Instances.Select(instance => EndsByItself(instance.Resource) ? instance.Completed : instance.Ready));

    /// <summary>Reverse order: nobody loses what it depends on before it has stopped.</summary>
    public async Task Stop()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(supervisors);
        var stopped = new Dictionary<Resource, Task>();
        await Task.WhenAll(instances.Keys.Select(StopOne));

        Task StopOne(Resource resource) => stopped.TryGetValue(resource, out var task) ? task : stopped[resource] = StopAfter(resource);

        async Task StopAfter(Resource resource)
        {
            await Task.WhenAll(instances.Keys.Where(other => Needs(other).Contains(resource)).Select(StopOne));
            await Task.WhenAll(instances[resource].Select(StopInstance));
        }
    }

    public void Dispose()
    {
        http.Dispose();
        stopping.Dispose();
        foreach (var instance in Instances) instance.Log?.Dispose();
    }

    /// <summary>The resources, each after those it waits for.</summary>
    public List<Resource> Order()
    {
        var order = new List<Resource>();
        var visiting = new HashSet<Resource>();
        foreach (var resource in instances.Keys) Visit(resource);
        return order;

        void Visit(Resource resource)
        {
            if (order.Contains(resource)) return;
            if (!visiting.Add(resource)) throw new InvalidOperationException($"'{resource.Name}' waits for itself: {string.Join(" → ", visiting.Select(one => one.Name))}");
            foreach (var other in Needs(resource)) Visit(other);
            order.Add(resource);
        }
    }

    private static IEnumerable<Resource> Needs(Resource resource)
    {
        var needs = resource.Waits.Select(wait => wait.On);
        return resource.OwnParent is { } parent ? needs.Append(parent) : needs;
    }

    private bool EndsByItself(Resource resource) => ExpectedEnds(resource).Any();

    private IEnumerable<int> ExpectedEnds(Resource resource) => resources.SelectMany(other => other.Waits).Where(wait => wait.On == resource && wait.For == WaitFor.Completed).Select(wait => wait.ExitCode);

    private async Task Supervise(Instance instance, CancellationToken ct)
    {
        try
        {
            await DependenciesOf(instance, ct);
            for (var crashes = 0; ; crashes++)
            {
                var since = Stopwatch.GetTimestamp();
                Say(instance, "Starting");
                var code = await Watch(instance, await Launched(instance, ct), ct);
                instance.ExitCode = code;
                instance.Health = null;
                if (EndsByItself(instance.Resource))
                {
                    var expected = ExpectedEnds(instance.Resource).Contains(code);
                    Say(instance, expected ? "Finished" : "Exited", expected ? null : $"ended with {code}");
                    instance.HasCompleted(code);
                    if (!expected) failed.TrySetResult(new InvalidOperationException($"{instance.Name} ended with {code}."));
                    return;
                }

                if (Stopwatch.GetElapsedTime(since) > pace.Steady) crashes = 0;
                if (!instance.Ready.IsCompleted && crashes + 1 == pace.CrashesBeforeReady)
                    throw new InvalidOperationException($"{instance.Name} ended {pace.CrashesBeforeReady} times before it was ready, last with {code}.");
                var rest = TimeSpan.FromTicks(Math.Min(pace.LongestRestart.Ticks, pace.FirstRestart.Ticks << Math.Min(crashes, 10)));
                Say(instance, "Exited", $"ended with {code}; restarting in {rest.TotalSeconds:0.#} s");
                await Task.Delay(rest, ct);
                instance.Restarts++;
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The host stops; what runs is stopped in its turn.
        }
        catch (Exception problem)
        {
            Say(instance, "FailedToStart", problem.Message);
            instance.HasFailed(problem);
            failed.TrySetResult(problem);
        }
    }

    private async Task DependenciesOf(Instance instance, CancellationToken ct)
    {
        if (instance.Resource.OwnParent is { } parent) await AllReady(parent);
        foreach (var wait in instance.Resource.Waits)
        {
            switch (wait.For)
            {
                case WaitFor.Started:
                    await Task.WhenAll(instances[wait.On].Select(one => one.Started)).WaitAsync(ct);
                    break;
                case WaitFor.Healthy:
                    await AllReady(wait.On);
                    break;
                default:
                    var codes = await Task.WhenAll(instances[wait.On].Select(one => one.Completed)).WaitAsync(ct);
                    if (codes.Any(code => code != wait.ExitCode)) throw new InvalidOperationException($"{wait.On.Name} ended with {codes.First(code => code != wait.ExitCode)}");
                    break;
            }
        }

        // While the last one was waited for, another may have fallen ill.
        while (instance.Resource.Waits.Where(wait => wait.For == WaitFor.Healthy).SelectMany(wait => instances[wait.On]).Any(one => one.Health != "Healthy" && !one.Completed.IsCompleted))
            await Task.Delay(pace.UntilReady, ct);

        async Task AllReady(Resource on) => await Task.WhenAll(instances[on].Select(one => one.Ready)).WaitAsync(ct);
    }

    /// <summary>What once was ready and now fails to start is a crash like another; what never was is given up.</summary>
    private async Task<Task<int>> Launched(Instance instance, CancellationToken ct)
    {
        try
        {
            return await Launch(instance, ct);
        }
        catch (Exception problem) when (instance.Ready.IsCompletedSuccessfully && !ct.IsCancellationRequested)
        {
            instance.Log?.Write(problem.Message);
            return Task.FromResult(-1);
        }
    }

    /// <summary>Starts it; the answer ends with its exit code, or never where there is no process of ours.</summary>
    private async Task<Task<int>> Launch(Instance instance, CancellationToken ct)
    {
        var never = new TaskCompletionSource<int>().Task;
        switch (instance.Resource)
        {
            case PostgresServerResource { Existing: not null } or RabbitMQServerResource { Existing: not null }:
                return never;
            case PostgresServerResource server:
                if (!postgres.TryGetValue(instance, out var own))
                    own = postgres[instance] = new PostgresServer(
                        Path.Combine(local, server.Name), server.Endpoints["tcp"].Ports[0], (await server.PasswordParameter.GetValueAsync(ct))!, instance.Log!, environment: Signed);
                return await Start(() => own.Start(ct), () => own.Process, () => []);
            case RabbitMQServerResource server:
                if (!brokers.TryGetValue(instance, out var broker))
                {
                    var numbers = new RabbitMqPorts(
                        server.Endpoints["tcp"].Ports[0],
                        server.Endpoints.TryGetValue("management", out var pages) ? pages.Ports[0] : ports.Take($"{server.Name}/management"),
                        ports.Take($"{server.Name}/distribution"), ports.Take($"{server.Name}/mapper"));
                    broker = brokers[instance] = new RabbitMqServer(
                        Path.Combine(local, server.Name), numbers, RabbitMQServerResource.DefaultUser, (await server.PasswordParameter.GetValueAsync(ct))!, instance.Log!, Signed);
                }

                return await Start(() => broker.Start(ct), () => broker.Process, () => broker.Helpers);
            case PostgresDatabaseResource database:
                await PostgresServer.CreateDatabase((await database.Parent.GetValueAsync(ct))!, database.DatabaseName, ct);
                return never;
            default:
                var process = StartProject(instance, (ProjectResource)instance.Resource, await Environment(instance, ct));
                instance.Process = process;
                return process.Exited;
        }

        async Task<Task<int>> Start(Func<Task> start, Func<OwnProcess?> process, Func<IReadOnlyList<ProcessMark>> helpers)
        {
            // The number is written down while it still starts: whoever cleans up after us must find it.
            var starting = start();
            while (!starting.IsCompleted && instance.Process == process()) await Task.WhenAny(starting, Task.Delay(20, CancellationToken.None));
            instance.Process = process();
            instance.Helpers = helpers();
            Say(instance, "Starting");
            await starting;
            instance.Process = process();
            return instance.Process!.Exited;
        }
    }

    private async Task<Dictionary<string, string?>> Environment(Instance instance, CancellationToken ct)
    {
        var variables = new Dictionary<string, string?>
        {
            ["CAREERPLATFORM_HOST"] = local,
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["LOGGING__CONSOLE__FORMATTERNAME"] = "simple",
            ["LOGGING__CONSOLE__FORMATTEROPTIONS__SINGLELINE"] = "true",
            ["OTEL_SERVICE_NAME"] = instance.Resource.Name,
            ["OTEL_RESOURCE_ATTRIBUTES"] = string.Join(',', ((string?[])[System.Environment.GetEnvironmentVariable("OTEL_RESOURCE_ATTRIBUTES"), $"service.instance.id={instance.Name}"]).Where(part => !string.IsNullOrEmpty(part))),
        };
        if (instance.Urls.Any()) variables["ASPNETCORE_URLS"] = string.Join(';', instance.Urls);
        foreach (var endpoint in instance.Resource.Endpoints.Values)
            if (endpoint.Variable is { } variable)
                variables[variable] = endpoint.Ports[instance.Replica].ToString(CultureInfo.InvariantCulture);
        foreach (var add in instance.Resource.Environment) await add(variables, ct);
        return variables;
    }

    private OwnProcess StartProject(Instance instance, ProjectResource project, Dictionary<string, string?> variables)
    {
        var program = Outputs.Program(project.ProjectPath);
        return OwnProcess.Start(["dotnet", program], program, variables, Path.GetDirectoryName(project.ProjectPath)!, line =>
        {
            instance.Log!.Write(line);
            Line?.Invoke(instance, line);
        });
    }

    /// <summary>From running to exit: asks for its health meanwhile.</summary>
    private async Task<int> Watch(Instance instance, Task<int> exited, CancellationToken ct)
    {
        Say(instance, "Running");
        instance.HasStarted();
        if (!EndsByItself(instance.Resource))
        {
            var (unhealthy, said) = (0, Stopwatch.GetTimestamp());
            while (!exited.IsCompleted)
            {
                var why = await WhyUnhealthy(instance, ct);
                var healthy = why is null;
                if (exited.IsCompleted) break;
                unhealthy = healthy ? 0 : unhealthy + 1;
                var health = healthy ? "Healthy" : "Unhealthy";
                if (health != instance.Health && (healthy || instance.Health is not null))
                {
                    (instance.Health, said) = (health, Stopwatch.GetTimestamp());
                    Say(instance, "Running", why);
                    if (healthy) instance.IsReady();
                }
                else if (why != instance.Detail && Stopwatch.GetElapsedTime(said) > pace.Patience)
                {
                    said = Stopwatch.GetTimestamp();
                    Say(instance, "Running", why);
                }

                var pause = healthy ? pace.Healthy : !instance.Ready.IsCompleted || instance.Health is null ? pace.UntilReady : pace.Unhealthy * Math.Min(unhealthy, 5);
                await Task.WhenAny(exited, Task.Delay(pause, ct));
                ct.ThrowIfCancellationRequested();
            }
        }

        return await exited.WaitAsync(ct);
    }

    private async Task<string?> WhyUnhealthy(Instance instance, CancellationToken ct)
    {
        switch (instance.Resource)
        {
            case IResourceWithConnectionString and RabbitMQServerResource broker:
                return await RabbitMqServer.WhyRefused((await broker.GetValueAsync(ct))!, ct);
            case IResourceWithConnectionString data:
                return await PostgresServer.WhyRefused((await data.GetValueAsync(ct))!, ct);
            default:
                return instance.Resource.HealthCheck is { } check ? await Asked(check) : null;
        }

        async Task<string?> Asked(HealthCheck check)
        {
            try
            {
                var url = instance.Resource.Endpoint(check.Endpoint).Urls.ElementAt(instance.Replica);
                using var answer = await http.GetAsync(url + check.Path, HttpCompletionOption.ResponseHeadersRead, ct);
                return answer.StatusCode == (HttpStatusCode)check.Status ? null : $"{check.Path} answers {(int)answer.StatusCode}";
            }
            catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !ct.IsCancellationRequested))
            {
                return $"{check.Path}: {problem.GetBaseException().Message}";
            }
        }
    }

    private async Task StopInstance(Instance instance)
    {
        if (postgres.TryGetValue(instance, out var server)) await server.Stop();
        else if (brokers.TryGetValue(instance, out var broker)) await broker.Stop();
        else if (instance.Process is { } process && !process.Exited.IsCompleted && !await process.Stop(Posix.Sigterm, pace.Stop))
            Changed?.Invoke(instance, $"{instance.Name} did not stop within {pace.Stop.TotalSeconds:0} s and was killed");
        if (instance.State is not ("Finished" or "FailedToStart")) Say(instance, "Stopped");
    }

    private void Say(Instance instance, string state, string? detail = null)
    {
        (instance.State, instance.Detail) = (state, detail);
        if (state is "Stopped") instance.Health = null;
        if (state is "Stopped" or "Exited" or "Finished" or "FailedToStart") (instance.Process, instance.Helpers) = (null, []);
        Changed?.Invoke(instance, state);
    }

    private Instance NewInstance(Resource resource, int replica)
    {
        var kind = resource switch
        {
            PostgresServerResource => "postgres",
            RabbitMQServerResource => "rabbitmq",
            PostgresDatabaseResource => "database",
            _ => "project",
        };
        var instance = new Instance(resource, replica, kind, null);
        return kind == "database" || resource is PostgresServerResource { Existing: not null } or RabbitMQServerResource { Existing: not null }
            ? instance
            : new Instance(resource, replica, kind, new LogFile(Path.Combine(local, "logs", $"{instance.Name}.log")));
    }
}
