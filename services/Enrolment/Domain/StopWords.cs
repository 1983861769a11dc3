using CareerPlatform.Import;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>Words with which a family asks to be left alone; whoever hears or reads one logs the contact as `asked_to_stop`, and nobody may contact the family any more.</summary>
/// <remarks>reliability.md, P14. Compared without case and accents, as whole words; `Contacts__StopWords` (separated by `|`) replaces the list.</remarks>
public sealed class StopWords(IConfiguration configuration)
{
    public const string Outcome = "asked_to_stop";

    private const string Usual = "dừng lại|ngừng liên hệ|ngừng gọi|ngưng gọi|đừng gọi|đừng liên hệ|đừng nhắn|không gọi nữa|không liên hệ nữa|không nhắn nữa|không muốn liên hệ|xin đừng làm phiền|đừng làm phiền|huỷ đăng ký|từ chối nhận|stop|unsubscribe";

    private readonly string[] folded = [.. (configuration["Contacts:StopWords"] ?? Usual).Split('|').Select(words => $" {Vietnamese.Fold(words)} ")];

    /// <summary>As they are published.</summary>
    public IReadOnlyList<string> Words { get; } = (configuration["Contacts:StopWords"] ?? Usual).Split('|');

    /// <summary>The family's own words ask to stop.</summary>
    public bool AreIn(string? reply) => reply is not null && $" {Vietnamese.Fold(reply)} " is var said && folded.Any(words => said.Contains(words, StringComparison.Ordinal));
}
