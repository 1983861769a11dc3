using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>Where an institution stands in its feed, in a form it can neither read nor make up: base64url(v1|institution|epoch|position|HMAC).</summary>
/// <remarks>The epoch is configured (`Feed__Epoch`) and not stored, so that a restored database cannot bring the old one back.</remarks>
public sealed class FeedCursors
{
    private readonly byte[] key;
    private readonly int epoch;

    public FeedCursors(IConfiguration configuration)
        : this(Encoding.UTF8.GetBytes(configuration["Feed:CursorKey"] ?? throw new InvalidOperationException("Feed__CursorKey is missing.")), configuration.GetValue("Feed:Epoch", 1))
    {
    }

    public FeedCursors(byte[] key, int epoch)
    {
        if (key.Length < 16) throw new InvalidOperationException("Feed__CursorKey is too short.");
        (this.key, this.epoch) = (key, epoch);
    }

    public string At(Guid institution, long position)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"v1|{institution:N}|{epoch}|{position}|");
        return Base64Url.EncodeToString([.. Encoding.UTF8.GetBytes(text), .. Mac(text)]);
    }

    /// <summary>The position behind a cursor; refuses what is forged, another's or of another epoch.</summary>
    public long Read(string cursor, Guid reader)
    {
        if (cursor.Length > 300 || !Base64Url.IsValid(cursor)) throw Invalid();
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (!Base64Url.TryDecodeFromChars(cursor, bytes, out var length) || length <= 32) throw Invalid();

        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, length - 32));
        if (!CryptographicOperations.FixedTimeEquals(Mac(text), bytes.AsSpan(length - 32, 32))) throw Invalid();
        if (text.Split('|') is not ["v1", var institution, var cursorEpoch, var position, ""]) throw Invalid();
        if (institution != reader.ToString("N"))
            throw new RuleBroken("cursor_not_yours", "Con trỏ thuộc về cơ sở khác", "This cursor was given to another institution.", 403);
        if (int.Parse(cursorEpoch, CultureInfo.InvariantCulture) != epoch) throw EpochChanged();
        return long.Parse(position, CultureInfo.InvariantCulture);
    }

    public static RuleBroken EpochChanged() => new("feed_epoch_changed", "Luồng dữ liệu đã được dựng lại, hãy đọc lại từ đầu",
        "The feed was restored and its positions start anew: read it again from the beginning (GET /v1/feed without `after`).");

    private static RuleBroken Invalid() => new("cursor_invalid", "Con trỏ không hợp lệ", "Send the `next` of an earlier page unchanged.", 400);

    private byte[] Mac(string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
