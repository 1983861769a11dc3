using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>Where an institution stands in its feed, in a form it can neither read nor make up: base64url(v1|institution|epoch|position|HMAC); in a snapshot of its leads s1|institution|epoch|position|lead.</summary>
/// <remarks>The epoch is the configured one (`Feed__Epoch`) and the restores that were seen (<see cref="Features.Feed.NoteRestore"/>), so that a restored database cannot bring the old one back.</remarks>
public sealed class FeedCursors
{
    private readonly byte[] key;
    private readonly int configured;

    public FeedCursors(IConfiguration configuration)
        : this(Encoding.UTF8.GetBytes(configuration["Feed:CursorKey"] ?? throw new InvalidOperationException("Feed__CursorKey is missing.")), configuration.GetValue("Feed:Epoch", 1))
    {
    }

    public FeedCursors(byte[] key, int epoch)
    {
        if (key.Length < 16) throw new InvalidOperationException("Feed__CursorKey is too short.");
        (this.key, configured) = (key, epoch);
    }

    /// <summary>How often the database was seen to be another; looked up before the first cursor is read or given.</summary>
    public int Restores { get; set; }

    private int Epoch => configured + Restores;

    public string At(Guid institution, long position) => Sign(string.Create(CultureInfo.InvariantCulture, $"v1|{institution:N}|{Epoch}|{position}|"));

    /// <summary>After this lead in the snapshot that stands at the position.</summary>
    public string At(Guid institution, long position, Guid lead) => Sign(string.Create(CultureInfo.InvariantCulture, $"s1|{institution:N}|{Epoch}|{position}|{lead:N}"));

    /// <summary>The position behind a cursor; refuses what is forged, another's or of another epoch.</summary>
    public long Read(string cursor, Guid reader) => Read(cursor, "v1", reader).Position;

    /// <summary>The position at which a snapshot stands, and its last lead that was shown.</summary>
    public (long Position, Guid Lead) ReadSnapshot(string cursor, Guid reader)
    {
        var (position, lead) = Read(cursor, "s1", reader);
        return (position, Guid.ParseExact(lead, "N"));
    }

    private (long Position, string Tail) Read(string cursor, string kind, Guid reader)
    {
        if (cursor.Length > 300 || !Base64Url.IsValid(cursor)) throw Invalid();
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (!Base64Url.TryDecodeFromChars(cursor, bytes, out var length) || length <= 32) throw Invalid();

        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, length - 32));
        if (!CryptographicOperations.FixedTimeEquals(Mac(text), bytes.AsSpan(length - 32, 32))) throw Invalid();
        if (text.Split('|') is not [var ofKind, var institution, var ofEpoch, var position, var tail] || ofKind != kind) throw Invalid();
        if (institution != reader.ToString("N"))
            throw new RuleBroken("cursor_not_yours", "Con trỏ thuộc về cơ sở khác", "This cursor was given to another institution.", 403);
        if (int.Parse(ofEpoch, CultureInfo.InvariantCulture) != Epoch) throw EpochChanged();
        return (long.Parse(position, CultureInfo.InvariantCulture), tail);
    }

    /// <summary>Where to begin anew: what the institution holds and what it must delete, then the feed from there on.</summary>
    public const string Resync = "/v1/leads";

    public static RuleBroken EpochChanged() => new RuleBroken("feed_epoch_changed", "Luồng dữ liệu đã được dựng lại, hãy đồng bộ lại từ đầu",
        "The feed was restored and its positions start anew: read the snapshot at `link`, then the feed from its `feed` cursor.").See(Resync);

    public static RuleBroken Expired() => new RuleBroken("cursor_expired", "Con trỏ quá cũ, hãy đồng bộ lại từ đầu",
        "These positions are no longer kept: read the snapshot at `link`, then the feed from its `feed` cursor.", 410).See(Resync);

    private static RuleBroken Invalid() => new("cursor_invalid", "Con trỏ không hợp lệ", "Send the `next` of an earlier page unchanged.", 400);

    private string Sign(string text) => Base64Url.EncodeToString([.. Encoding.UTF8.GetBytes(text), .. Mac(text)]);

    private byte[] Mac(string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
