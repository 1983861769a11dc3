using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Destinations.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Graduates;

/// <summary>Counts people on the ladder again from everything known about them, and announces whoever stands elsewhere than was last said.</summary>
/// <remarks>
/// A few round trips whatever the number of people. The row of `people` is locked first, so two facts about one person never miss each other;
/// the status is recomputed from all stored facts, so a fact heard twice or late changes nothing that it should not.
/// </remarks>
public static class Standing
{
    /// <summary>Notes facts that another service announced, about people who are recognised as graduates or not yet.</summary>
    public static Task Note(Work work, Heard heard, IReadOnlyList<Fact> facts, DateTimeOffset now) => Count(work, ("intake", heard.StreamId), [], facts, null, now);

    /// <summary>Notes what was reported here about one person.</summary>
    public static Task Note(Work work, IReadOnlyList<Fact> facts, DateTimeOffset now) => Count(work, Reported(facts), [], facts, null, now);

    /// <summary>Notes a correction of one person's facts: a status that it changes is announced as corrected, with the reason.</summary>
    public static Task Correct(Work work, IReadOnlyList<Fact> facts, string reason, DateTimeOffset now) => Count(work, Reported(facts), [], facts, reason, now);

    /// <summary>Takes recognised graduates into their cohort; what was known about them before counts from now on.</summary>
    public static Task Recognise(Work work, Heard heard, IReadOnlyList<Graduate> recognised, DateTimeOffset now) =>
        Count(work, ("intake", heard.StreamId), recognised, [], null, now);

    /// <summary>A stream of its own beside the graduate's, in which only what is published stands.</summary>
    private static (string, Guid) Reported(IReadOnlyList<Fact> facts) => ("reported", StreamIds.Of("reported", facts[0].PupilId));

    private static async Task Count(Work work, (string Type, Guid Id) stream, IReadOnlyList<Graduate> recognised, IReadOnlyList<Fact> noted, string? correction, DateTimeOffset now)
    {
        var joined = recognised.ToLookup(graduate => graduate.PupilId);
        var news = noted.ToLookup(fact => fact.PupilId);
        var pupils = joined.Select(group => group.Key).Union(news.Select(group => group.Key)).ToArray();
        if (pupils.Length == 0) return;

        var known = await Known(work, pupils);
        var repeated = known.SelectMany(person => person.Facts.Select(fact => (person.PupilId, fact.Id))).ToHashSet();
        var fresh = noted.Where(fact => !repeated.Contains((fact.PupilId, fact.Id))).DistinctBy(fact => (fact.PupilId, fact.Id)).ToList();
        if (fresh.Count > 0) work.Append(stream.Type, stream.Id, new FactsNoted { Facts = fresh });
        if (recognised.Count > 0) work.Append(stream.Type, stream.Id, new CohortJoined { Graduates = recognised });

        foreach (var person in known)
        {
            var facts = person.Facts.Concat(news[person.PupilId]).ToList();
            foreach (var level in person.Members.Select(member => member.Graduate.Level).Union(joined[person.PupilId].Select(graduate => graduate.Level)))
            {
                var before = person.Members.SingleOrDefault(member => member.Graduate.Level == level);
                var graduate = joined[person.PupilId].Where(other => other.Level == level)
                    .Aggregate(before?.Graduate, (kept, other) => kept is null || other.ComesBefore(kept) ? other : kept)!;
                var periods = Timeline.Of(level, graduate.Cohort, facts);
                var said = before?.Periods ?? [];
                if (!said.SequenceEqual(periods)) work.Append("graduate", graduate.PupilId, Announce(work.Tenant, graduate, said, periods, correction, now));
            }
        }
    }

    private static object Announce(string province, Graduate graduate, IReadOnlyList<Period> said, IReadOnlyList<Period> periods, string? correction, DateTimeOffset now)
    {
        var current = periods.Count > 0 ? periods[^1] : new Period(Status.NotKnown, VietnamTime.Day(graduate.RecognisedAt), null, false);
        var since = Timeline.Since(periods) ?? current.Since;
        var timeline = periods
            .Select(period => new DestinationPeriod { Status = period.Status, Since = period.Since, Institution = period.Institution, DualTrack = period.DualTrack })
            .ToList();
        return correction is null
            ? new DestinationRecorded
            {
                Province = province,
                GraduateId = graduate.PupilId,
                Cohort = graduate.Cohort,
                Level = graduate.Level,
                Status = current.Status,
                Since = since,
                Institution = current.Institution,
                DualTrack = current.DualTrack,
                RecordedAt = now,
                Timeline = timeline,
            }
            : new DestinationCorrected
            {
                Province = province,
                GraduateId = graduate.PupilId,
                Cohort = graduate.Cohort,
                Level = graduate.Level,
                Was = said.Count > 0 ? said[^1].Status : Status.NotKnown,
                Status = current.Status,
                Since = since,
                Institution = current.Institution,
                DualTrack = current.DualTrack,
                Reason = correction,
                CorrectedAt = now,
                Timeline = timeline,
            };
    }

    private static async Task<List<Person>> Known(Work work, Guid[] pupils)
    {
        var rows = await work.Query<Row>(
            """
            insert into people (tenant_id, pupil_id) select @Tenant, p from unnest(@Pupils) p order by p
            on conflict (tenant_id, pupil_id) do update set pupil_id = excluded.pupil_id;

            select p as pupil_id,
              (select jsonb_agg(to_jsonb(g))::text from graduates g where g.tenant_id = @Tenant and g.pupil_id = p) as graduates,
              (select jsonb_agg(to_jsonb(f))::text from facts f where f.tenant_id = @Tenant and f.pupil_id = p) as facts
            from unnest(@Pupils) p
            """,
            new { work.Tenant, Pupils = pupils });
        return [.. rows.Select(row => new Person(
            row.PupilId,
            [.. Rows.Read<Graduate>(row.Graduates).Zip(Rows.Read<Said>(row.Graduates), (graduate, said) => new Member(graduate, said.Periods))],
            Rows.Read<Fact>(row.Facts)))];
    }

    private sealed record Row(Guid PupilId, string? Graduates, string? Facts);

    private sealed record Said(IReadOnlyList<Period> Periods);

    private sealed record Member(Graduate Graduate, IReadOnlyList<Period> Periods);

    private sealed record Person(Guid PupilId, List<Member> Members, List<Fact> Facts);
}

/// <summary>Rows of this service's tables as JSON: the columns' names, in snake case.</summary>
internal static class Rows
{
    private static readonly JsonSerializerOptions Columns = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    internal static List<T> Read<T>(string? json) => json is null ? [] : JsonSerializer.Deserialize<List<T>>(json, Columns)!;

    internal static string Write<T>(IEnumerable<T> rows) => JsonSerializer.Serialize(rows, Columns);
}
