using CareerPlatform.Contracts;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Organisations;

/// <summary>Tells the other services which schools are not as they were last told: also where only the area, or its listing as specially disadvantaged, changed.</summary>
public static class SchoolLists
{
    public static async Task Announce(Work work, DateTimeOffset now)
    {
        var areas = await work.AreaRegister();
        var schools = await work.Query<Row>("select school_id, code, valid_from, valid_to, levels, kind, commune, commune_on, published from school where tenant_id = @Tenant order by code, valid_from", new { work.Tenant });
        var formed = (await work.Query<Formed>("select school_id, old_school_id, on_date from school_predecessor where tenant_id = @Tenant order by on_date, old_school_id", new { work.Tenant })).ToLookup(row => row.SchoolId);
        var listed = (await work.Query<DisadvantagedPeriod>("select kind, code, valid_from, valid_to from area_disadvantaged where tenant_id = @Tenant and kind = 'commune'", new { work.Tenant })).ToLookup(row => row.Code);
        var today = VietnamTime.Day(now);
        var changed = new List<(Row Row, ListedSchool Fact, string Digest)>();
        foreach (var school in schools)
        {
            var then = areas.Nearest("commune", school.Commune, school.CommuneOn);
            var area = areas.Follow("commune", school.Commune, school.CommuneOn, today) ?? then;
            var fact = new ListedSchool
            {
                School = school.SchoolId,
                Code = school.Code,
                ValidFrom = school.ValidFrom,
                ValidTo = school.ValidTo,
                Levels = school.Levels,
                Boarding = school.Kind == "ethnic_boarding",
                Area = area?.Code ?? school.Commune,
                Disadvantaged = [.. Periods(then, area).OrderBy(period => period.From)],
                Predecessors = [.. formed[school.SchoolId].Select(old => new FormedFrom { School = old.OldSchoolId, On = old.OnDate })],
            };
            var digest = Announcements.DigestOf(fact);
            if (digest != school.Published) changed.Add((school, fact, digest));
        }
        foreach (var part in changed.Chunk(300))
            work.Append("schools", StreamIds.Of("schools", work.Tenant), new SchoolRegisterChanged { Province = work.Tenant, Schools = [.. part.Select(school => school.Fact)], ChangedAt = now });
        if (changed.Count > 0)
        {
            await work.Execute(
                "update school s set published = c.digest from unnest(@Ids, @From, @Digests) as c (id, valid_from, digest) where s.tenant_id = @Tenant and s.school_id = c.id and s.valid_from = c.valid_from",
                new
                {
                    work.Tenant,
                    Ids = changed.Select(school => school.Row.SchoolId).ToArray(),
                    From = changed.Select(school => school.Row.ValidFrom).ToArray(),
                    Digests = changed.Select(school => school.Digest).ToArray(),
                });
        }

        // Listings of the commune it lies in now and of the one it lay in then; a code counts only while the area bears it.
        IEnumerable<ListedPeriod> Periods(Area? then, Area? now) => new[] { then, now }.OfType<Area>().DistinctBy(area => (area.Code, area.ValidFrom))
            .SelectMany(area => listed[area.Code].Where(period => period.ValidFrom <= (area.ValidTo ?? DateOnly.MaxValue) && (period.ValidTo ?? DateOnly.MaxValue) >= area.ValidFrom)
                .Select(period => new ListedPeriod { From = Later(period.ValidFrom, area.ValidFrom), To = Earlier(period.ValidTo, area.ValidTo) }))
            .DistinctBy(period => (period.From, period.To));
    }

    static DateOnly Later(DateOnly a, DateOnly b) => a > b ? a : b;

    static DateOnly? Earlier(DateOnly? a, DateOnly? b) => a is null ? b : b is null || a < b ? a : b;

    sealed record Row
    {
        public required Guid SchoolId { get; init; }
        public required string Code { get; init; }
        public required DateOnly ValidFrom { get; init; }
        public DateOnly? ValidTo { get; init; }
        public required string[] Levels { get; init; }
        public string? Kind { get; init; }
        public required string Commune { get; init; }
        public required DateOnly CommuneOn { get; init; }
        public string? Published { get; init; }
    }

    sealed record Formed(Guid SchoolId, Guid OldSchoolId, DateOnly OnDate);
}
