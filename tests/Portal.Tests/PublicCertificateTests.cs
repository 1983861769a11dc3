using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CareerPlatform.Portal.Features.Operator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace CareerPlatform.Portal.Tests;

public sealed class PublicCertificateTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(-3)]
    public async Task The_certificate_of_the_public_address_is_read_as_a_visitor_meets_it_also_when_it_has_run_out(int days)
    {
        var now = DateTimeOffset.UtcNow;
        using var key = RSA.Create(2048);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(now.AddDays(-30), now.AddDays(days));
        using var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var site = builder.Build();
        await site.StartAsync(TestContext.Current.CancellationToken);

        var seen = await PublicCertificate.Look(new Uri(site.Urls.Single()), TestContext.Current.CancellationToken);

        seen.State.ShouldBe("seen");
        seen.Until.ShouldBe(new DateTimeOffset(certificate.NotAfter));
        seen.DaysLeft(now)!.Value.ShouldBeInRange(days - 1, days);
    }

    [Fact]
    public async Task An_address_without_TLS_says_so_and_one_where_nobody_answers_too()
    {
        (await PublicCertificate.Look(new Uri("http://career.example"), TestContext.Current.CancellationToken)).State.ShouldBe("plain");
        (await PublicCertificate.Look(new Uri("https://127.0.0.1:9"), TestContext.Current.CancellationToken)).State.ShouldBe("away");
    }
}
