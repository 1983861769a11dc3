using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace CareerPlatform.Careerctl.Demo;

/// <summary>Writes the demo province as the files that a season is loaded from, as streams.</summary>
public static class DemoFiles
{
    public const string Areas = "areas.csv", Schools = "schools.csv", Roster = "roster.csv", Graduations = "graduations.csv", Results = "results.csv",
        Institutions = "institutions.json", Programmes = "programmes.json";

    public const string ConsentText = "2026-1";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static void WriteAll(DemoProvince province, string folder)
    {
        Directory.CreateDirectory(folder);
        using (var areas = Open(folder, Areas)) WriteAreas(province, areas);
        using (var schools = Open(folder, Schools)) WriteSchools(province, schools);
        File.WriteAllText(Path.Combine(folder, Institutions), JsonSerializer.Serialize(province.Institutions, Json) + "\n");
        File.WriteAllText(Path.Combine(folder, Programmes), JsonSerializer.Serialize(province.Programmes, Json) + "\n");
        using var roster = Open(folder, Roster);
        using var graduations = Open(folder, Graduations);
        using var results = Open(folder, Results);
        RosterHeader(roster);
        GraduationsHeader(graduations);
        ResultsHeader(results);
        foreach (var council in new Intake(province).Councils())
        {
            foreach (var pupil in council.Pupils)
            {
                RosterRow(roster, pupil);
                if (pupil.Recognised) GraduationRow(graduations, pupil);
            }

            foreach (var candidate in council.Candidates) ResultRow(results, council.Council, candidate);
            if (council.Council.Index % 8 == 7) GC.Collect(1);   // what is written is dead; the tool stays small beside everything else on the machine
        }
    }

    static void WriteAreas(DemoProvince province, TextWriter to)
    {
        Row(to, "code", "name", "kind", "parent", "valid_from", "valid_to", "disadvantaged", "predecessors");
        foreach (var area in province.Areas)
            Row(to, area.Code, area.Name, area.Kind, area.Parent, Iso(area.ValidFrom), area.ValidTo is { } end ? Iso(end) : "", Bool(area.Disadvantaged), string.Join('|', area.Predecessors));
    }

    static void WriteSchools(DemoProvince province, TextWriter to)
    {
        Row(to, "code", "name", "levels", "commune", "valid_from", "valid_to", "kind");
        foreach (var school in province.Schools) Row(to, school.Code, school.Name, school.Levels, school.Commune, "2025-07-01", "", school.Kind);
    }

    static void RosterHeader(TextWriter to) => Row(to, "pupil_id", "school", "name", "birth_date", "gender", "ethnicity", "commune", "old_commune", "guardian", "guardian_phone",
        "address", "child_agreed", "guardian_agreed", "consent_text", "contact_source", "contact_date", "wish_trade", "wish_level");

    static void RosterRow(TextWriter to, DemoPupil pupil) => Row(to, pupil.MinistryId, pupil.School.Code, pupil.Name, Iso(pupil.Born), pupil.Girl ? "female" : "male", pupil.Ethnicity,
        pupil.Commune, pupil.OldCommune, pupil.Guardian, pupil.GuardianPhone, pupil.Address, Bool(pupil.ChildAgreed), Bool(pupil.GuardianAgreed),
        pupil.ChildAgreed is null && pupil.GuardianAgreed is null ? "" : ConsentText, pupil.ContactSource, Iso(pupil.ContactDate), pupil.WishedTrade, pupil.WishedLevel);

    static void GraduationsHeader(TextWriter to) => Row(to, "pupil_id", "programme");

    static void GraduationRow(TextWriter to, DemoPupil pupil) => Row(to, pupil.MinistryId, pupil.Programme);

    static void ResultsHeader(TextWriter to) =>
        Row(to, "SBD", "Mã định danh", "Họ và tên", "Ngày sinh", "Trường THCS", "Hội đồng", "Ngữ văn", "Toán", "Ngoại ngữ", "Tổng điểm", "Kết quả", "Trúng tuyển vào");

    static void ResultRow(TextWriter to, DemoCouncil council, DemoPupil pupil) => Row(to, pupil.CandidateNumber, pupil.IdInResults ? pupil.MinistryId : "", pupil.Name,
        pupil.Born.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture), pupil.School.Name, council.Code, Mark(pupil.Papers?.Literature), Mark(pupil.Papers?.Maths),
        Mark(pupil.Papers?.Language), Mark(pupil.Papers?.Total), pupil.Absent ? "Vắng thi" : pupil.Admitted ? "Trúng tuyển" : "Không trúng tuyển", pupil.Admitted ? council.Host.Name : "");

    static string Mark(decimal? mark) => mark?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";

    static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Bool(bool? value) => value is null ? "" : value.Value ? "true" : "false";

    static StreamWriter Open(string folder, string name) => new(Path.Combine(folder, name), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16) { NewLine = "\n" };

    static void Row(TextWriter to, params ReadOnlySpan<string?> fields)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0) to.Write(',');
            var field = fields[i] ?? "";
            if (field.AsSpan().IndexOfAny(",\"\n\r") < 0) to.Write(field);
            else
            {
                to.Write('"');
                to.Write(field.Replace("\"", "\"\"", StringComparison.Ordinal));
                to.Write('"');
            }
        }

        to.WriteLine();
    }
}
