namespace CareerPlatform.Import;

/// <summary>The uploaded file as a whole cannot be read; nothing of it was accepted.</summary>
/// <remarks>Title is Vietnamese, detail English; neither ever holds a value out of the file's rows.</remarks>
public sealed class FileRefused(string code, string titleVi, string detailEn, int status = 422, Exception? inner = null) : Exception(detailEn, inner)
{
    public string Code { get; } = code;

    public string TitleVi { get; } = titleVi;

    public string DetailEn => Message;

    public int Status { get; } = status;

    /// <summary>Offset of the first byte that cannot be read, for <c>encoding_invalid</c>.</summary>
    public long? ByteOffset { get; init; }

    /// <summary>Source row (1-based) where reading stopped, when one is to blame.</summary>
    public int? Row { get; init; }

    /// <summary>Meanings or headers that were looked for, for <c>columns_mismatch</c>.</summary>
    public IReadOnlyList<string> Expected { get; init; } = [];

    /// <summary>Headers that were found, for <c>columns_mismatch</c>.</summary>
    public IReadOnlyList<string> Found { get; init; } = [];
}
