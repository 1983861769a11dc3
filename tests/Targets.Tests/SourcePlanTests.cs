using System.Globalization;
using System.Text.RegularExpressions;
using CareerPlatform.Targets.Domain;
using CareerPlatform.Testing;
using Microsoft.Extensions.Configuration;

namespace CareerPlatform.Targets.Tests;

/// <summary>The five source plans against the tables made from them, row by row, and the tasks of one against its own text.</summary>
public sealed partial class SourcePlanTests
{
    private static readonly PlanRegistry Registry = new(new ConfigurationBuilder().Build());

    private static readonly Dictionary<string, string> Plans = new()
    {
        ["VL"] = "vinh-long-394-2019",
        ["NA"] = "nghe-an-3129-2021",
        ["TV"] = "tra-vinh-1138-2023",
        ["BR"] = "ba-ria-vung-tau-225-2023",
        ["LA"] = "long-an-2025",
    };

    private static readonly Dictionary<string, string> Indicators = new()
    {
        ["career programme tied to local production, business, services"] = "career_programme_local_production",
        ["part-time counsellor (giáo viên kiêm nhiệm) meeting professional requirements"] = "qualified_part_time_counsellor",
        ["continue in GDNN at sơ cấp / trung cấp"] = "enrolment_after_lower_secondary",
        ["continue in GDNN at cao đẳng"] = "enrolment_after_upper_secondary",
        ["informed about streaming after THCS/THPT"] = "informed_about_streaming",
        ["counselling / recruitment sessions"] = "cluster_sessions",
        ["total funding need"] = "funding_need",
        ["has a career-guidance teacher"] = "career_guidance_teacher",
        ["conference attendance"] = "conference_attendance",
        ["conference length"] = "conference_length",
        ["review period"] = "review_period",
    };

    [Theory]
    [InlineData("VL", 12)]
    [InlineData("NA", 23)]
    [InlineData("TV", 1)]
    [InlineData("BR", 3)]
    [InlineData("LA", 0)]
    public void Every_numeric_row_of_a_source_is_a_target_of_its_plan_with_its_value_unit_comparator_due_and_clause(string source, int count)
    {
        var rows = Table().Where(cells => cells[2] == source && cells[1] != "—").ToList();
        var plan = Registry.Find(Plans[source])!;

        rows.Count.ShouldBe(count);
        plan.Targets.Select(target => target.Id).ShouldBe(rows.Select(row => $"{source}-{row[1]}"));
        foreach (var (target, row) in plan.Targets.Zip(rows))
        {
            target.Indicator.Code.ShouldBe(Indicators[row[3]], target.Id);
            (target.Comparator, target.Low, target.High, target.Unit).ShouldBe(Value(row[5]), target.Id);
            target.Due.ShouldBe(DueOf(row[6], plan), target.Id);
            target.Clause.ShouldBe(row[8], target.Id);
            (target.Population.Kind, Levels(target), target.Population.EachLevel).ShouldBe(
                (row[4] switch { var who when who.EndsWith("schools", StringComparison.Ordinal) || who.EndsWith("each level", StringComparison.Ordinal) => "school", "school clusters" or "—" or "plan 135 (2019–2025)" => "event", "plan 2021–2025" => "money", _ => "person" },
                 string.Join('+', new[] { ("THCS", "lower_secondary"), ("THPT", "upper_secondary") }.Where(level => row[4].Contains(level.Item1, StringComparison.Ordinal)).Select(level => level.Item2)),
                 row[4].Contains("each level", StringComparison.Ordinal)), target.Id);
            target.Variant.ShouldBe(row[7] switch { "general" => "general", "ĐBKK localities" => "disadvantaged_area", "schools in ĐBKK localities" => "disadvantaged_school", "especially ethnic boarding schools" => "boarding_emphasis", _ => "none" }, target.Id);
        }

        static string Levels(Target target) => string.Join('+', target.Population.Levels ?? []);
    }

    [Fact]
    public void The_five_plans_hold_as_many_targets_as_the_sources_have_numeric_rows()
    {
        var heading = Heading().Match(Lines().First(line => line.StartsWith("### Numeric targets", StringComparison.Ordinal)));

        Plans.Values.Sum(plan => Registry.Find(plan)!.Targets.Count).ShouldBe(int.Parse(heading.Groups[1].Value, CultureInfo.InvariantCulture));
        foreach (var (source, plan) in Plans)
        {
            var count = Regex.Match(heading.Value, $@"(\d+) {source}").Groups[1].Value;
            Registry.Find(plan)!.Targets.Count.ShouldBe(int.Parse(count, CultureInfo.InvariantCulture), source);
        }
    }

    [Fact]
    public void Targets_that_live_in_documents_we_do_not_hold_are_references_and_not_invented()
    {
        var rows = Table().Where(cells => cells[1] == "—").ToList();

        rows.Select(row => row[2]).Order().ShouldBe(["LA", "TV"]);
        foreach (var row in rows)
        {
            var plan = Registry.Find(Plans[row[2]])!;
            plan.ExternalTargets.Select(external => external.Document.Number).Order().ShouldBe(DocumentNumber().Matches(row[3]).Select(match => match.Value).Order(), row[2]);
            plan.ExternalTargets.ShouldAllBe(external => external.Clause == row[8]);
        }
    }

    [Fact]
    public void Every_line_of_Nghe_Ans_appendix_is_a_task_with_its_date()
    {
        var line = Lines().First(line => line.StartsWith("**NA appendix", StringComparison.Ordinal));
        var (lines, yearly, once) = AppendixCounts().Match(line).Groups switch { var found => (Number(found[1]), Number(found[2]), Number(found[3])) };
        var dates = AppendixDates().Matches(line[line.IndexOf("Dates:", StringComparison.Ordinal)..])
            .SelectMany(date => date.Groups[4].Value.Split(", ").Select(code => (code, day: $"{Number(date.Groups[2]):00}-{Number(date.Groups[1]):00}", year: date.Groups[3].Value)))
            .ToDictionary(date => date.code);
        var tasks = Appendix();

        tasks.Count.ShouldBe(lines);
        tasks.Count(task => task.Recurrence == "yearly").ShouldBe(yearly);
        tasks.Count(task => task.Recurrence == "once").ShouldBe(once);
        tasks.Select(task => task.Code).Order().ShouldBe(dates.Keys.Order());
        foreach (var task in tasks)
        {
            var (code, day, year) = dates[task.Code];
            task.Clause.ShouldBe($"App {code}");
            task.Due.ShouldBe(year.Length == 0
                ? new Due { Kind = "yearly", Day = day, StrictlyBefore = true }
                : new Due { Kind = "date", Date = DateOnly.ParseExact($"{year}-{day}", "yyyy-MM-dd", CultureInfo.InvariantCulture), StrictlyBefore = true }, code);
        }

        static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Lead_coordination_and_holder_of_each_line_of_the_appendix_are_those_of_the_text_and_what_it_lost_stays_lost()
    {
        var text = File.ReadAllText(SharedData.Path("sources/nghe-an-3129-QD-UBND-2021.txt")).Replace("\r", "", StringComparison.Ordinal);
        var lines = AppendixLine().Matches(text).ToDictionary(line => line.Groups["code"].Value);

        lines.Count.ShouldBe(27);
        foreach (var task in Appendix())
        {
            var cells = Cell().Split(lines[task.Code].Groups["cells"].Value).Skip(1).ToList();   // the first is the title
            var (lead, coordination) = cells.Count == 1 ? ("", cells[0]) : (cells[0], cells[1]);
            task.Leads.Order().ShouldBe(Offices(lead), $"{task.Code} lead: {lead}");
            task.Coordinators.Distinct().Order().ShouldBe(Offices(coordination), $"{task.Code} coordination: {coordination}");
            (task.ProductHolder is null ? [] : new[] { task.ProductHolder }).ShouldBe(Offices(lines[task.Code].Groups["holder"].Value), $"{task.Code} holder");
        }
        Appendix().Where(task => task.Leads.Count == 0).Select(task => (task.Code, task.LeadByRule)).ShouldBe([("1.1", "education_department")]);
        Appendix().Where(task => task.ProductHolder is null).Select(task => task.Code).ShouldBe(["4.1", "4.2"]);
    }

    [Theory]
    [InlineData("NA", "**NA body**")]
    [InlineData("VL", "**Recurring VL**")]
    [InlineData("TV", "**TV**: effective")]
    [InlineData("BR", "**BR**: conference")]
    public void Every_duty_that_the_body_of_a_plan_gives_with_a_clause_is_a_task_or_a_report_of_that_clause(string source, string begins)
    {
        var plan = Registry.Find(Plans[source])!;
        var all = string.Join(' ', Lines().SkipWhile(line => !line.Contains("### Dated and recurring tasks", StringComparison.Ordinal)).Skip(1).TakeWhile(line => !line.StartsWith('#')));
        var from = all.IndexOf(begins, StringComparison.Ordinal);
        var to = new[] { "**NA roadmap", "**TV**: effective", "**BR**: conference", "**LA** (year" }.Select(next => all.IndexOf(next, from + begins.Length, StringComparison.Ordinal)).Where(at => at > 0).Min();
        var said = BodyClause().Matches(all[from..to]).SelectMany(match => Enumerable.Repeat(match.Groups["clause"].Value, Things(source, match.Groups["clause"].Value, match.Groups["text"].Value)));

        var held = plan.Tasks.Where(task => !task.Clause.StartsWith("App", StringComparison.Ordinal)).Select(task => task.Clause).Concat(plan.Reporting.Select(duty => duty.Clause));

        held.Order(StringComparer.Ordinal).ShouldBe(said.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Vinh_Longs_reports_recur_as_the_text_says()
    {
        Registry.Find(Plans["VL"])!.Reporting.Select(duty => (duty.Clause, duty.Recurrence)).ShouldBe(
            [("V.1.a", "undated"), ("V.2.b", "quarterly"), ("V.2.b", "six_monthly"), ("V.2.b", "yearly"), ("V.2.d", "undated"), ("V.7", "yearly"), ("V.7", "per_phase"), ("V.9", "six_monthly"), ("V.9", "yearly")]);
    }

    [Fact]
    public void Every_undated_task_of_Long_An_is_a_task_with_its_named_occupations()
    {
        var line = Lines().First(line => line.StartsWith("**LA** (year 2025, undated tasks)", StringComparison.Ordinal));
        var said = line[(line.IndexOf("):", StringComparison.Ordinal) + 2)..].Split('·', ';');
        var plan = Registry.Find(Plans["LA"])!;

        plan.Tasks.Count.ShouldBe(said.Length);
        plan.Tasks.ShouldAllBe(task => task.Recurrence == "undated" && task.Due.Kind == "none");
        plan.Tasks.Single(task => task.Occupations.Count > 0).Occupations.Count.ShouldBe(said.Single(one => one.Contains("occupations:", StringComparison.Ordinal)).Split(':')[1].Split(',').Length);
        (plan.Number, plan.Date, plan.Symbol, plan.Month).ShouldBe((null, null, "SGDĐT-GDTrH", "2025-02"));
    }

    [Fact]
    public void Phases_have_the_items_of_the_roadmaps_and_may_overlap()
    {
        var all = string.Join(' ', Lines());
        var roadmaps = Roadmap().Matches(all);
        var phases = new[] { "NA", "VL" }.SelectMany(source => Registry.Find(Plans[source])!.Phases).ToList();

        phases.Select(phase => (phase.From, phase.To, phase.Clause, phase.Items.Count)).ShouldBe(roadmaps.Select(found => (
            int.Parse(found.Groups["from"].Value, CultureInfo.InvariantCulture), int.Parse(found.Groups["to"].Value, CultureInfo.InvariantCulture), found.Groups["clause"].Value, found.Groups["items"].Value.Split('·').Length)));
        phases.Where(phase => phase.To == 2025).Select(phase => phase.Items[^1].Due).ShouldBe([new Due { Kind = "year_end", Year = 2025 }, new Due { Kind = "year_end", Year = 2025 }]);
        Registry.Find(Plans["VL"])!.Phases.Count(phase => phase.From <= 2020 && 2020 <= phase.To).ShouldBe(2);
    }

    [Fact]
    public void The_conference_has_its_programme_content_and_speeches()
    {
        var line = Lines().First(line => line.StartsWith("**BR**: conference", StringComparison.Ordinal));
        var conference = Registry.Find(Plans["BR"])!.Conference!;

        conference.Programme!.Items.Count.ShouldBe(int.Parse(Steps().Match(line).Groups[1].Value, CultureInfo.InvariantCulture));
        conference.Content!.Items.Count.ShouldBe(Between(line, "content = ", " (II)").Split(", ").Length);
        conference.Speeches.Count(speech => speech.Kind == "assigned").ShouldBe(Between(line, "speeches assigned: ", "; invited").Split(';').Length);
        conference.Speeches.Count(speech => speech.Kind == "invited").ShouldBe(Between(line, "invited: ", " (V)").Split(';').Length);
        conference.Due.ShouldBe(new Due { Kind = "week", Month = "2023-10", Week = "last" });
    }

    [Fact]
    public void Numbers_dates_and_issuers_are_those_of_the_documents()
    {
        var head = string.Join(' ', Lines().Take(4));

        foreach (var (source, id) in Plans.Where(plan => plan.Key != "LA"))
        {
            var plan = Registry.Find(id)!;
            head.ShouldContain($"{plan.Number} {plan.Date!.Value.ToString("d/M/yyyy", CultureInfo.InvariantCulture)}", Case.Sensitive, source);
        }
        Registry.Find(Plans["VL"])!.IssuerLevel.ShouldBe("department");
        Registry.Find(Plans["LA"])!.IssuerLevel.ShouldBe("department");
        new[] { "NA", "TV", "BR" }.ShouldAllBe(source => Registry.Find(Plans[source])!.IssuerLevel == "province");
        Plans.Values.ShouldAllBe(plan => Registry.Find(plan)!.Ambiguities.Count > 0);
    }

    /// <summary>How many duties one clause of the body holds.</summary>
    private static int Things(string source, string clause, string text) => (source, clause) switch
    {
        ("NA", "V.3") => text.Split(',', ';').Length,
        ("VL", _) => Math.Max(1, Recurrences().Matches(text).Count),
        ("BR", "VI.1") => text.Contains("drafts", StringComparison.Ordinal) ? text.Split(',').Length : 0,   // elsewhere the clause of the money
        ("BR", "VI.4") => text.Split(" and ").Length,
        ("BR", "II" or "IV" or "IV budget, VI.1" or "V") => 0,   // content, programme, money and speeches, not duties
        _ => 1,
    };

    private static List<PlannedTask> Appendix() => [.. Registry.Find(Plans["NA"])!.Tasks.Where(task => task.Clause.StartsWith("App", StringComparison.Ordinal))];

    private static string[] Lines() => File.ReadAllLines(SharedData.Path("domain/plans.md"));

    private static IEnumerable<string[]> Table() => Lines()
        .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray())
        .Where(cells => cells.Length > 8 && Plans.ContainsKey(cells[2]));

    private static (string, decimal, decimal?, string) Value(string text)
    {
        var numbers = Numeral().Matches(text.Replace(",", "", StringComparison.Ordinal)).Select(match => decimal.Parse(match.Value, CultureInfo.InvariantCulture)).ToList();
        var unit = text.Contains('%', StringComparison.Ordinal) ? "percent" : text.Contains("VND", StringComparison.Ordinal) ? "vnd" : text.Contains("persons", StringComparison.Ordinal) ? "persons" : text.Contains("session", StringComparison.Ordinal) ? "sessions" : "years";
        if (text.Contains('–', StringComparison.Ordinal)) return ("range_as_minimum", numbers[0], numbers[1], unit);
        return (text[0] switch { '≥' => "at_least", '≈' => "about", _ => "exactly" }, numbers[0], null, unit);
    }

    private static Due DueOf(string text, Plan plan) => text switch
    {
        "2020" or "2025" => new() { Kind = "year", Year = int.Parse(text, CultureInfo.InvariantCulture) },
        "end 2023" => new() { Kind = "year_end", Year = 2023 },
        "by 1/5 yearly" => new() { Kind = "yearly", Day = "05-01", StrictlyBefore = true },
        "plan period" => new() { Kind = "period", From = plan.Period.From, To = plan.Period.To },
        "last week of Oct 2023" => new() { Kind = "week", Month = "2023-10", Week = "last" },
        "none stated (title: to 2025, orientation 2030)" => new() { Kind = "none", Inferred = plan.Period.Orientation == 2030 ? 2025 : null },
        "no date (ongoing)" or "—" => new() { Kind = "none" },
        _ => throw new InvalidOperationException($"A due date that nobody expected: {text}"),
    };

    /// <summary>The functions that a cell of the appendix names.</summary>
    private static IEnumerable<string> Offices(string cell)
    {
        (string Name, string Function)[] names =
        [
            ("Sở Giáo dục và Đào tạo", "education_department"), ("Sở Lao động", "labour_department"), ("Sở Thông tin", "information_department"), ("Sở Nội vụ", "home_affairs"),
            ("Sở Công thương", "industry_trade"), ("Báo Nghệ An", "press"), ("Đài Phát thanh", "radio_tv"), ("Cổng thông tin", "provincial_portal"), ("Tỉnh đoàn", "youth_union"),
            ("UBND các huyện", "district_committee"), ("UBND huyện", "district_committee"), ("Ủy ban nhân dân các huyện", "district_committee"), ("UBND tỉnh", "provincial_committee"),
            ("sở, ban, ngành", "departments"), ("phòng chuyên môn", "district_offices"), ("giáo dục nghề nghiệp", "vocational_institution"), ("cơ sở giáo dục đào tạo", "education_institution"),
            ("cơ sở giáo dục THCS", "lower_secondary_school"), ("giáo dục THCS, THPT", "upper_secondary_school"), ("doanh nghiệp", "enterprise"),
        ];
        return names.Where(name => cell.Contains(name.Name, StringComparison.OrdinalIgnoreCase)).Select(name => name.Function).Distinct().Order();
    }

    private static string Between(string text, string after, string before)
    {
        var from = text.IndexOf(after, StringComparison.Ordinal) + after.Length;
        return text[from..text.IndexOf(before, from, StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Numeral();

    [GeneratedRegex(@"(\d+) rows = .*")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\d+/(KH|QĐ)-UBND")]
    private static partial Regex DocumentNumber();

    [GeneratedRegex(@"\((\d+) lines; (\d+) yearly, (\d+) once\)")]
    private static partial Regex AppendixCounts();

    [GeneratedRegex(@"(\d+)/(\d+)(?:/(\d{4}))?(?: once)? \(([\d., ]+)\)")]
    private static partial Regex AppendixDates();

    [GeneratedRegex(@"\n\t(?<code>\d\.\d+)\n\t(?<cells>(?:(?!\n\t\d\.\d+\n).)*?)\n\tXong trước ngày[^\n]*\n(?<holder>[^\n]*)", RegexOptions.Singleline)]
    private static partial Regex AppendixLine();

    [GeneratedRegex(@"\n\s?\t")]
    private static partial Regex Cell();

    [GeneratedRegex(@"(?<text>[^()]*(?:\((?![IVX]+[. ,)])[^()]*\)[^()]*)*)\((?<clause>[IVX]+(?:[. ][^()]*)?)\)")]
    private static partial Regex BodyClause();

    [GeneratedRegex(@"quarterly|6-monthly|yearly|per year|per phase")]
    private static partial Regex Recurrences();

    [GeneratedRegex(@"\*\*(?:(?:NA|VL) roadmap )?(?<from>\d{4})–(?<to>\d{4})\*\* \((?<clause>IV[^)]*)\): (?<items>.*?)(?=\*\*20|\*\*VL roadmap|\*\*Recurring)")]
    private static partial Regex Roadmap();

    [GeneratedRegex(@"(\d+)-step programme")]
    private static partial Regex Steps();
}
