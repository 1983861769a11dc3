using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace CareerPlatform.Gateway.Tests;

/// <summary>One gateway before one echoing stand-in for every service.</summary>
public sealed class Shared : IAsyncLifetime
{
    public Authority Authority { get; private set; } = null!;
    public WebApplication Echo { get; private set; } = null!;
    public GatewayApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Authority = await Authority.Start();
        Echo = await Hosts.Echo();
        App = await GatewayApp.Start(Authority, [.. Routes.Services.Select(service => ($"services:{service}:http:0", (string?)Echo.Urls.First()))]);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Echo.DisposeAsync();
        await Authority.DisposeAsync();
    }
}

public sealed class GatewayTests(Shared shared) : IClassFixture<Shared>
{
    private readonly GatewayApp app = shared.App;

    [Theory]
    [InlineData("/v1/rounds")]
    [InlineData("/v1/rounds/3f0e/rows")]
    [InlineData("/v1/feed?after=x&limit=5")]
    [InlineData("/v1/access/people")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/v1/schools/Tr%C6%B0%E1%BB%9Dng%20A")]
    public async Task A_route_of_the_registry_reaches_its_service_as_it_is(string target)
    {
        var seen = await Echoed(await app.Client().GetAsync(target));

        (Uri.EscapeDataString(seen["path"]!.GetValue<string>()).Replace("%2F", "/", StringComparison.Ordinal) + seen["query"]!.GetValue<string>()).ShouldBe(target);
    }

    [Theory]
    [InlineData("/internal/feed")]
    [InlineData("/internal/status")]
    [InlineData("/Internal/feed")]
    [InlineData("/v1/internal/feed")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1")]
    [InlineData("/v2/rounds")]
    [InlineData("/v1/leads:batchGet")]
    [InlineData("/v1/feedback")]
    [InlineData("/metrics")]
    public async Task What_is_not_in_the_registry_is_not_there(string path)
    {
        var answer = await app.Client().GetAsync(path);

        await answer.ShouldBeRefusedWith(answer.StatusCode == HttpStatusCode.MethodNotAllowed ? "method_not_allowed" : "not_found");
        ((int)answer.StatusCode).ShouldBeOneOf(404, 405);
    }

    [Fact]
    public async Task S17_spoofed_headers_never_reach_a_service()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/rounds");
        foreach (var name in new[] { "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-User", "Forwarded", "X-Real-IP", "X-College-Id", "X-Tenant", "X-Original-URL", "X-Original-Host", "X-HTTP-Method-Override", "X_Tenant", "X-Internal-Call" })
        {
            request.Headers.TryAddWithoutValidation(name, "spoofed");
        }

        var seen = await Echoed(await app.Client().SendAsync(request));

        var headers = seen["headers"]!.AsObject();
        headers.Where(header => header.Value!.GetValue<string>().Contains("spoofed", StringComparison.Ordinal)).Select(header => header.Key).ShouldBeEmpty();
        headers["x-forwarded-for"]!.GetValue<string>().ShouldBe("127.0.0.1");
        headers["x-forwarded-proto"]!.GetValue<string>().ShouldBe("http");
    }

    [Fact]
    public async Task A_correlation_id_and_the_trace_go_through_and_come_back()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/rounds");
        request.Headers.Add("X-Correlation-Id", "college-7.request_42");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

        var answer = await app.Client().SendAsync(request);

        answer.Headers.GetValues("X-Correlation-Id").ShouldBe(["college-7.request_42"]);
        var headers = (await Echoed(answer))["headers"]!;
        headers["x-correlation-id"]!.GetValue<string>().ShouldBe("college-7.request_42");
        headers["traceparent"]!.GetValue<string>().ShouldStartWith("00-4bf92f3577b34da6a3ce929d0e0e4736-");
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("a\tb")]
    [InlineData("<script>")]
    public async Task An_odd_correlation_id_is_replaced(string asked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/rounds");
        request.Headers.TryAddWithoutValidation("X-Correlation-Id", asked);

        var answer = await app.Client().SendAsync(request);

        var id = answer.Headers.GetValues("X-Correlation-Id").Single();
        id.ShouldNotBe(asked);
        id.ShouldMatch("^[0-9a-f]{32}$");
    }

    [Theory]
    [InlineData("GET", "/", 200)]
    [InlineData("GET", "/status.css", 200)]
    [InlineData("GET", "/status.json", 200)]
    [InlineData("GET", "/openapi", 200)]
    [InlineData("GET", "/health", 200)]
    [InlineData("GET", "/v1/rounds", 200)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("DELETE", "/v1/feed", 405)]
    [InlineData("GET", "/v1/rounds?id=1&id=2", 400)]
    public async Task S12_every_answer_carries_the_security_headers(string method, string path, int status)
    {
        var answer = await app.Client().SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        ((int)answer.StatusCode).ShouldBe(status);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.Contains("Server").ShouldBeFalse();
        answer.Headers.GetValues("X-Correlation-Id").Single().ShouldNotBeEmpty();
        if (!path.EndsWith(".css", StringComparison.Ordinal)) answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Theory]
    [InlineData("TRACE", "/v1/rounds")]
    [InlineData("TRACE", "/")]
    [InlineData("PUT", "/v1/feed")]
    [InlineData("DELETE", "/v1/rounds")]
    [InlineData("POST", "/v1/cohorts")]
    [InlineData("PATCH", "/v1/access/people")]
    public async Task A_method_that_the_route_does_not_have_is_refused(string method, string path)
    {
        var answer = await app.RawGet(path, method);

        answer.ShouldStartWith("HTTP/1.1 405");
        answer.ShouldContain("\"code\":\"method_not_allowed\"");
    }

    [Fact]
    public async Task Nobody_tunnels_through()
    {
        (await app.Raw($"CONNECT internal:5432 HTTP/1.1\r\nHost: internal:5432\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 405");
    }

    [Theory]
    [InlineData("//v1/rounds")]
    [InlineData("/v1//rounds")]
    [InlineData("/v1/rounds/../../internal/feed")]
    [InlineData("/v1/rounds/%2e%2e/%2e%2e/internal/feed")]
    [InlineData("/v1/rounds/%2E%2E/x")]
    [InlineData("/v1/rounds/.%2e/x")]
    [InlineData("/v1/rounds/./x")]
    [InlineData("/v1/rounds/%00")]
    [InlineData("/v1/rounds/a%0d%0aX-Tenant:%2040")]
    [InlineData("/v1/rounds/%c0%ae%c0%ae/x")]
    [InlineData("/v1/rounds/%e0%80%af")]
    [InlineData("/v1/rounds/%ff")]
    [InlineData("/v1%2frounds")]
    [InlineData("/v1/rounds%5cx")]
    [InlineData("/v1/rounds\\x")]
    [InlineData("/v1/rounds/%252e%252e/x")]
    [InlineData("/v1/rounds/%zz")]
    [InlineData("http://elsewhere.test/v1/rounds")]
    [InlineData("*")]
    public async Task An_odd_path_is_refused_and_never_another_route(string target)
    {
        var answer = await app.RawGet(target);

        answer.ShouldMatch("^HTTP/1.1 40[045]");   // Kestrel itself says 405 to `*`
        answer.ShouldNotContain("\"name\":\"echo\"");
    }

    [Theory]
    [InlineData("/v1/leads/1?purpose=a&purpose=b")]
    [InlineData("/v1/feed?after=1&AFTER=2")]
    public async Task A_repeated_query_parameter_is_refused(string target)
    {
        var answer = await app.Client().GetAsync(target);

        await answer.ShouldBeRefusedWith("parameter_repeated", 400);
    }

    [Fact]
    public async Task A_body_above_the_routes_limit_is_refused_whether_it_says_so_or_not()
    {
        using var declared = new HttpRequestMessage(HttpMethod.Post, "/v1/contacts") { Content = new ByteArrayContent(new byte[10_000_000]) };
        declared.Headers.ExpectContinue = true;
        await (await app.Client().SendAsync(declared)).ShouldBeRefusedWith("body_too_large", 413);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/v1/contacts") { Content = new StreamContent(new Endless(80_000)) };
        chunked.Headers.TransferEncodingChunked = true;
        await (await app.Client().SendAsync(chunked)).ShouldBeRefusedWith("body_too_large", 413);
    }

    [Fact]
    public async Task A_file_goes_where_files_are_taken()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/rounds/1/file") { Content = new StreamContent(new Endless(20_000_000)) };

        var seen = await Echoed(await app.Client().SendAsync(request));

        seen["length"]!.GetValue<int>().ShouldBe(20_000_000);
    }

    [Fact]
    public async Task A_body_that_drips_in_is_given_up_within_thirty_seconds()
    {
        var since = DateTime.UtcNow;
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(app.Address.Host, app.Address.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/contacts HTTP/1.1\r\nHost: {app.Address.Authority}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = reader.ReadLineAsync();
        while (!answer.IsCompleted && DateTime.UtcNow - since < TimeSpan.FromSeconds(40))
        {
            await stream.WriteAsync(new byte[] { (byte)' ' });
            await Task.WhenAny(answer, Task.Delay(1000));   // one byte a second is the fault under test
        }

        (await answer).ShouldBe("HTTP/1.1 408 Request Timeout");
        (DateTime.UtcNow - since).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private static async Task<JsonNode> Echoed(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!;
    }

    private sealed class Endless(int bytes) : Stream
    {
        private int left = bytes;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var now = Math.Min(count, left);
            left -= now;
            Array.Fill(buffer, (byte)'x', offset, now);
            return now;
        }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

public static class Answers
{
    public static async Task ShouldBeRefusedWith(this HttpResponseMessage answer, string code, int? status = null)
    {
        var text = await answer.Content.ReadAsStringAsync();
        if (status is { } expected) ((int)answer.StatusCode).ShouldBe(expected, text);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonNode.Parse(text)!;
        problem["code"]!.GetValue<string>().ShouldBe(code);
        problem["title"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        problem["detail"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
        problem["traceId"]!.GetValue<string>().ShouldNotBeNullOrEmpty();
    }
}
