namespace CareerPlatform.Targets.Domain;

/// <summary>Every plan this service knows; province and year choose which of them are in force.</summary>
/// <remarks>The files built into the service, and those of the folder `Plans__Folder` where it is set. A plan that is not valid stops the start.</remarks>
public sealed class PlanRegistry
{
    public PlanRegistry(IConfiguration configuration)
    {
        var built = typeof(PlanRegistry).Assembly.GetManifestResourceNames()
            .Where(name => name.Contains(".Plans.", StringComparison.Ordinal) && !name.EndsWith(".schema.json", StringComparison.Ordinal))
            .Select(name => name[(name.IndexOf(".Plans.", StringComparison.Ordinal) + ".Plans.".Length)..])
            .Select(file => PlanFile.Read(file, PlanFile.ResourceText(file)));
        var added = configuration["Plans:Folder"] is { } folder
            ? Directory.GetFiles(folder, "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).Select(file => PlanFile.Read(Path.GetFileName(file), File.ReadAllText(file)))
            : [];
        All = [.. built.Concat(added).GroupBy(plan => plan.Id).Select(same => same.Last()).OrderBy(plan => plan.Id, StringComparer.Ordinal)];
    }

    public IReadOnlyList<Plan> All { get; }

    public Plan? Find(string id) => All.FirstOrDefault(plan => plan.Id == id);

    /// <summary>The plan that counts in a province in a year: of those in force the one that began last.</summary>
    public Plan? InForce(string province, int year) => All.Where(plan => plan.InForce(province, year)).OrderByDescending(plan => (plan.Period.From, plan.Id)).FirstOrDefault();

    /// <summary>How a province counts a cohort: by its plan in force, otherwise by its latest plan before, otherwise by the rules' defaults.</summary>
    public Parameters Parameters(string province, int cohort) =>
        (InForce(province, cohort) ?? All.Where(plan => plan.Province == province && plan.Period.From <= cohort).OrderByDescending(plan => plan.Period.To).FirstOrDefault())?.Parameters
        ?? Domain.Parameters.Default;
}
