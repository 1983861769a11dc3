using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CareerPlatform.Import;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Workbooks;

/// <summary>Why a row was not taken.</summary>
public sealed record RowRefusal(string Code, string? Column, string HintVi, string HintEn);

/// <summary>One row of a workbook that came back, as the institution filled it in.</summary>
public sealed class ReturnedRow
{
    public sealed record ContactNoted(string Channel, string Outcome, DateTimeOffset At, string? NextStep);

    public sealed record EnrolmentNoted(string TrainingCode, DateOnly StartedOn);

    public static readonly string[] Columns = [WorkbookFile.Channel, WorkbookFile.Day, WorkbookFile.Time, WorkbookFile.Outcome, WorkbookFile.NextStep, WorkbookFile.Trade, WorkbookFile.Started];

    private static readonly string[] OfContact = [WorkbookFile.Channel, WorkbookFile.Day, WorkbookFile.Time, WorkbookFile.Outcome, WorkbookFile.NextStep];
    private static readonly string[] DayForms = ["d/M/yyyy", "yyyy-MM-dd", "d-M-yyyy", "d.M.yyyy", "yyyy-MM-ddTHH:mm:ss"];
    private static readonly string[] TimeForms = ["H:mm", "H:mm:ss", "H'h'mm", "H'h'"];

    private ReturnedRow(int row) => Row = row;

    public int Row { get; }
    public string? Token { get; private init; }
    public bool IsEmpty { get; private init; }
    public RowRefusal? Fault { get; private set; }
    public ContactNoted? Contact { get; private set; }
    public EnrolmentNoted? Enrolment { get; private set; }
    public byte[]? ContactHash => Contact is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes($"{Contact.Channel}|{Contact.Outcome}|{Contact.At:O}|{Contact.NextStep}"));
    public byte[]? EnrolmentHash => Enrolment is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes($"{Enrolment.TrainingCode}|{Enrolment.StartedOn:O}"));

    public static ReturnedRow Read(PlainRow cells)
    {
        var row = new ReturnedRow(cells.SourceRow) { Token = cells[WorkbookFile.Token]?.ToLowerInvariant(), IsEmpty = cells.Faults.Count == 0 && Columns.All(column => string.IsNullOrEmpty(cells[column])) };
        if (row.IsEmpty) return row;
        // A cell of the columns that are only shown may hold what it likes.
        if (cells.Faults.FirstOrDefault(fault => fault.Column is null || fault.Column == WorkbookFile.Token || Columns.Contains(fault.Column)) is { } fault)
            row.Fault = new(fault.Code, fault.Column, fault.Hint, "The cell or row cannot be read.");
        else if (string.IsNullOrEmpty(row.Token)) row.Fault = new("value_missing", WorkbookFile.Token, "Thiếu mã hồ sơ", "The token is missing.");
        if (row.Fault is null && OfContact.Any(column => !string.IsNullOrEmpty(cells[column]))) row.ReadContact(cells);
        if (row.Fault is null && (!string.IsNullOrEmpty(cells[WorkbookFile.Trade]) || !string.IsNullOrEmpty(cells[WorkbookFile.Started]))) row.ReadEnrolment(cells);
        return row;
    }

    /// <summary>One key for one row's content: who sends it again gets the first answer.</summary>
    public IdempotencyKey Key(Person caller, string act, byte[] hash) =>
        new(caller.ClientId ?? caller.Subject, $"workbook {act}", $"{Token}:{Convert.ToHexStringLower(hash.AsSpan(0, 16))}");

    /// <summary>Where to look when a rule refuses the row.</summary>
    public static string ColumnOf(string code) => code switch
    {
        "contact_time_invalid" or "outside_contact_hours" => WorkbookFile.Day,
        "transition_not_allowed" or "contact_invalid" => WorkbookFile.Outcome,
        "programme_unknown" or "no_free_seat" or "level_mismatch" => WorkbookFile.Trade,
        "start_invalid" or "enrolment_exists" => WorkbookFile.Started,
        _ => WorkbookFile.Token,
    };

    private void ReadContact(PlainRow cells)
    {
        var channel = Pick(cells, WorkbookFile.Channel, WorkbookFile.Channels);
        var outcome = Pick(cells, WorkbookFile.Outcome, WorkbookFile.Outcomes);
        var day = Day(cells, WorkbookFile.Day);
        var time = Time(cells, WorkbookFile.Time);
        var next = cells[WorkbookFile.NextStep];
        if (next?.Length > 500) Refuse("field_too_long", WorkbookFile.NextStep, "Tối đa 500 ký tự", "At most 500 characters.");
        if (Fault is not null) return;

        Contact = new(channel!, outcome!, new DateTimeOffset(day!.Value.ToDateTime(time!.Value), TimeSpan.FromHours(7)).ToUniversalTime(), string.IsNullOrEmpty(next) ? null : next);
    }

    private void ReadEnrolment(PlainRow cells)
    {
        var code = cells[WorkbookFile.Trade];
        if (code is not { Length: 7 } || !code.All(char.IsAsciiDigit)) Refuse("training_code_invalid", WorkbookFile.Trade, "Mã ngành gồm 7 chữ số", "The training code has seven digits.");
        var started = Day(cells, WorkbookFile.Started);
        if (Fault is null) Enrolment = new(code!, started!.Value);
    }

    private string? Pick(PlainRow cells, string column, IReadOnlyDictionary<string, string> choices)
    {
        var text = cells[column];
        if (string.IsNullOrEmpty(text)) return Refuse<string>("value_missing", column, "Ô này bắt buộc", "This cell is required.");
        return choices.TryGetValue(text, out var code) ? code : choices.Values.Contains(text) ? text
            : Refuse<string>("value_invalid", column, $"Chọn một trong: {string.Join(", ", choices.Keys)}", $"One of: {string.Join(", ", choices.Values)}.");
    }

    private DateOnly? Day(PlainRow cells, string column)
    {
        var text = cells[column];
        if (string.IsNullOrEmpty(text)) return Refuse<DateOnly?>("value_missing", column, "Ô này bắt buộc", "This cell is required.");
        if (cells.Dates?.TryGetValue(column, out var day) == true) return day;
        return DateOnly.TryParseExact(text, DayForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date.Year is > 2000 and < 2100
            ? date : Refuse<DateOnly?>("date_invalid", column, "Ghi ngày dạng 31/12/2026", "Write the date as 31/12/2026.");
    }

    private TimeOnly? Time(PlainRow cells, string column)
    {
        var text = cells[column];
        if (string.IsNullOrEmpty(text)) return Refuse<TimeOnly?>("value_missing", column, "Ô này bắt buộc", "This cell is required.");
        if (TimeOnly.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        // A spreadsheet keeps a time as a part of a day.
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) && part is > 0 and < 1
            ? TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(Math.Min(Math.Round(part * 24 * 60), 24 * 60 - 1)))
            : Refuse<TimeOnly?>("time_invalid", column, "Ghi giờ dạng 09:30", "Write the time as 09:30.");
    }

    private void Refuse(string code, string column, string vi, string en) => Fault ??= new(code, column, vi, en);

    private T? Refuse<T>(string code, string column, string vi, string en)
    {
        Refuse(code, column, vi, en);
        return default;
    }
}
