using System.Globalization;
using CareerPlatform.Import;
using CareerPlatform.Testing;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>The province's own sample files read to the truth behind them, person by person and field by field.</summary>
public sealed class FixtureTests
{
    [Theory]
    [InlineData("f1_nghean2024_style.jsonl", FileKind.JsonLines, "utf-8", "name marks total")]
    [InlineData("f4_trung_tuyen_lop10_utf8bom_semicolon.csv", FileKind.Delimited, "utf-8-bom", "name birth gender ethnicity school marks total")]
    [InlineData("f5_khong_trung_tuyen_tcvn3.csv", FileKind.Delimited, "tcvn3", "name birth gender school marks total")]
    [InlineData("f7_utf8_nfd.csv", FileKind.Delimited, "utf-8", "name birth gender school marks total")]
    [InlineData("f8_csdl_nganh_style_utf16le_tab.txt", FileKind.Delimited, "utf-16le", "name birth gender ethnicity school phone citizen commune", 22, 5)]
    public void A_sample_file_reads_to_the_truth(string file, FileKind kind, string encoding, string fields, int withoutPhone = 200, int withoutCitizenId = 200)
    {
        var truth = Truth();
        using var stream = File.OpenRead(SharedData.Path("data/import_fixtures/" + file));

        using var table = TableFile.Open(stream);
        var rows = table.Rows().ToList();

        table.Kind.ShouldBe(kind);
        table.Encoding.ShouldBe(encoding);
        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        rows.Count.ShouldBe(200);
        var byMinistryId = file.StartsWith("f8", StringComparison.Ordinal);
        foreach (var row in rows.Select(verdict => verdict.Row!))
        {
            var person = truth[byMinistryId ? row.MinistryId! : row.CandidateNumber!];
            foreach (var field in fields.Split(' ')) Compare(field, row, person);
        }

        // That export leaves 22 phones empty, and holds five citizen ids as rounded numbers (4,03093E+10) that nobody can restore.
        rows.Count(row => row.Row!.Phone is null).ShouldBe(withoutPhone);
        rows.Count(row => row.Row!.CitizenId is null).ShouldBe(withoutCitizenId);
        rows.Select(row => byMinistryId ? row.Row!.MinistryId : row.Row!.CandidateNumber).Distinct().Count().ShouldBe(200);
    }

    [Fact]
    public void The_truth_itself_reads_to_the_truth()
    {
        var truth = Truth();
        using var stream = File.OpenRead(SharedData.Path("data/import_fixtures/truth.csv"));

        using var table = TableFile.Open(stream);
        var rows = table.Rows().Select(verdict => verdict.Row!).ToList();

        rows.Count.ShouldBe(200);
        foreach (var row in rows)
        {
            foreach (var field in new[] { "name", "birth", "gender", "ethnicity", "school", "phone", "citizen", "marks", "total" }) Compare(field, row, truth[row.CandidateNumber!]);
            row.Commune.ShouldBe(truth[row.CandidateNumber!]["new_ward"]);
            row.OldCommune.ShouldBe(truth[row.CandidateNumber!]["old_ward"]);
        }
    }

    [Fact]
    public void The_real_scores_without_names_read_when_no_identity_is_asked_for()
    {
        using var stream = File.OpenRead(SharedData.Path("data/grade10_scores/nghe_an_2024_scores_deid.csv"));

        using var table = TableFile.Open(stream, new ReadOptions { RequireIdentity = false });
        var rows = table.Rows().ToList();

        rows.Count.ShouldBe(44_689);
        rows.SelectMany(row => row.Faults).ShouldBeEmpty();
        rows.Count(row => row.Row!.Total is not null).ShouldBe(44_547);
        rows.Count(row => row.Row!.Council!.Length == 2).ShouldBe(44_689);
    }

    [Fact]
    public void A_file_without_any_column_of_identity_is_refused_with_what_was_looked_for_and_found()
    {
        using var stream = File.OpenRead(SharedData.Path("data/grade10_scores/nghe_an_2024_scores_deid.csv"));

        var refused = Should.Throw<FileRefused>(() => TableFile.Open(stream));

        refused.Code.ShouldBe("columns_mismatch");
        refused.Expected.ShouldNotBeEmpty();
        refused.Found.ShouldContain("ngu_van");
    }

    private static void Compare(string field, ResultRow row, Dictionary<string, string> person)
    {
        var who = $"person {person["id"]}, {field}";
        switch (field)
        {
            case "name":
                row.FullName.ShouldBe(string.Join(' ', new[] { person["surname"], person["middle"], person["given"] }.Where(part => part.Length > 0)), who);
                break;
            case "birth":
                row.BirthDate.ShouldBe(DateOnly.ParseExact(person["dob"], "yyyy-MM-dd", CultureInfo.InvariantCulture), who);
                break;
            case "gender":
                row.Gender.ShouldBe(person["gender"] == "Nữ" ? "female" : "male", who);
                break;
            case "ethnicity":
                row.Ethnicity.ShouldBe(person["ethnic"], who);
                break;
            case "school":
                row.School.ShouldBe(person["thcs"], who);
                break;
            case "phone":
                if (row.Phone is not null) row.Phone.ShouldBe("+84" + person["phone"][1..], who);
                break;
            case "citizen":
                if (row.CitizenId is not null) row.CitizenId.ShouldBe(person["citizen_id"], who);
                break;
            case "commune":
                new[] { person["old_ward"], person["new_ward"] }.ShouldContain(row.Commune, who);
                break;
            case "marks":
                Compare(row.Literature, person["ngu_van"], who);
                Compare(row.Mathematics, person["toan"], who);
                Compare(row.ForeignLanguage, person["ngoai_ngu"], who);
                break;
            case "total":
                row.Total.ShouldBe(person["tong"].Length == 0 ? null : decimal.Parse(person["tong"], CultureInfo.InvariantCulture), who);
                break;
        }
    }

    private static void Compare(Mark mark, string truth, string who)
    {
        if (truth.Length == 0) mark.ShouldBe(new Mark(MarkState.Absent, null), who);
        else mark.ShouldBe(Mark.Of(decimal.Parse(truth, CultureInfo.InvariantCulture)), who);
    }

    /// <summary>Reads the truth with nothing of the reader under test; by candidate number and by ministry id.</summary>
    private static Dictionary<string, Dictionary<string, string>> Truth()
    {
        var lines = File.ReadAllLines(SharedData.Path("data/import_fixtures/truth.csv"));
        var names = lines[0].Split(',');
        var people = new Dictionary<string, Dictionary<string, string>>();
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
        {
            line.ShouldNotContain("\"");
            var person = names.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second);
            people[person["sbd"]] = person;
            people[person["moet_id"]] = person;
        }

        return people;
    }
}
