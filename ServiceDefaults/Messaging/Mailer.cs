using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.ServiceDefaults;

/// <summary>A letter by e-mail. No personal data in it.</summary>
public sealed record Letter(IReadOnlyCollection<string> To, string Subject, string Body)
{
    public IReadOnlyCollection<string> Copies { get; init; } = [];
}

/// <summary>Mails letters through the province's own server (`Mail__Host`, `Mail__Port`, `Mail__From`, `Mail__User`, `Mail__Password`, `Mail__Tls`); without one nothing is mailed.</summary>
/// <remarks>Sent, then noted: after a crash in between somebody may get a letter twice, never not at all. A server that is away is tried again in the next round.</remarks>
public sealed class Mailer(IConfiguration configuration, TimeProvider clock, ILogger<Mailer> log)
{
    /// <summary>So many letters a round are worth asking for.</summary>
    public const int AtOnce = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether there is a server at all.</summary>
    public bool IsOn => configuration["Mail:Host"] is { Length: > 0 };

    /// <summary>Where the department reads its letters; null where nobody said so.</summary>
    public string? Department => configuration["Mail:Department"] is { Length: > 0 } address ? address : null;

    /// <summary>Sends one after the other and says of each that it has gone.</summary>
    public async Task Send<T>(IEnumerable<(T About, Letter Letter)> letters, Func<T, Task> sent, CancellationToken ct)
    {
        if (!IsOn) return;
        using var server = new SmtpClient(configuration["Mail:Host"], configuration.GetValue("Mail:Port", 587)) { EnableSsl = configuration.GetValue("Mail:Tls", true) };
        if (configuration["Mail:User"] is { } user) server.Credentials = new NetworkCredential(user, configuration["Mail:Password"]);
        using var late = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        foreach (var (about, letter) in letters)
        {
            using var message = new MailMessage
            {
                From = new(configuration["Mail:From"] ?? throw new InvalidOperationException("Mail__From is missing.")),
                Subject = letter.Subject,
                Body = letter.Body,
            };
            foreach (var address in letter.To.Distinct(StringComparer.OrdinalIgnoreCase)) message.To.Add(address);
            foreach (var address in letter.Copies) message.CC.Add(address);
            try
            {
                await server.SendMailAsync(message, limit.Token);
            }
            catch (SmtpFailedRecipientException)
            {
                continue;   // nobody takes this one; the others must not wait for it
            }
            catch (Exception problem) when (problem is SmtpException or OperationCanceledException && !ct.IsCancellationRequested)
            {
                log.LogWarning("A letter could not be mailed: {Problem}", (problem as SmtpException)?.StatusCode.ToString() ?? "no answer in time");
                break;
            }
            await sent(about);
        }
    }
}
