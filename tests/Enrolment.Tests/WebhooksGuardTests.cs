using System.IO.Compression;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using CareerPlatform.Enrolment.Features.Webhooks;
using CareerPlatform.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace CareerPlatform.Enrolment.Tests;

/// <summary>W10: no request leaves for an inside address, however it is written and whatever DNS answers. Only the resolver is played; sockets, TLS and HTTP are real.</summary>
public sealed class WebhooksGuardTests
{
    private static OutboundRules Production(params string[] answers) => new() { Resolve = Says(answers), Own = [IPNetwork.Parse("8.8.4.0/24"), IPNetwork.Parse("2a00:1450::/32")] };

    private static OutboundRules ThisMachine => new() { Loopback = true, Resolve = Says("127.0.0.1") };

    private static Func<string, CancellationToken, Task<IPAddress[]>> Says(params string[] answers) => (_, _) => Task.FromResult(answers.Select(IPAddress.Parse).ToArray());

    [Theory]
    [InlineData("http://hooks.college.test/", "https_required")]
    [InlineData("ftp://hooks.college.test/", "https_required")]
    [InlineData("file:///etc/passwd", "https_required")]
    [InlineData("gopher://hooks.college.test/", "https_required")]
    [InlineData("https://127.0.0.1/", "address_not_allowed")]
    [InlineData("https://2130706433/", "address_not_allowed")]
    [InlineData("https://0x7f.1/", "address_not_allowed")]
    [InlineData("https://0x7f000001/", "address_not_allowed")]
    [InlineData("https://0177.0.0.1/", "address_not_allowed")]
    [InlineData("https://127.1/", "address_not_allowed")]
    [InlineData("https://0/", "address_not_allowed")]
    [InlineData("https://93.184.216.34/", "address_not_allowed")]
    [InlineData("https://[::1]/", "address_not_allowed")]
    [InlineData("https://[::ffff:127.0.0.1]/", "address_not_allowed")]
    [InlineData("https://[::]/", "address_not_allowed")]
    [InlineData("https://[2606:2800:220:1::]/", "address_not_allowed")]
    [InlineData("https://localhost/", "address_not_allowed")]
    [InlineData("https://localhost./", "address_not_allowed")]
    [InlineData("https://①②⑦.⓪.⓪.①/", "address_not_allowed")]
    [InlineData("https://hooks.college.test./", "address_not_allowed")]
    [InlineData("https://hooks.1/", "address_not_allowed")]
    [InlineData("https://hooks_.college.test/", "address_not_allowed")]
    [InlineData("https://user:word@hooks.college.test/", "userinfo_not_allowed")]
    [InlineData("https://hooks.college.test:22/", "port_not_allowed")]
    [InlineData("https://hooks.college.test:80/", "port_not_allowed")]
    [InlineData("https://hooks.college.test:5432/", "port_not_allowed")]
    [InlineData("https://hooks.college.test/\r\nHost: inside", "url_invalid")]
    [InlineData("https:\\\\hooks.college.test\\", "url_invalid")]
    [InlineData("//hooks.college.test/", "https_required")]
    [InlineData("hooks.college.test", "url_invalid")]
    [InlineData("", "url_invalid")]
    public async Task W10_a_spelling_that_is_no_institutions_endpoint_is_refused_when_it_is_given_and_when_it_is_used(string url, string code)
    {
        using var guard = new EndpointGuard(Production("93.184.216.34"), TimeProvider.System);

        Should.Throw<RuleBroken>(() => guard.MustBeAllowed(url)).Code.ShouldBe(code);

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return;
        (await guard.Send(new(HttpMethod.Post, uri), default)).Outcome.ShouldBe("address_not_allowed");
    }

    [Fact]
    public void W10_an_ordinary_endpoint_is_allowed_also_with_letters_of_its_own_language_and_one_that_is_too_long_is_not()
    {
        using var guard = new EndpointGuard(Production(), TimeProvider.System);

        guard.MustBeAllowed("https://hooks.college.test/leads?key=1").Port.ShouldBe(443);
        guard.MustBeAllowed("https://trường.test:8443/").IdnHost.ShouldStartWith("xn--");
        Should.Throw<RuleBroken>(() => guard.MustBeAllowed($"https://hooks.college.test/{new string('a', 2_048)}")).Code.ShouldBe("url_too_long");
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("8.8.4.4")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:93.184.216.34")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:2::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456:789a::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("2a00:1450:4001::1")]
    public async Task W10_a_name_that_answers_an_inside_address_alone_or_beside_an_outside_one_is_never_dialled(string address)
    {
        foreach (var answers in new[] { new[] { address }, ["93.184.216.34", address], [address, "2606:2800:220:1::1"] })
        {
            using var guard = new EndpointGuard(Production(answers), TimeProvider.System);

            (await guard.Send(new(HttpMethod.Post, "https://hooks.college.test/"), default)).Outcome.ShouldBe("address_not_allowed", string.Join(", ", answers));
        }
    }

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:2800:220:1::1")]
    [InlineData("2001:200::1")]
    public void W10_the_ranges_end_where_they_end(string address) => Production().Blocks(IPAddress.Parse(address)).ShouldBeFalse();

    [Fact]
    public async Task W10_a_name_that_answers_otherwise_the_second_time_wins_nothing()
    {
        await using var college = await Receiver.Start();
        college.Answer = Receiver.Status(200, ("Connection", "close"));
        var answers = new Queue<string>(["127.0.0.1", "10.0.0.1"]);
        using var guard = new EndpointGuard(new() { Loopback = true, Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Parse(answers.Dequeue()) }) }, TimeProvider.System);

        (await guard.Send(Post(college), default)).Outcome.ShouldBe("ok");
        (await guard.Send(Post(college), default)).Outcome.ShouldBe("address_not_allowed");

        college.Got.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task W10_a_redirect_is_not_followed(int status)
    {
        await using var inside = await Receiver.Start();
        await using var college = await Receiver.Start();
        college.Answer = Receiver.Status(status, ("Location", $"http://hooks.college.test:{inside.Port}/"));
        using var guard = new EndpointGuard(ThisMachine, TimeProvider.System);

        (await guard.Send(Post(college), default)).Outcome.ShouldBe("redirect_not_followed");

        inside.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task S11_W10_a_proxy_of_the_environment_is_not_used()
    {
        await using var proxy = await Receiver.Start();
        await using var college = await Receiver.Start();
        var before = Environment.GetEnvironmentVariable("http_proxy");
        Environment.SetEnvironmentVariable("http_proxy", $"http://127.0.0.1:{proxy.Port}");
        try
        {
            using var guard = new EndpointGuard(ThisMachine, TimeProvider.System);
            (await guard.Send(Post(college), default)).Outcome.ShouldBe("ok");
        }
        finally
        {
            Environment.SetEnvironmentVariable("http_proxy", before);
        }
        proxy.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_without_end_or_packed_is_read_to_16_KiB_as_it_came()
    {
        await using var college = await Receiver.Start();
        college.Answer = async (http, _) =>
        {
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(new byte[64 * 1024], http.RequestAborted);
        };
        using var guard = new EndpointGuard(ThisMachine, TimeProvider.System);
        var endless = await guard.Send(Post(college), default);
        (endless.Outcome, endless.Body.Length).ShouldBe(("ok", 16 * 1024));

        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(new byte[10_000_000]);
        college.Answer = async (http, _) =>
        {
            http.Response.Headers.ContentEncoding = "gzip";
            await http.Response.Body.WriteAsync(packed.ToArray());
        };
        var bomb = await guard.Send(Post(college), default);
        bomb.Outcome.ShouldBe("ok");
        bomb.Body.Length.ShouldBeLessThanOrEqualTo((int)packed.Length);
    }

    [Fact]
    public async Task One_deadline_covers_silence_before_the_headers_and_a_body_that_drips()
    {
        await using var college = await Receiver.Start();
        using var guard = new EndpointGuard(ThisMachine with { Total = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);

        college.Answer = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        (await guard.Send(Post(college), default)).Outcome.ShouldBe("timeout");

        college.Answer = async (http, _) =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync("."u8.ToArray(), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(20, http.RequestAborted);
            }
        };
        (await guard.Send(Post(college), default)).Outcome.ShouldBe("timeout");
    }

    [Theory]
    [InlineData(14.9, "ok")]
    [InlineData(15.1, "timeout")]
    public async Task An_answer_after_14_9_s_is_good_and_after_15_1_s_it_is_too_late(double seconds, string outcome)
    {
        var clock = new HandClock();
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var college = await Receiver.Start();
        college.Answer = async (_, _) =>
        {
            arrived.SetResult();
            await release.Task;
        };
        using var guard = new EndpointGuard(ThisMachine, clock);
        var sending = guard.Send(Post(college), default);
        await arrived.Task;

        clock.Advance(TimeSpan.FromSeconds(seconds));
        if (outcome == "timeout") (await sending).Outcome.ShouldBe(outcome);
        release.SetResult();

        (await sending).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task A_connection_cut_off_after_the_headers_is_a_failure()
    {
        await using var college = await Receiver.Start();
        college.Answer = async (http, _) =>
        {
            http.Response.ContentLength = 1_000;
            await http.Response.Body.FlushAsync();
            http.Abort();
        };
        using var guard = new EndpointGuard(ThisMachine, TimeProvider.System);

        (await guard.Send(Post(college), default)).Outcome.ShouldBe("connection_failed");
    }

    [Fact]
    public async Task A_connection_cut_off_or_refused_is_a_failure_that_can_be_tried_again()
    {
        var college = await Receiver.Start();
        college.Answer = (http, _) =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        using var guard = new EndpointGuard(ThisMachine, TimeProvider.System);
        (await guard.Send(Post(college), default)).Outcome.ShouldBe("connection_failed");

        await college.DisposeAsync();
        (await guard.Send(Post(college), default)).Outcome.ShouldBe("connection_failed");

        using var nameless = new EndpointGuard(new() { Resolve = Says() }, TimeProvider.System);
        (await nameless.Send(new(HttpMethod.Post, "https://hooks.college.test/"), default)).Outcome.ShouldBe("dns_failed");
    }

    [Fact]
    public async Task A_certificate_must_be_trusted_current_and_for_that_host()
    {
        using var root = Receiver.Certificate("Root of the tests");
        using var good = Receiver.Certificate("hooks.college.test", root);
        using var old = Receiver.Certificate("hooks.college.test", root, TimeProvider.System.GetUtcNow().AddDays(-1));
        using var other = Receiver.Certificate("hooks.other.test", root);
        using var own = Receiver.Certificate("hooks.college.test");

        (await Outcome(good)).ShouldBe("ok");
        (await Outcome(old)).ShouldBe("tls_invalid");
        (await Outcome(other)).ShouldBe("tls_invalid");
        (await Outcome(own)).ShouldBe("tls_invalid");

        async Task<string> Outcome(X509Certificate2 certificate)
        {
            await using var college = await Receiver.Start(certificate);
            using var guard = new EndpointGuard(ThisMachine with { Roots = [X509CertificateLoader.LoadCertificate(root.RawData)] }, TimeProvider.System);
            return (await guard.Send(new(HttpMethod.Post, $"https://hooks.college.test:{college.Port}/"), default)).Outcome;
        }
    }

    [Fact]
    public async Task A_server_that_only_speaks_an_old_TLS_is_not_spoken_to()
    {
        using var root = Receiver.Certificate("Root of the tests");
        using var certificate = Receiver.Certificate("hooks.college.test", root);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using var connection = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(connection.GetStream());
#pragma warning disable SYSLIB0039, CA5397, CA5398   // the old version is what is tested
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = SslProtocols.Tls }, default);
#pragma warning restore SYSLIB0039, CA5397, CA5398
        });
        using var guard = new EndpointGuard(ThisMachine with { Roots = [X509CertificateLoader.LoadCertificate(root.RawData)] }, TimeProvider.System);

        (await guard.Send(new(HttpMethod.Post, $"https://hooks.college.test:{((IPEndPoint)listener.LocalEndpoint).Port}/"), default)).Outcome.ShouldBe("tls_invalid");
        await Should.ThrowAsync<Exception>(serving);
    }

    [Fact]
    public async Task Texts_are_read_from_a_name_server_whole_and_nonsense_is_no_answer()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var asked = new List<byte[]>();
        byte[] record = [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 9, 3, .. "abc"u8, 4, .. "defg"u8];
        var serving = Task.Run(async () =>
        {
            foreach (var answers in new byte[]?[] { [.. record, .. record], [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 1, 9, 200], null })
            {
                using var connection = await server.AcceptTcpClientAsync();
                var stream = connection.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length);
                var question = new byte[(length[0] << 8) + length[1]];
                await stream.ReadExactlyAsync(question);
                asked.Add(question);
                if (answers is null) continue;
                byte[] answer = [.. question[..2], 0x81, 0x80, 0, 1, 0, (byte)Math.Max(1, answers.Length / record.Length), 0, 0, 0, 0, .. question[12..], .. answers];
                await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
            }
        });
        var at = (IPEndPoint)server.LocalEndpoint;

        (await DnsText.Resolve("_careerplatform.college.test", [at], default)).ShouldBe(["abcdefg", "abcdefg"]);
        (await DnsText.Resolve("college.test", [at], default)).ShouldBeEmpty();
        (await DnsText.Resolve("college.test", [at], default)).ShouldBeEmpty();

        await serving;
        Encoding.ASCII.GetString(asked[0]).ShouldContain("_careerplatform\acollege\u0004test\0");
        server.Stop();
        (await DnsText.Resolve("college.test", [at], default)).ShouldBeEmpty();
    }

    [Fact]
    public void Loopback_is_for_development_only()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Webhooks:AllowLoopback", "true"), new("Webhooks:OwnAddresses", "8.8.4.4, 2a00:1450::/32")]).Build();

        OutboundRules.Read(configuration, new Stage("Development")).Loopback.ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => OutboundRules.Read(configuration, new Stage("Production")));
        Should.Throw<InvalidOperationException>(() => OutboundRules.Read(configuration, new Stage("Staging")));
        OutboundRules.Read(configuration, new Stage("Development")).Blocks(IPAddress.Parse("8.8.4.4")).ShouldBeTrue();
    }

    private static HttpRequestMessage Post(Receiver college) => new(HttpMethod.Post, $"http://hooks.college.test:{college.Port}/") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };

    private sealed class Stage(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;
        public string ApplicationName { get; set; } = "";
        public string ContentRootPath { get; set; } = "";
        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
