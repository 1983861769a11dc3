using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;

namespace CareerPlatform.Schools.Features.Rosters;

/// <summary>One pupil as a roster lists them.</summary>
public sealed record RosterRow
{
    public static readonly string[] Required = ["pupil_id", "school", "name", "birth_date", "commune"];

    public static readonly string[] Optional =
    [
        "gender", "ethnicity", "old_commune", "guardian", "guardian_phone", "address", "child_agreed", "guardian_agreed", "consent_text", "contact_source", "contact_date", "wish_trade", "wish_level", "citizen_id",
    ];

    public required int Row { get; init; }
    public required string MinistryId { get; init; }
    public string? CitizenId { get; init; }
    public required Guid School { get; init; }
    public required string Name { get; init; }
    public required DateOnly BirthDate { get; init; }
    public string? Gender { get; init; }
    public string? Ethnicity { get; init; }
    public required string Commune { get; init; }
    public string? OldCommune { get; init; }
    public string? Guardian { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
    public bool ChildAgreed { get; init; }
    public bool GuardianAgreed { get; init; }
    public string? ConsentText { get; init; }
    public required string ContactSource { get; init; }
    public required DateOnly ContactDate { get; init; }
    public string? WishTrade { get; init; }
    public string? WishLevel { get; init; }
}

/// <summary>Reads roster rows against the schools and areas of the province on one day.</summary>
public sealed class RosterReader(SchoolRegister schools, AreaRegister areas, string province, DateOnly day, Guid? onlySchool)
{
    static readonly DateOnly LastDayOfDistricts = new(2025, 6, 30);
    readonly Dictionary<string, string?> communes = [];

    public RosterRow? Read(PlainRow row, RowProblems problems)
    {
        var id = problems.PersonId("pupil_id", required: true);
        var citizen = problems.PersonId("citizen_id", required: false);
        var name = problems.Text("name", longest: 120) ?? (problems.Any ? "" : problems.Required("name"));
        var birth = problems.Date("birth_date", required: true);
        var school = schools.Read(problems.Required("school"));
        if (school is null) problems.Refuse<string>("school", "school_unknown", "Mã trường không có trong danh sách trường của tỉnh");
        else if (onlySchool is not null && school.SchoolId != onlySchool) problems.Refuse<string>("school", "wrong_scope", "Chỉ được nộp danh sách của trường mình");
        var commune = Commune("commune", problems.Required("commune"), day, problems);
        var oldCommune = row["old_commune"] is { Length: > 0 } old ? OldCommune(old, problems) : null;

        var phone = PhoneNumber.Read(row["guardian_phone"]);
        if (phone.Fault == "multiple_values") problems.Refuse<string>("guardian_phone", phone.Fault, "Mỗi ô chỉ ghi một số điện thoại");
        else if (phone.Fault is not null) problems.Warn("guardian_phone", phone.Fault, "Số điện thoại không đọc được, đã bỏ qua");
        else if (phone.Warning is not null) problems.Warn("guardian_phone", phone.Warning, "Số điện thoại đã được sửa về dạng hiện hành");
        var (child, guardian) = (problems.YesNo("child_agreed"), problems.YesNo("guardian_agreed"));
        var consent = problems.Text("consent_text");
        if (consent is null && (child || guardian)) problems.Refuse<string>("consent_text", "consent_text_missing", "Ghi phiên bản văn bản đã ký đồng ý");
        var level = row["wish_level"] is { Length: > 0 } written ? written : null;
        if (level is not (null or "elementary" or "intermediate" or "college")) problems.Refuse<string>("wish_level", "value_invalid", "elementary, intermediate hoặc college");
        var trade = row["wish_trade"] is { Length: > 0 } code ? code : null;
        if (trade is not null && !(trade.Length is 2 or 7 && trade.All(char.IsAsciiDigit))) problems.Refuse<string>("wish_trade", "value_invalid", "Mã ngành 2 hoặc 7 chữ số");
        var gender = row["gender"]?.ToLowerInvariant() switch { null or "" => null, "male" or "nam" => "male", "female" or "nữ" => "female", _ => problems.Refuse<string>("gender", "value_invalid", "male hoặc female") };
        var (guardianName, address, ethnicity, source) = (problems.Text("guardian", longest: 120), problems.Text("address"), problems.Text("ethnicity", longest: 60), problems.Text("contact_source", longest: 60));
        var collected = problems.Date("contact_date");
        if (problems.Any) return null;

        return new RosterRow
        {
            Row = row.SourceRow,
            MinistryId = id!,
            CitizenId = citizen == id ? null : citizen,
            School = school!.SchoolId,
            Name = NameKey.Written(name),
            BirthDate = birth!.Value,
            Gender = gender,
            Ethnicity = ethnicity,
            Commune = commune!,
            OldCommune = oldCommune,
            Guardian = guardianName,
            Phone = phone.E164,
            Address = address,
            ChildAgreed = child,
            GuardianAgreed = guardian,
            ConsentText = consent,
            ContactSource = source ?? "school_record",
            ContactDate = collected ?? day,
            WishTrade = trade,
            WishLevel = level,
        };
    }

    string? Commune(string column, string written, DateOnly on, RowProblems problems)
    {
        if (written.Length == 0) return null;
        var key = $"{on:yyyyMMdd}{written}";
        if (!communes.TryGetValue(key, out var code)) communes[key] = code = areas.Read("commune", written, province, on)?.Code;
        return code ?? problems.Refuse<string>(column, "unknown_area", $"Gần nhất: {areas.NearestNames("commune", written, province, on)}");
    }

    /// <summary>The commune before July 2025; may have belonged to a province that was merged into this one.</summary>
    string? OldCommune(string written, RowProblems problems) =>
        areas.Find("commune", written, LastDayOfDistricts)?.Code ?? Commune("old_commune", written, LastDayOfDistricts, problems);
}
