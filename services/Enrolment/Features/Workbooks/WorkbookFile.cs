using CareerPlatform.Enrolment.Features.Leads;
using OfficeOpenXml;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>How a workbook looks: the watermark, one row per lead with the agreed fields, and the columns to fill in. Every cell is text; none can become a formula.</summary>
public static class WorkbookFile
{
    public const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const string Token = "Mã hồ sơ", Channel = "Hình thức", Day = "Ngày liên hệ", Time = "Giờ liên hệ", Outcome = "Kết quả", NextStep = "Bước tiếp theo", Trade = "Mã ngành nhập học",
        Started = "Ngày nhập học";

    /// <summary>What a person picks, and the code it stands for.</summary>
    public static readonly IReadOnlyDictionary<string, string> Channels = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Gọi điện"] = "call",
        ["Nhắn tin"] = "message",
        ["Gặp trực tiếp"] = "visit",
        ["Gửi thư"] = "letter",
    };

    public static readonly IReadOnlyDictionary<string, string> Outcomes = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Đã nói chuyện"] = "reached",
        ["Không nghe máy"] = "no_answer",
        ["Sai số"] = "wrong_number",
        ["Từ chối"] = "refused",
        ["Quan tâm"] = "interested",
        ["Sẽ nhập học"] = "will_enrol",
    };

    private static readonly (string Header, Func<LeadDetail, string?> Value)[] Fields =
    [
        ("Họ và tên", lead => lead.Name),
        ("Xã, phường", lead => lead.Commune),
        ("Huyện cũ", lead => lead.FormerDistrict),
        ("Ngành mong muốn", lead => lead.WishedTrade),
        ("Trình độ mong muốn", lead => lead.WishedLevel),
        ("Điện thoại", lead => Local(lead.Phone)),
        ("Người giám hộ", lead => lead.Guardian),
        ("Hạn liên hệ", lead => $"{ServiceDefaults.VietnamTime.Local(lead.ExpiresAt):dd/MM/yyyy}"),
    ];

    /// <summary>The encrypted file.</summary>
    public static byte[] Write(IReadOnlyList<(string Token, LeadDetail Lead)> leads, IReadOnlyList<(string Code, string Name)> programmes, IReadOnlyList<string> watermark, string password)
    {
        using var package = new ExcelPackage();
        package.Workbook.Properties.Comments = string.Join('\n', watermark);
        var sheet = package.Workbook.Worksheets.Add("Hồ sơ");
        for (var line = 0; line < watermark.Count; line++) sheet.Cells[line + 1, 1].Value = watermark[line];

        var shown = Fields.Where(field => leads.Any(row => field.Value(row.Lead) is not null)).ToList();
        string[] header = [Token, .. shown.Select(field => field.Header), Channel, Day, Time, Outcome, NextStep, Trade, Started];
        var first = watermark.Count + 2;
        for (var column = 0; column < header.Length; column++) sheet.Cells[first, column + 1].Value = header[column];
        for (var row = 0; row < leads.Count; row++)
        {
            sheet.Cells[first + 1 + row, 1].Value = leads[row].Token;
            for (var field = 0; field < shown.Count; field++) sheet.Cells[first + 1 + row, field + 2].Value = shown[field].Value(leads[row].Lead);
        }

        var cells = sheet.Cells[first + 1, 1, first + leads.Count, header.Length];
        cells.Style.Numberformat.Format = "@";
        cells.Style.QuotePrefix = true;
        sheet.Cells[first, 1, first, header.Length].Style.Font.Bold = true;
        sheet.View.FreezePanes(first + 1, 2);
        for (var column = 1; column <= header.Length; column++) sheet.Column(column).Width = column == 1 ? 34 : 20;
        Choices(Channel, Channels.Keys);
        Choices(Outcome, Outcomes.Keys);
        Choices(Trade, programmes.Select(programme => programme.Code).Take(30));

        var help = package.Workbook.Worksheets.Add("Hướng dẫn");
        string[] lines =
        [
            "Điền các cột từ «Hình thức» đến «Ngày nhập học»; không sửa «Mã hồ sơ».", "Ngày ghi dạng 31/12/2026, giờ ghi dạng 09:30.",
            "Cùng một tệp gửi lại nhiều lần không làm thay đổi gì thêm.", "Mã ngành của cơ sở:", .. programmes.Select(programme => $"{programme.Code}: {programme.Name}"),
        ];
        for (var line = 0; line < lines.Length; line++) help.Cells[line + 1, 1].Value = lines[line];

        (package.Encryption.IsEncrypted, package.Encryption.Version, package.Encryption.Algorithm) = (true, EncryptionVersion.Agile, EncryptionAlgorithm.AES256);
        package.Encryption.Password = password;
        return package.GetAsByteArray();

        void Choices(string column, IEnumerable<string> values)
        {
            var at = Array.IndexOf(header, column) + 1;
            var choice = sheet.DataValidations.AddListValidation(ExcelCellBase.GetAddress(first + 1, at, first + leads.Count, at));
            foreach (var value in values) choice.Formula.Values.Add(value);
        }
    }

    /// <summary>As people here dial it; a number that begins with + would be taken for a sum.</summary>
    private static string? Local(string? phone) => phone?.StartsWith("+84", StringComparison.Ordinal) == true ? $"0{phone[3..]}" : phone;
}
