namespace CareerPlatform.Targets.Domain;

/// <summary>Every plan this service knows; province and year choose which of them are in force.</summary>
/// <remarks>The files built into the service, those of the folder `Plans__Folder` where it is set, and those loaded by the API, each in place of an earlier one with its id.
/// A file that is not valid stops the start.</remarks>
public sealed class PlanRegistry
{
    private readonly IReadOnlyList<Plan> files;

    public PlanRegistry(IConfiguration configuration)
    {
        var built = typeof(PlanRegistry).Assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Plans.", StringComparison.Ordinal) && !name.EndsWith(".schema.json", StringComparison.Ordinal))
            .Select(name => name[(name.IndexOf(".Plans.", StringComparison.Ordinal) + ".Plans.".Length)..])
            .Select(file => (file, json: PlanFile.ResourceText(file)));
        var added = configuration["Plans:Folder"] is { } folder
            ? Directory.GetFiles(folder, "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).Order().Select(file => (Path.GetFileName(file), File.ReadAllText(file)))
            : [];
        files = ReadTogether([.. built, .. added]);
        All = files;
    }

    public IReadOnlyList<Plan> All { get; private set; }

    public Plan? Find(string id) => All.FirstOrDefault(plan => plan.Id == id);

    /// <summary>The plan that counts in a province in a year: of those in force the province's own before the country's, then the one that began last.</summary>
    public Plan? InForce(string province, int year) => All.Where(plan => IsInForce(plan, province, year))
        .OrderByDescending(plan => (plan.Province is not null, plan.Period.From, plan.Id)).FirstOrDefault();

    /// <summary>A plan is also out of force from the year on in which one begins that supersedes it.</summary>
    public bool IsInForce(Plan plan, string province, int year) =>
        plan.InForce(province, year) && !All.Any(other => other.InForce(province, year) && other.Supersedes.Any(document => document.Plan == plan.Id));

    /// <summary>How a province counts a cohort: by its plan in force, otherwise by its latest plan before, otherwise by the rules' defaults.</summary>
    public Parameters Parameters(string province, int cohort) =>
        (InForce(province, cohort) ?? All.Where(plan => plan.Province == province && plan.Period.From <= cohort).OrderByDescending(plan => plan.Period.To).FirstOrDefault())?.Parameters
        ?? Domain.Parameters.Default;

    /// <summary>What holds under a plan in a year: its own targets, and those of its parent in force that it neither replaces nor drops.</summary>
    public IReadOnlyList<EffectiveTarget> Targets(Plan plan, int year)
    {
        var inherited = plan.Parent?.Plan is { } id && Find(id) is { Status: "in_force" } parent && parent.Covers(year) ? Targets(parent, year) : [];
        return
        [
            .. plan.Targets.Select(target => new EffectiveTarget(target, plan.Id, target.Replaces is { } replaces ? inherited.FirstOrDefault(other => other.Target.Id == replaces.Target)?.Target : null)),
            .. inherited.Where(other => !plan.Targets.Any(target => target.Replaces?.Target == other.Target.Id) && !plan.Drops.Any(drop => drop.Target == other.Target.Id)),
        ];
    }

    /// <summary>From now on the plans of the files and these, each in place of the file with its id.</summary>
    public void Use(IEnumerable<Plan> loaded) => All = Newest(files.Concat(loaded));

    private static List<Plan> ReadTogether(IReadOnlyList<(string File, string Json)> texts)
    {
        var plans = Newest(texts.Select(text => PlanFile.Read(text.File, text.Json)));
        foreach (var (file, json) in texts) PlanFile.Read(file, json, id => plans.Find(plan => plan.Id == id));   // and what each says about its parent
        return plans;
    }

    private static List<Plan> Newest(IEnumerable<Plan> plans) => [.. plans.GroupBy(plan => plan.Id).Select(same => same.Last()).OrderBy(plan => plan.Id, StringComparer.Ordinal)];
}

/// <summary>A target that holds, the plan it comes from, and the target of a parent in whose place it stands.</summary>
public sealed record EffectiveTarget(Target Target, string Plan, Target? Replaced);
