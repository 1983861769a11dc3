namespace CareerPlatform.Import;

/// <summary>Every reason for which a whole file is refused.</summary>
internal static class Refuse
{
    public static FileRefused FileEmpty() => new("file_empty", "Tệp rỗng", "The file has no content.");

    public static FileRefused NoRows() => new("no_rows", "Tệp không có dòng dữ liệu nào", "The file has a header but no data rows.");

    public static FileRefused EncodingInvalid(long offset, string encoding, Exception? inner = null) =>
        new("encoding_invalid", "Không đọc được bảng mã của tệp",
            $"Byte {offset} is not valid {encoding} and the text is not clearly TCVN3, VNI or Windows-1258. Save the file as UTF-8.", inner: inner)
        {
            ByteOffset = offset,
        };

    public static FileRefused DoubleEncoded(long offset, Exception? inner = null) =>
        new("encoding_invalid", "Chữ tiếng Việt trong tệp bị hỏng do mã hoá UTF-8 hai lần",
            $"From byte {offset} on the text is UTF-8 that was misread as an 8-bit code page and saved again. Export the file anew as UTF-8, or ask for the repair explicitly.",
            inner: inner)
        {
            ByteOffset = offset,
        };

    public static FileRefused EncodingUnsupported(string name) =>
        new("encoding_unsupported", "Bảng mã của tệp không được hỗ trợ",
            $"The encoding ({name}) is not supported. Use UTF-8 (also read: UTF-16, TCVN3, VNI-Windows, Windows-1258).");

    public static FileRefused ContentTypeMismatch(string found) =>
        new("content_type_mismatch", "Nội dung tệp không phải là bảng đọc được",
            $"The content is {found}. Send CSV, tab-separated text, JSON lines or XLSX.", 415);

    public static FileRefused ActiveContent(string what) =>
        new("active_content", "Tệp chứa nội dung có thể thực thi hoặc liên kết ra ngoài", $"The workbook holds {what}. Save a copy with values only (.xlsx).");

    public static FileRefused ArchiveTooManyEntries(string detail) => new("archive_too_many_entries", "Tệp nén có quá nhiều thành phần", detail);

    public static FileRefused ArchiveBomb(string detail) => new("archive_bomb", "Tệp nén phình quá lớn khi giải nén", detail);

    public static FileRefused ArchiveCorrupt(string detail, Exception? inner = null) =>
        new("archive_corrupt", "Tệp bảng tính bị hỏng hoặc bị cắt cụt", detail, inner: inner);

    public static FileRefused XmlDtdForbidden() =>
        new("xml_dtd_forbidden", "Tệp bảng tính chứa khai báo DTD không được phép", "An XML part of the workbook declares a DTD.");

    public static FileRefused FileEncrypted() =>
        new("file_encrypted", "Tệp được đặt mật khẩu", "The workbook is encrypted. Remove the password and send it again.");

    public static FileRefused SheetUnknown(IReadOnlyList<string> found) =>
        new("sheet_unknown", "Không có trang tính mang tên này", "The workbook has no worksheet of that name.") { Found = found };

    public static FileRefused ColumnsMismatch(string detail, IReadOnlyList<string> expected, IReadOnlyList<string> found) =>
        new("columns_mismatch", "Các cột của tệp không đúng", $"{detail} Expected: {string.Join(", ", expected)}. Found: {string.Join(", ", found)}.")
        {
            Expected = expected,
            Found = found,
        };

    public static FileRefused DateOrderAmbiguous(string header) =>
        new("date_order_ambiguous", "Cột ngày sinh có thể đã bị đảo ngày và tháng",
            $"In column «{header}» every date kept as a number has a day up to 12 and every date kept as text a day after 12: a spreadsheet has probably swapped day and month. "
            + "Correct the file, or state `dateOrder` if the numbers are right.");

    public static FileRefused SeveralTables(IReadOnlyList<string> sheets) =>
        new("several_tables", "Tệp có nhiều trang tính với các cột khác nhau", "Several sheets hold lists of pupils whose columns differ. Name one by `sheet`, or give all the same header.") { Found = sheets };

    public static FileRefused FieldTooLong(int row, int limit) =>
        new("field_too_long", "Có ô dữ liệu quá dài", $"A field that starts in row {row} is longer than {limit} characters; is a closing quote missing?") { Row = row };

    public static FileRefused QuoteUnclosed(int row) =>
        new("quote_unclosed", "Có dấu ngoặc kép không được đóng", $"A quoted field that starts in row {row} is never closed.") { Row = row };

    public static FileRefused TooManyColumns(int row, int limit) =>
        new("too_many_columns", "Tệp có quá nhiều cột", $"Row {row} has more than {limit} columns.") { Row = row };

    public static FileRefused TooManyRows(int limit) => new("too_many_rows", "Tệp có quá nhiều dòng", $"The file has more than {limit} rows.");

    public static FileRefused JsonInvalid(int row, Exception? inner = null) =>
        new("json_invalid", "Tệp JSON không hợp lệ", $"Object {row} is not valid JSON or is never closed.", inner: inner) { Row = row };
}
