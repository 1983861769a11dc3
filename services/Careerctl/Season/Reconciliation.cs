using System.Text.Json;
using CareerPlatform.Careerctl.Demo;

namespace CareerPlatform.Careerctl.Season;

/// <summary>One line of the reconciliation: what an independent count expects and what the platform holds.</summary>
public sealed record Line(string Name, string Expected, string Found, bool Holds)
{
    public static Line Equal(string name, long expected, long found) => new(name, $"{expected:N0}", $"{found:N0}", expected == found);

    public static Line None(string name, long found) => Equal(name, 0, found);

    public static Line AtMost(string name, long limit, long found) => new(name, $"at most {limit:N0}", $"{found:N0}", found <= limit);
}

/// <summary>Everything the season's reports are made of, printed as a table and written as JSON.</summary>
public sealed record Report(int Seed, int Pupils, bool Holds, IReadOnlyList<Line> Lines, IReadOnlyDictionary<string, long> Figures, IReadOnlyDictionary<string, double> Seconds)
{
    static readonly JsonSerializerOptions Readable = new(Caller.Json) { WriteIndented = true };

    public void Write(string file)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder) Directory.CreateDirectory(folder);
        File.WriteAllText(file, JsonSerializer.Serialize(this, Readable) + "\n");
    }
}

/// <summary>Counts the season in the services' own tables and through their APIs, and says line by line whether it adds up.</summary>
public sealed class Reconciliation(Databases databases, Draw draw)
{
    readonly List<Line> lines = [];
    readonly Dictionary<string, long> figures = [];

    public IReadOnlyList<Line> Lines => lines;

    public void Add(Line line) => lines.Add(line);

    /// <summary>imported = registered; finalised = admitted + without a place + absent.</summary>
    public async Task Round(Guid round)
    {
        var args = new { round };
        lines.Add(Line.Equal("imported = registered", draw.Candidates, await databases.Count("schoolsdb",
            "select count(*) from upload_row u join round r on r.accepted_upload = u.upload_id where r.round_id = @round and u.pupil_id is not null", args)));
        var outcomes = (await databases.Many<(string Outcome, long Count)>("schoolsdb", "select outcome, count(*) from result where round_id = @round and version = 1 group by 1", args))
            .ToDictionary(row => row.Outcome, row => row.Count);
        lines.Add(Line.Equal("finalised", draw.Candidates, outcomes.Values.Sum()));
        lines.Add(Line.Equal("  admitted", draw.Admitted, outcomes.GetValueOrDefault("admitted")));
        lines.Add(Line.Equal("  without a place", draw.WithoutPlace, outcomes.GetValueOrDefault("without_place")));
        lines.Add(Line.Equal("  absent", draw.Absent, outcomes.GetValueOrDefault("absent")));
    }

    /// <summary>leads = pupils without a place with a legal basis, each once; grants at most two institutions per family; positions dense.</summary>
    public async Task Leads()
    {
        var year = new { year = DemoProvince.SchoolYear };
        var should = draw.Leads;
        var has = await databases.Many<Guid>("enrolmentdb", "select pupil_id from lead where school_year = @year", year);
        lines.Add(Line.Equal("leads = pupils without a place with a legal basis", should.Count, has.Count));
        lines.Add(Line.None("  the same pupils, each once: missing, foreign or double", should.Except(has).Count() + has.Except(should).Count() + has.Count - has.Distinct().Count()));
        lines.Add(Line.AtMost("institutions per family", 2, await databases.Count("enrolmentdb",
            "select coalesce(max(n), 0) from (select count(distinct institution_id) n from lead_grant where school_year = @year and state not in ('withdrawn', 'expired') group by family_key) f", year)));
        var grants = await databases.Count("enrolmentdb", "select count(*) from lead_grant where school_year = @year", year);
        lines.Add(Line.Equal("grants in exactly one position of one feed", grants, await databases.Count("enrolmentdb",
            """
            select count(*) from lead_grant g where school_year = @year and 1 = (
              select count(*) from institution_feed f where f.tenant_id = g.tenant_id and f.grant_id = g.grant_id and f.kind = 'offered')
            and exists (select 1 from institution_feed f where f.tenant_id = g.tenant_id and f.grant_id = g.grant_id and f.institution_id = g.institution_id and f.lead_id = g.lead_id and f.kind = 'offered')
            """, year)));
        lines.Add(Line.None("feeds whose positions are not 1, 2, 3 …", await databases.Count("enrolmentdb",
            """
            select count(*) from institution_feed_head h
            left join (select tenant_id, institution_id, count(*) n, min(pos) low, max(pos) high from institution_feed group by 1, 2) f using (tenant_id, institution_id)
            where h.pos <> coalesce(f.n, 0) or (f.n is not null and (f.low <> 1 or f.high <> h.pos))
            """)));
    }

    /// <summary>A lead that nobody hears of is one of a family whose two institutions have no room left.</summary>
    public async Task<Line> Offered() => Line.None("leads nobody hears of though the family hears from fewer than two", await databases.Count("enrolmentdb",
        """
        select count(*) from lead l join candidate c using (tenant_id, school_year, pupil_id)
        where l.school_year = @year and l.status = 'open' and not exists (select 1 from lead_grant g where g.lead_id = l.lead_id)
          and (select count(*) from family_place f where f.tenant_id = c.tenant_id and f.school_year = c.school_year and f.family_key = c.family_key) < 2
        """, new { year = DemoProvince.SchoolYear }));

    /// <summary>Every enrolment has reached Destinations and Targets, each once.</summary>
    public async Task Enrolments(int contacts, int students)
    {
        var started = (await databases.Many<Guid>("enrolmentdb", "select enrolment_id from enrolment")).ToHashSet();
        lines.Add(Line.Equal("students enrolled by the institutions", students, await databases.Count("enrolmentdb", "select count(distinct pupil_id) from enrolment where track = 'trade'")));
        lines.Add(Line.Equal("contacts logged by the institutions", contacts, await databases.Count("enrolmentdb", "select count(*) from contact_log")));
        var heard = await databases.Many<Guid>("destinationsdb", "select source from facts where kind = 'enrolment'");
        lines.Add(Line.Equal("enrolments in Destinations", started.Count, heard.Count(started.Contains)));
        lines.Add(Line.None("  foreign or double there", heard.Count - started.Intersect(heard).Count()));
        var graduates = (await databases.Many<Guid>("schoolsdb", "select pupil_id from graduation where level = 'lower_secondary'")).ToHashSet();
        var enrolled = await databases.Many<Guid>("enrolmentdb", "select distinct pupil_id from enrolment where track = 'trade'");
        var counted = (await databases.Many<Guid>("targetsdb", "select graduate_id from graduates where level = 'lower_secondary' and started like 'gdnn_%'")).ToHashSet();
        lines.Add(Line.Equal("students at their level in Targets", enrolled.Count(graduates.Contains), counted.Count(enrolled.Contains)));
        lines.Add(Line.None("  foreign there", counted.Except(enrolled).Count()));
    }

    /// <summary>N and D of the enrolment indicator against a direct count over what Schools and Enrolment hold; the areas' sums against the total.</summary>
    /// <remarks>Lower-secondary graduates at elementary or intermediate level, each person once, dual track at the trade level; indicators.md, rules 1 to 9.</remarks>
    public async Task Indicator(Caller reader, DateOnly census, CancellationToken ct)
    {
        var graduates = (await databases.Many<(Guid Pupil, bool Disadvantaged)>("schoolsdb",
            "select pupil_id, residence_disadvantaged from graduation where cohort = @year and level = 'lower_secondary'", new { year = DemoProvince.SchoolYear })).ToDictionary(row => row.Pupil, row => row.Disadvantaged);
        lines.Add(Line.Equal("graduates recognised", draw.Recognised, graduates.Count));
        foreach (var (maturity, day) in new[] { ("started", DateOnly.MaxValue), ("census", census) })
        {
            var enrolled = (await databases.Many<Guid>("enrolmentdb",
                "select distinct pupil_id from enrolment where track = 'trade' and level in ('elementary', 'intermediate') and started_on <= @day and (left_on is null or left_on > @day)", new { day }))
                .Where(graduates.ContainsKey).ToList();
            foreach (var (variant, isCounted) in new[] { ("general", (Func<Guid, bool>)(_ => true)), ("disadvantaged", pupil => graduates[pupil]) })
            {
                var answer = await reader.Get<AreasAnswer>($"v1/indicators/enrolment_after_lower_secondary/areas?year={DemoProvince.SchoolYear}&maturity={maturity}&variant={variant}", ct);
                var (n, d) = (enrolled.Count(isCounted), graduates.Keys.Count(isCounted));
                lines.Add(Line.Equal($"N of the indicator, {maturity}, {variant}", n, answer.Total.N ?? -1));
                lines.Add(Line.Equal($"D of the indicator, {maturity}, {variant}", d, answer.Total.D ?? -1));
                lines.Add(new("  its areas add up: ΣN / ΣD", $"{n:N0} / {d:N0}", $"{answer.Areas.Sum(area => area.Figure.N):N0} / {answer.Areas.Sum(area => area.Figure.D):N0}",
                    answer.Areas.Sum(area => area.Figure.N) == n && answer.Areas.Sum(area => area.Figure.D) == d));
                if (variant == "general") (figures[$"N {maturity}"], figures["D"]) = (n, d);
            }
        }
    }

    sealed record AreasAnswer(FigureAnswer Total, IReadOnlyList<AreaAnswer> Areas);

    sealed record AreaAnswer(string? Code, FigureAnswer Figure);

    sealed record FigureAnswer(long? N, long? D);

    /// <summary>How much was done, for the reader and for comparing two runs.</summary>
    public async Task<IReadOnlyDictionary<string, long>> Figures() => new Dictionary<string, long>(figures)
    {
        ["candidates"] = draw.Candidates,
        ["leads"] = await databases.Count("enrolmentdb", "select count(*) from lead"),
        ["grants"] = await databases.Count("enrolmentdb", "select count(*) from lead_grant"),
        ["contacts"] = await databases.Count("enrolmentdb", "select count(*) from contact_log"),
        ["students"] = await databases.Count("enrolmentdb", "select count(distinct pupil_id) from enrolment where track = 'trade'"),
        ["enrolments"] = await databases.Count("enrolmentdb", "select count(*) from enrolment"),
        ["dual tracks"] = await databases.Count("enrolmentdb", "select count(*) from enrolment where track = 'culture'"),
        ["events"] = await Events(),
    };

    async Task<long> Events()
    {
        var events = 0L;
        foreach (var database in Databases.Logs) events += await databases.Count(database, "select count(*) from feed");
        return events;
    }

    /// <summary>Every event of every service has one feed position without holes, was relayed, and was taken in by those who hear it.</summary>
    public async Task Logs()
    {
        foreach (var database in Databases.Logs)
        {
            var log = await databases.One<LogState>(database,
                """
                select (select count(*) from mt_events where type <> 'tombstone') as events, (select count(*) from feed) as positions, (select count(distinct seq_id) from feed) as sequenced,
                       (select coalesce(max(pos), 0) from feed) as last, (select pos from feed_head) as head, (select count(*) from event_pending) as pending,
                       (select count(*) from feed f left join mt_events e using (seq_id) where e.seq_id is null) as foreigners
                """);
            lines.Add(new Line($"{database}: events with one feed position, no holes", $"{log.events:N0}", $"{log.sequenced:N0}",
                log.events == log.positions && log.positions == log.sequenced && log.last == log.events && log.head == log.events && log.pending == 0 && log.foreigners == 0));
        }

        var parked = 0L;
        foreach (var database in Databases.Logs)
            parked += await databases.Count(database, "select (select count(*) from inbox where state = 'parked') + (select count(*) from parked_event where solved_at is null)");
        lines.Add(Line.None("parked events", parked));
        lines.Add(Line.None("events not yet relayed", await Unrelayed(databases)));
        var (must, missing) = await Hearers.Count(databases);
        lines.Add(Line.Equal("events taken in by every service that hears them", must, must - missing));
    }

    public static async Task<long> Unrelayed(Databases databases)
    {
        var behind = 0L;
        foreach (var database in Databases.Logs)
            behind += await databases.Count(database, "select (select count(*) from event_pending) + coalesce((select pos from feed_head) - (select min(pos) from relay_cursor), 0)");
        return behind;
    }

    sealed record LogState(long events, long positions, long sequenced, long last, long head, long pending, long foreigners);
}
