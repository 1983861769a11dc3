namespace CareerPlatform.AppHost.Native;

/// <summary>What `./run` was asked for.</summary>
public sealed record CommandLine
{
    public const string Help = """
        ./run                     start everything, load the demo province when the databases are empty, stay until Ctrl-C
        ./run --once              play a whole season on the demo province in fresh databases, print the reconciliation, stop;
                                  exit code 0 only if every line holds
        ./run --reset             remove .local/ (data, logs, secrets) of a host that is not running
          --replicas N            processes per service (default 1)
          --pupils N, --seed N    size and seed of the demo province
          --port N                the gateway's port (default 8080; a free one when it is taken)
          --no-load               do not load the demo province
          --quiet                 do not stream the services' logs
          --local FOLDER          keep everything in another folder than .local/
          --Name=Value            any setting, such as --ConnectionStrings:postgres="Host=…" for a PostgreSQL that exists already

        ./run servers --exec COMMAND…   run a command with a throw-away PostgreSQL and RabbitMQ in CAREERPLATFORM_TEST_POSTGRES,
                                        CAREERPLATFORM_TEST_RABBITMQ and CAREERPLATFORM_TEST_RABBITMQ_MANAGEMENT
        """;

    public bool AsksForHelp { get; private init; }

    public bool Once { get; private init; }

    public bool Reset { get; private init; }

    public bool Load { get; private init; } = true;

    public bool Quiet { get; private init; }

    /// <summary>Options for the program that loads the demo province.</summary>
    public IReadOnlyList<string> Province { get; private init; } = [];

    /// <summary>A command to run with throw-away servers instead of starting the platform.</summary>
    public IReadOnlyList<string>? WithServers { get; private init; }

    public IReadOnlyDictionary<string, string?> Settings { get; private init; } = new Dictionary<string, string?>();

    /// <summary>What is wrong with the arguments, if anything.</summary>
    public string? Mistake { get; private init; }

    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        if (args is ["servers", "--exec", _, ..]) return new CommandLine { WithServers = [.. args.Skip(2)] };
        var line = new CommandLine();
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var province = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--help" or "-h":
                    line = line with { AsksForHelp = true };
                    break;
                case "--once":
                    line = line with { Once = true };
                    break;
                case "--reset":
                    line = line with { Reset = true };
                    break;
                case "--no-load":
                    line = line with { Load = false };
                    break;
                case "--quiet":
                    line = line with { Quiet = true };
                    break;
                case "--replicas" or "--port" or "--pupils" or "--seed" when i + 1 < args.Count && int.TryParse(args[i + 1], out var number) && number >= 0:
                    if (args[i] is "--pupils" or "--seed") province.AddRange([args[i], args[i + 1]]);
                    else settings[args[i][2..]] = args[i + 1];
                    i++;
                    break;
                case "--local" when i + 1 < args.Count && !args[i + 1].StartsWith("--", StringComparison.Ordinal):
                    settings["Local"] = Path.GetFullPath(args[++i]);
                    break;
                case ['-', '-', .. var setting] when setting.Contains('=', StringComparison.Ordinal):
                    settings[setting.Split('=', 2)[0].Replace("__", ":", StringComparison.Ordinal)] = setting.Split('=', 2)[1];
                    break;
                default:
                    line = line with { Mistake = $"'{args[i]}' is not an option, or lacks its value." };
                    break;
            }
        }

        if (settings.GetValueOrDefault("replicas") == "0") line = line with { Mistake = "--replicas must be at least 1." };
        return line with { Settings = settings, Province = province };
    }
}
