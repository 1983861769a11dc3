using System.Security.Cryptography;
using System.Text.Json;
using CareerPlatform.Careerctl.Demo;

namespace CareerPlatform.Careerctl.Tests;

public sealed class DemoProvinceTests : IDisposable
{
    readonly string folder = Path.Combine(Path.GetTempPath(), $"careerctl-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_same_seed_writes_the_same_bytes_and_another_seed_other_ones()
    {
        var first = Hashes(Write(seed: 7, pupils: 4_000, "a"));
        var again = Hashes(Write(seed: 7, pupils: 4_000, "b"));
        var other = Hashes(Write(seed: 8, pupils: 4_000, "c"));

        again.ShouldBe(first);
        first.Count.ShouldBe(7);
        other[DemoFiles.Roster].ShouldNotBe(first[DemoFiles.Roster]);
    }

    [Fact]
    public void The_province_has_the_published_numbers_of_places_schools_and_pupils()
    {
        var province = new DemoProvince();
        var pupils = Pupils(province);

        province.Areas.Count(area => area is { Kind: "commune", ValidTo: null }).ShouldBe(130);
        province.Areas.Count(area => area is { Kind: "commune", ValidTo: not null }).ShouldBe(412);
        province.Areas.Where(area => area.Kind == "district").Select(area => area.ValidTo).ShouldBe(Enumerable.Repeat<DateOnly?>(new DateOnly(2025, 6, 30), 20));
        province.Schools.Count(school => school.Levels.Contains("lower_secondary")).ShouldBe(412);
        province.Schools.Count(school => school.Levels.Contains("upper_secondary")).ShouldBe(90);
        province.Institutions.Count.ShouldBe(53);
        pupils.Count.ShouldBe(53_829);
        pupils.Count(pupil => pupil.Registered).ShouldBe(44_689);
        pupils.Count(pupil => pupil.Absent).ShouldBe(132);
        pupils.Count(pupil => pupil.Plan is Plan.NotRegistered).ShouldBeInRange(6_700, 6_900);
        pupils.Count(pupil => pupil.Plan is Plan.ContinuingEducation or Plan.ExamThenContinuingEducation).ShouldBeInRange(2_800, 3_200);
        pupils.Select(pupil => pupil.MinistryId).Distinct().Count().ShouldBe(53_829);
    }

    [Fact]
    public void Every_former_commune_lives_on_in_a_commune_of_today()
    {
        var province = new DemoProvince(seed: 3);
        var former = province.Areas.Where(area => area is { Kind: "commune", ValidTo: not null }).Select(area => $"commune:{area.Code}").ToHashSet();
        var successors = province.Areas.Where(area => area is { Kind: "commune", ValidTo: null }).ToList();
        var reused = successors.Where(area => province.Areas.Any(old => old.ValidTo is not null && old.Code == area.Code && DemoProvince.Bare(old.Name) != DemoProvince.Bare(area.Name)));

        successors.SelectMany(area => area.Predecessors).Select(Whole).ToHashSet().SetEquals(former).ShouldBeTrue();
        var divided = successors.SelectMany(area => area.Predecessors).GroupBy(Whole).Where(group => group.Count() > 1).ToList();
        divided.ShouldNotBeEmpty();
        divided.SelectMany(group => group).ShouldAllBe(code => code.EndsWith(":part"));
        reused.ShouldNotBeEmpty();
        successors.Count(area => area.Disadvantaged).ShouldBeInRange(10, 45);
    }

    [Fact]
    public void No_place_of_the_province_bears_the_name_of_a_real_one()
    {
        var folder = CareerPlatform.Testing.SharedData.Path("data/admin_units");
        var real = Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).SelectMany(File.ReadLines).SelectMany(line => line.Split(','))
            .Select(cell => cell.Trim('"', ' ').Normalize()).SelectMany(name => new[] { name, DemoProvince.Bare(name) }).ToHashSet(StringComparer.OrdinalIgnoreCase);
        real.ShouldContain("Hải Dương");
        real.ShouldContain("Yên Thành");

        foreach (var highland in new[] { false, true })
        {
            var names = Words.Places(Chance.For(1, "names"), highland);
            names.Distinct().Count().ShouldBe(names.Count);
            names.Where(real.Contains).ShouldBeEmpty();
        }
        new DemoProvince().Areas.Select(area => area.Kind == "province" ? area.Name["Tỉnh ".Length..] : DemoProvince.Bare(area.Name)).Where(real.Contains).ShouldBeEmpty();
    }

    [Fact]
    public void Marks_have_the_published_means_spreads_and_correlations()
    {
        var marks = Pupils(new DemoProvince()).Where(pupil => pupil.Papers is not null).Select(pupil => pupil.Papers!.Value).ToList();
        double[] literature = [.. marks.Select(papers => (double)papers.Literature)], maths = [.. marks.Select(papers => (double)papers.Maths)], language = [.. marks.Select(papers => (double)papers.Language)];

        using var stats = JsonDocument.Parse(File.ReadAllText(CareerPlatform.Testing.SharedData.Path("data/grade10_scores/summary_stats.json")));
        var real = stats.RootElement.GetProperty("nghe_an_2024");
        foreach (var (subject, drawn) in new[] { ("NGU_VAN", literature), ("TOAN", maths), ("NGOAI_NGU", language) })
        {
            var published = real.GetProperty("subjects").GetProperty(subject);
            drawn.Average().ShouldBe(published.GetProperty("mean").GetDouble(), tolerance: 0.1);
            Spread(drawn).ShouldBe(published.GetProperty("sd").GetDouble(), tolerance: 0.12);
        }

        Spread([.. marks.Select(papers => (double)papers.Total)]).ShouldBe(real.GetProperty("total").GetProperty("sd").GetDouble(), tolerance: 0.25);
        Correlation(literature, maths).ShouldBe(real.GetProperty("corr").GetProperty("NGU_VAN~TOAN").GetDouble(), tolerance: 0.04);
        Correlation(literature, language).ShouldBe(real.GetProperty("corr").GetProperty("NGU_VAN~NGOAI_NGU").GetDouble(), tolerance: 0.04);
        Correlation(maths, language).ShouldBe(real.GetProperty("corr").GetProperty("TOAN~NGOAI_NGU").GetDouble(), tolerance: 0.04);
    }

    [Fact]
    public void Places_go_to_the_top_seventy_percent_of_each_councils_ranking()
    {
        foreach (var council in new Intake(new DemoProvince(seed: 5)).Councils())
        {
            var candidates = council.Candidates.ToList();
            var admitted = candidates.Where(candidate => candidate.Admitted).ToList();
            var without = candidates.Where(candidate => candidate is { Admitted: false, Absent: false }).ToList();

            admitted.Count.ShouldBe(council.Places);
            ((double)admitted.Count / candidates.Count).ShouldBe(0.70, tolerance: 0.005);
            admitted.Min(candidate => candidate.Papers!.Value.Total).ShouldBeGreaterThanOrEqualTo(without.Max(candidate => candidate.Papers!.Value.Total));
            admitted.ShouldAllBe(candidate => !candidate.Absent);
        }
    }

    [Fact]
    public void Families_have_the_troubles_of_real_ones()
    {
        var pupils = Pupils(new DemoProvince(seed: 2));

        ((double)pupils.Count(pupil => pupil.BothAgreed) / pupils.Count).ShouldBe(0.85, tolerance: 0.01);
        pupils.Count(pupil => !pupil.BothAgreed && (pupil.ChildAgreed == true || pupil.GuardianAgreed == true)).ShouldBeGreaterThan(3_000);
        pupils.Count(pupil => pupil.ChildAgreed is null && pupil.GuardianAgreed is null).ShouldBeGreaterThan(1_500);
        pupils.GroupBy(pupil => (pupil.Name, pupil.Born)).Count(group => group.Count() > 1).ShouldBeGreaterThan(100, "two people with one name and birth date");
        pupils.GroupBy(pupil => (pupil.Name, pupil.Born, pupil.School)).ShouldAllBe(group => group.Count() == 1);
        pupils.Where(pupil => pupil.GuardianPhone.Length == 10).GroupBy(pupil => (pupil.GuardianPhone, pupil.School, pupil.Born)).Count(group => group.Count() > 1).ShouldBeGreaterThan(100, "twins");
        pupils.GroupBy(pupil => pupil.GuardianPhone).Count(group => group.Key.Length == 10 && group.Select(pupil => pupil.Guardian).Distinct().Count() > 1).ShouldBeGreaterThan(100, "shared phones");
        pupils.Count(pupil => pupil.GuardianPhone is { Length: 9 } or "0000000000" or "không có").ShouldBeGreaterThan(300, "wrong phones");
        pupils.Count(pupil => pupil.GuardianPhone == "").ShouldBeGreaterThan(500, "no phone");
        pupils.Count(pupil => pupil.MinistryId.StartsWith('0')).ShouldBeGreaterThan(40_000, "leading zeros");
    }

    [Fact]
    public void A_smaller_or_larger_province_keeps_its_places_and_scales_its_people()
    {
        foreach (var size in new[] { 1, 60, 3_000, 107_658 })
        {
            var province = new DemoProvince(seed: 4, pupils: size);
            var pupils = Pupils(province);

            pupils.Count.ShouldBe(size);
            province.Institutions.Count.ShouldBe(53);
            ((double)pupils.Count(pupil => pupil.Registered)).ShouldBe(size * 44_689.0 / 53_829, tolerance: 1);
            if (size >= 3_000) ((double)province.Programmes.Sum(programme => programme.Seats) / size).ShouldBe(0.235, tolerance: 0.06);
        }
    }

    [Fact]
    public void The_files_have_the_columns_that_the_services_import()
    {
        var path = Write(seed: 1, pupils: 500, "files");

        Header(path, DemoFiles.Areas).ShouldBe("code,name,kind,parent,valid_from,valid_to,disadvantaged,predecessors");
        Header(path, DemoFiles.Schools).ShouldBe("code,name,levels,commune,valid_from,valid_to,kind");
        Header(path, DemoFiles.Roster).ShouldBe("pupil_id,school,name,birth_date,gender,ethnicity,commune,old_commune,guardian,guardian_phone,address,child_agreed,guardian_agreed,consent_text,contact_source,contact_date,wish_trade,wish_level");
        Header(path, DemoFiles.Graduations).ShouldBe("pupil_id,programme");
        Header(path, DemoFiles.Results).ShouldBe("SBD,Mã định danh,Họ và tên,Ngày sinh,Trường THCS,Hội đồng,Ngữ văn,Toán,Ngoại ngữ,Tổng điểm,Kết quả,Trúng tuyển vào");
        using var programmes = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, DemoFiles.Programmes)));
        programmes.RootElement[0].EnumerateObject().Select(member => member.Name).ShouldBe(["institutionCode", "trainingCode", "name", "level", "seats", "intakeYear", "fee", "supportPolicies"]);
        programmes.RootElement.EnumerateArray().ShouldAllBe(programme => programme.GetProperty("trainingCode").GetString()!.Length == 7);
    }

    string Write(int seed, int pupils, string name)
    {
        var path = Path.Combine(folder, name);
        DemoFiles.WriteAll(new DemoProvince(seed, pupils), path);
        return path;
    }

    static string Whole(string predecessor) => predecessor.Replace(":part", "", StringComparison.Ordinal);

    static Dictionary<string, string> Hashes(string path) =>
        Directory.GetFiles(path).ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    static string Header(string path, string file) => File.ReadLines(Path.Combine(path, file)).First();

    static List<DemoPupil> Pupils(DemoProvince province) => [.. new Intake(province).Councils().SelectMany(council => council.Pupils)];

    static double Spread(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    static double Correlation(double[] a, double[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Average() / (Spread(a) * Spread(b));
    }
}
