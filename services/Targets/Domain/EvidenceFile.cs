using System.IO.Compression;
using System.Text;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Targets.Domain;

/// <summary>A file that proves something, judged by its content, whatever the sender calls it: PDF, PNG, JPEG, DOCX or XLSX without active content, at most 10 MiB.</summary>
public static class EvidenceFile
{
    public const int MaxBytes = 10 << 20;
    public const int MostFiles = 20;
    private const int MostEntries = 5_000;

    public const string Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    public const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>The content type, or a refusal: `file_empty`, `content_type_mismatch`, `archive_corrupt`, `active_content`.</summary>
    public static string TypeOf(ReadOnlyMemory<byte> content)
    {
        var bytes = content.Span;
        if (bytes.Length == 0) throw new RuleBroken("file_empty", "Tệp rỗng", "The file is empty.", 422);
        if (bytes.StartsWith("%PDF-"u8)) return Pdf(bytes);
        if (bytes.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return "image/png";
        if (bytes.StartsWith<byte>([0xFF, 0xD8, 0xFF])) return "image/jpeg";
        if (bytes.StartsWith("PK\u0003\u0004"u8)) return Office(content);
        throw new RuleBroken("content_type_mismatch", "Định dạng không được hỗ trợ", "Evidence is PDF, PNG, JPEG, DOCX or XLSX by its content.", 415);
    }

    private static string Pdf(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf("/JavaScript"u8) >= 0 || bytes.IndexOf("/Launch"u8) >= 0 || bytes.IndexOf("/EmbeddedFile"u8) >= 0 ? throw Active() : "application/pdf";

    private static string Office(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(content.ToArray(), writable: false), ZipArchiveMode.Read, false, Encoding.UTF8);
            if (archive.Entries.Count > MostEntries) throw new RuleBroken("archive_too_many_entries", "Tệp nén có quá nhiều mục", "The archive has too many entries.", 422);
            var names = archive.Entries.Select(entry => entry.FullName.ToUpperInvariant()).ToList();
            if (names.Any(name => name.EndsWith("VBAPROJECT.BIN", StringComparison.Ordinal) || name.Contains("/EMBEDDINGS/", StringComparison.Ordinal)
                || name.Contains("/ACTIVEX/", StringComparison.Ordinal) || name.Contains("/EXTERNALLINKS/", StringComparison.Ordinal))) throw Active();
            if (names.Contains("[CONTENT_TYPES].XML") && names.Contains("WORD/DOCUMENT.XML")) return Docx;
            if (names.Contains("[CONTENT_TYPES].XML") && names.Contains("XL/WORKBOOK.XML")) return Xlsx;
        }
        catch (InvalidDataException)
        {
            throw new RuleBroken("archive_corrupt", "Tệp bị hỏng", "The file is cut off or damaged.", 422);
        }
        throw new RuleBroken("content_type_mismatch", "Định dạng không được hỗ trợ", "An archive that is neither DOCX nor XLSX is not taken.", 415);
    }

    private static RuleBroken Active() => new("active_content", "Tệp có nội dung thực thi", "The file holds macros, scripts, embedded files or external links; save it without.", 422);
}
