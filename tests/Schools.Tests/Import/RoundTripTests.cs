using System.Globalization;
using System.Text;
using System.Text.Json;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Whatever way a list of people is written, the same people are read.</summary>
public sealed class RoundTripTests
{
    private static readonly string[] Encodings = ["utf-8", "utf-8-bom", "utf-8-nfd", "utf-16le-bom", "utf-16be-bom", "utf-16le", "utf-16be", "tcvn3", "vni", "windows-1258"];
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];
    private static readonly string[] Dates = ["dd/MM/yyyy", "d/M/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "yyyy-MM-dd", "MM/dd/yyyy", "M/d/yyyy", "dd/MM/yy", "ddMMyyyy", "serial", "mixed"];
    private static readonly string[] Absences = ["", "V", "Vắng", "-1", "-", "vắng thi"];

    private static readonly string[][] Headers =
    [
        ["SBD", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Trường THCS", "Số CCCD", "SĐT liên hệ", "Ngữ văn", "Toán", "Ngoại ngữ", "Tổng điểm"],
        ["SỐ BÁO DANH", "HỌ TÊN THÍ SINH", "NGÀY THÁNG NĂM SINH", "GIỚI TÍNH", "DÂN TỘC", "HỌC SINH TRƯỜNG", "SỐ ĐỊNH DANH CÁ NHÂN", "ĐIỆN THOẠI", "VĂN", "TOÁN", "N.NGỮ", "TỔNG"],
        ["so_bao_danh", "ho_ten", "ngay_sinh", "gioi_tinh", "dan_toc", "ten_truong", "cccd", "so_dien_thoai", "diem_van", "diem_toan", "diem_ngoai_ngu", "tong_diem"],
        ["Candidate number", "Full name", "Birth date", "Gender", "Ethnicity", "School", "Citizen id", "Phone", "Literature", "Mathematics", "Foreign language", "Total"],
    ];

    [Fact]
    public void Any_list_reads_back_the_same_in_every_encoding_delimiter_and_style()
    {
        var seed = 0;
        foreach (var encoding in Encodings)
        {
            foreach (var delimiter in Delimiters)
            {
                for (var i = 0; i < 3; i++) Check(++seed, encoding, delimiter);
            }
        }
    }

    [Fact]
    public void Any_list_reads_back_the_same_from_a_workbook()
    {
        for (var seed = 1000; seed < 1040; seed++)
        {
            var (people, rows, style) = Written(seed, CultureInfo.InvariantCulture);
            var cells = rows.Select((row, line) => row.Select((cell, column) => Typed(cell, style, seed + line + column)).ToArray());

            var (_, read) = Files.Read(new TestWorkbook().Sheet("Danh sách", cells).ToStream());

            Compare(people, read, $"workbook, seed {seed}, {style}");
        }
    }

    [Fact]
    public void Any_list_reads_back_the_same_from_json()
    {
        for (var seed = 2000; seed < 2020; seed++)
        {
            var people = People.Make(seed, 25);
            var objects = people.ConvertAll(person => JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["HO_TEN"] = person.Name,
                ["SBD"] = person.CandidateNumber,
                ["NGAY_SINH"] = person.Birth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ["GIOI_TINH"] = person.Female ? "Nữ" : "Nam",
                ["DAN_TOC"] = person.Ethnicity,
                ["TRUONG"] = new { TEN = person.School },
                ["CCCD"] = person.CitizenId,
                ["SDT"] = person.Phone,
                ["DIEM"] = new { NGU_VAN = person.Marks[0], TOAN = person.Marks[1], NGOAI_NGU = person.Marks[2], TONG = person.Total },
            }));
            var lines = seed % 2 == 0 ? string.Join('\n', objects) : "[\n" + string.Join(",\n", objects) + "\n]";

            var (table, read) = Files.Read(lines, seed % 3 == 0 ? "utf-16le-bom" : "utf-8");

            table.Kind.ShouldBe(seed % 2 == 0 ? FileKind.JsonLines : FileKind.JsonArray);
            Compare(people, read, $"json, seed {seed}");
        }
    }

    private static void Check(int seed, string encoding, char delimiter)
    {
        var culture = seed % 3 == 0 ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo("vi-VN");
        var (people, rows, style) = Written(seed, culture);
        var text = new StringBuilder();
        var random = new Random(seed);
        if (random.Next(2) == 0) text.Append($"SỞ GIÁO DỤC VÀ ĐÀO TẠO{delimiter}{delimiter}{delimiter}CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\r\n\r\n{delimiter}DANH SÁCH THÍ SINH DỰ THI\r\n");
        var breakAt = random.Next(2) == 0 ? 13 : int.MaxValue;
        for (var line = 0; line < rows.Count; line++)
        {
            if (line == breakAt) text.Append(Files.Csv([rows[0]], delimiter));
            text.Append(Files.Csv([rows[line]], delimiter));
        }

        if (random.Next(2) == 0) text.Append($"{delimiter}(Danh sách này có {people.Count} thí sinh)\r\n{delimiter}{delimiter}{delimiter}HIỆU TRƯỞNG\r\n");

        var (table, read) = Files.Read(text.ToString(), encoding);

        var what = $"seed {seed}, {encoding}, '{delimiter}', {style}";
        table.Encoding.ShouldBe(encoding.Replace("-nfd", "", StringComparison.Ordinal).Replace("16le-bom", "16le", StringComparison.Ordinal).Replace("16be-bom", "16be", StringComparison.Ordinal), what);
        table.Delimiter.ShouldBe(delimiter, what);
        Compare(people, read, what);
    }

    private static void Compare(List<TestPerson> people, List<RowVerdict> read, string what)
    {
        read.SelectMany(row => row.Faults).Select(fault => $"{fault.Code} {fault.Column}").ShouldBeEmpty(what);
        read.Count.ShouldBe(people.Count, what);
        for (var index = 0; index < people.Count; index++)
        {
            var (person, row) = (people[index], read[index].Row!);
            row.CandidateNumber.ShouldBe(person.CandidateNumber, what);
            row.FullName.ShouldBe(person.Name, what);
            row.BirthDate.ShouldBe(person.Birth, what);
            row.Gender.ShouldBe(person.Female ? "female" : "male", what);
            row.Ethnicity.ShouldBe(person.Ethnicity, what);
            row.School.ShouldBe(person.School, what);
            row.CitizenId.ShouldBe(person.CitizenId, what);
            row.Phone.ShouldBe(person.Phone, what);
            new[] { row.Literature.Value, row.Mathematics.Value, row.ForeignLanguage.Value }.ShouldBe(person.Marks, what);
            row.Total.ShouldBe(person.Total, what);
            row.Absent.ShouldBe(person.Marks.All(mark => mark is null), what);
        }
    }

    /// <summary>Header and rows in a style drawn from the seed, columns shuffled.</summary>
    private static (List<TestPerson> People, List<string[]> Rows, string Style) Written(int seed, CultureInfo culture)
    {
        var random = new Random(seed);
        var people = People.Make(seed, 25);
        var date = Dates[random.Next(Dates.Length)];
        var absence = Absences[random.Next(Absences.Length)];
        var header = Headers[random.Next(Headers.Length)];
        var zeroLost = random.Next(3) == 0;
        var capitals = random.Next(4) == 0;
        var split = random.Next(3) == 0;
        var crossed = random.Next(3) == 0;
        var order = Enumerable.Range(0, header.Length).ToArray();
        random.Shuffle(order);
        IEnumerable<string> Shuffled(string[] cells, TestPerson? person) => order.SelectMany(column => column switch
        {
            1 when split => person is null ? ["Họ và tên đệm", "Tên"] : (string[])[person.First, person.Last],
            3 when crossed => person is null ? ["Nữ"] : [person.Female ? "x" : ""],
            _ => [cells[column]],
        });
        List<string[]> rows = [[.. Shuffled(header, null)]];
        foreach (var person in people)
        {
            string Mark(decimal? mark) => mark is { } value ? value.ToString("0.##", culture) : absence;
            string[] cells =
            [
                person.CandidateNumber,
                capitals ? person.Name.ToUpperInvariant() : random.Next(20) == 0 ? $" {person.First}  {person.Last} " : person.Name,
                Date(person.Birth, date, random),
                person.Female ? "Nữ" : "Nam",
                person.Ethnicity,
                random.Next(4) == 0 ? "Trường Trung học cơ sở " + person.School[5..] : person.School,
                zeroLost ? person.CitizenId[1..] : person.CitizenId,
                random.Next(4) switch { 0 => person.Phone, 1 => "0" + person.Phone[3..], 2 => person.Phone[3..], _ => $"0{person.Phone[3..6]}.{person.Phone[6..9]}.{person.Phone[9..]}" },
                Mark(person.Marks[0]),
                Mark(person.Marks[1]),
                Mark(person.Marks[2]),
                Mark(person.Total),
            ];
            rows.Add([.. Shuffled(cells, person)]);
        }

        return (people, rows, $"dates {date}, absence '{absence}', zero lost {zeroLost}, capitals {capitals}, split {split}, crossed {crossed}, {culture.Name}, {header[0]}, {string.Join(',', order)}");
    }

    private static string Date(DateOnly date, string style, Random random) => style switch
    {
        "serial" => (date.DayNumber - new DateOnly(1899, 12, 30).DayNumber).ToString(CultureInfo.InvariantCulture),
        "mixed" => Date(date, Dates[random.Next(5)], random),
        _ => date.ToString(style, CultureInfo.InvariantCulture),
    };

    /// <summary>As a spreadsheet might hold it: numbers as numbers or as text.</summary>
    private static object? Typed(string cell, string style, int draw)
    {
        if (cell.Length == 0) return null;
        var isNumber = decimal.TryParse(cell, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        return isNumber && cell[0] is not ('0' or '+') && draw % 3 != 0 && !style.Contains("ddMMyyyy", StringComparison.Ordinal) ? number : cell;
    }
}
