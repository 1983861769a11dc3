using System.IO.Compression;
using CareerPlatform.Import;

namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Whatever is done to a file's bytes, it is read or refused in our own words, and in little time.</summary>
public sealed class DamagedFileTests
{
    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16le-bom")]
    [InlineData("utf-16be")]
    [InlineData("tcvn3")]
    [InlineData("vni")]
    [InlineData("windows-1258")]
    [InlineData("json")]
    [InlineData("json-array")]
    [InlineData("workbook")]
    [InlineData("workbook-parts")]
    public void Random_damage_is_answered_by_a_refusal_or_by_rows(string kind)
    {
        var whole = Whole(kind);
        var random = new Random(kind.Length);
        for (var round = 0; round < 100; round++)
        {
            var damaged = kind == "workbook-parts" ? DamageAPart(whole, random) : Damage(whole, random);
            try
            {
                using var table = TableFile.Open(new MemoryStream(damaged));
                foreach (var row in table.Rows())
                {
                    (row.Row is null).ShouldBe(row.Faults.Count > 0 || row.Warnings.Any(warning => warning.Code == "duplicate_row"));
                }
            }
            catch (FileRefused refused)
            {
                refused.Code.ShouldNotBeNullOrEmpty();
            }
            catch (Exception other) when (other is not Shouldly.ShouldAssertException)
            {
                throw new InvalidOperationException($"{kind}, round {round}", other);
            }
        }
    }

    private static byte[] Whole(string kind)
    {
        var people = People.Make(5, 12);
        string[] header = ["STT", "SBD", "Họ và tên", "Ngày sinh", "Giới tính", "Trường THCS", "Số CCCD", "SĐT", "Văn", "Toán", "Ngoại ngữ", "Tổng", "Ghi chú"];
        var rows = people.Select((person, index) => new[]
        {
            $"{index + 1}", person.CandidateNumber, person.Name, person.Birth.ToString("dd/MM/yyyy"), person.Female ? "Nữ" : "Nam", person.School, person.CitizenId, "0" + person.Phone[3..],
            $"{person.Marks[0]}", $"{person.Marks[1]}", $"{person.Marks[2]}", $"{person.Total}", "một, \"hai\"\nba",
        });
        return kind switch
        {
            "json" => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', people.Select(Json))),
            "json-array" => System.Text.Encoding.UTF8.GetBytes("[" + string.Join(",\n", people.Select(Json)) + "]"),
            "workbook" or "workbook-parts" => new TestWorkbook().Sheet("A", [header, .. rows.Select(row => row.Select(object? (cell) => cell).ToArray())], merges: "A1:B1 F2:F4").ToBytes(),
            _ => OldEncodings.Encode(Files.Csv([header, .. rows]), kind),
        };
    }

    private static string Json(TestPerson person) => $$$"""{"HO_TEN":"{{{person.Name}}}","SBD":"{{{person.CandidateNumber}}}","DIEM":{"TOAN":7.5,"TONG":null}}""";

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var i = random.Next(1, 6); i > 0 && bytes.Count > 4; i--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 0).Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => (byte)random.Next(256)))); break;
                case 4: bytes.InsertRange(at, "\",;\t|\r\n\0{}[]<"u8.ToArray().Skip(random.Next(12)).Take(2)); break;
                case 5: bytes.RemoveRange(at, random.Next(10) == 0 ? bytes.Count - at : 0); break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Damages the text of one part of the workbook and packs it again, so that the XML reader is met behind a sound archive.</summary>
    private static byte[] DamageAPart(byte[] whole, Random random)
    {
        using var stream = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(whole)))
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var chosen = random.Next(source.Entries.Count);
            for (var index = 0; index < source.Entries.Count; index++)
            {
                using var from = source.Entries[index].Open();
                using var content = new MemoryStream();
                from.CopyTo(content);
                using var to = zip.CreateEntry(source.Entries[index].FullName).Open();
                to.Write(index == chosen ? Damage(content.ToArray(), random) : content.ToArray());
            }
        }

        return stream.ToArray();
    }
}
