using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CareerPlatform.Portal.Tests;

/// <summary>Whatever somebody writes into an address is answered in words, and an empty filter is no filter.</summary>
public sealed class AddressTests(PortalApp app) : IClassFixture<PortalApp>
{
    private static readonly string[] Wrong =
        ["x", "-1", "0", "1999", "2147483647", "-2147483648", "99999999999999999999", "1.5", "%00", "%22%3E%3Cb%3E", "%F0%9F%99%82", "00000000-0000-0000-0000-000000000000", new('9', 600), new('a', 600)];

    /// <summary>Every page with what may stand in its address behind the question mark.</summary>
    private IReadOnlyList<(string Path, IReadOnlyList<string> Parameters)> Pages() =>
    [
        .. app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true && endpoint.RoutePattern.RawText!.StartsWith("/portal", StringComparison.Ordinal))
            .Select(endpoint => (Path: Fill(endpoint), Parameters: endpoint.Metadata.GetMetadata<MethodInfo>()!.GetParameters()
                .Where(parameter => IsWritten(parameter.ParameterType) && endpoint.RoutePattern.GetParameter(parameter.Name!) is null).Select(parameter => parameter.Name!).ToList() as IReadOnlyList<string>))
            .Where(page => page.Parameters.Count > 0),
    ];

    [Fact]
    public async Task An_empty_filter_is_no_filter_on_every_page()
    {
        using var browser = app.As(PortalApp.EveryRole);
        var pages = Pages();
        pages.Sum(page => page.Parameters.Count).ShouldBeGreaterThan(50);
        List<string> wrong = [];
        foreach (var (path, parameters) in pages)
        {
            var plain = (await browser.GetAsync(path)).StatusCode;
            if (plain >= HttpStatusCode.InternalServerError) wrong.Add($"{path}: {plain}");
            foreach (var query in parameters.Select(name => $"{name}=").Append(string.Join('&', parameters.Select(name => $"{name}="))).Append($"{parameters[0]}=%20"))
            {
                var answer = (await browser.GetAsync($"{path}?{query}")).StatusCode;
                if (answer != plain) wrong.Add($"{path}?{query}: {answer}, without it {plain}");
            }
        }
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_or_endless_value_is_refused_in_words_or_left_aside_on_every_page()
    {
        using var browser = app.As(PortalApp.EveryRole);
        List<string> wrong = [];
        foreach (var (path, parameters) in Pages())
        {
            foreach (var (name, value) in parameters.SelectMany(_ => Wrong, (name, value) => (name, value)))
            {
                using var answer = await browser.GetAsync($"{path}?{name}={value}");
                if (answer.StatusCode >= HttpStatusCode.InternalServerError) wrong.Add($"{path}?{name}={value[..Math.Min(20, value.Length)]}: {answer.StatusCode}");
                if (answer.StatusCode == HttpStatusCode.BadRequest && !(await answer.Content.ReadAsStringAsync()).Contains("<h1>", StringComparison.Ordinal)) wrong.Add($"{path}?{name}={value[..Math.Min(20, value.Length)]}: no page");
            }
        }
        wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("year=abc")]
    [InlineData("year=1800")]
    public async Task What_was_wrong_is_said_in_words(string query)
    {
        using var browser = app.As("officer");

        var answer = await browser.GetAsync($"/portal/season?{query}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).ShouldContain("không hợp lệ");
    }

    [Fact]
    public async Task An_act_that_is_no_form_or_a_broken_one_is_refused_in_words()
    {
        using var browser = app.As(PortalApp.EveryRole);
        var id = Guid.NewGuid();

        (await browser.PostAsync($"/portal/tasks/{id}", JsonContent("{}"))).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await browser.PostAsync($"/portal/rounds/{id}/review", new FormUrlEncodedContent([new("row-x", "nobody")]))).StatusCode.ShouldBe(HttpStatusCode.NotFound, "a row that is none is no decision");
        var cut = new StringContent("--b\r\nContent-Disposition: form-data; name=\"year\"\r\n\r\n2026", System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b"));
        (await browser.PostAsync("/portal/pupils/wishes", cut)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);

        static StringContent JsonContent(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
    }

    /// <summary>What a person may write: text, numbers, ids, yes or no; the rest is given by the program.</summary>
    private static bool IsWritten(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? IsWritten(inner) : type == typeof(string) || type == typeof(Guid) || type.IsPrimitive;

    private static string Fill(RouteEndpoint endpoint) =>
        string.Concat(endpoint.RoutePattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => parameter.ParameterPolicies.Count > 0 ? $"{Guid.NewGuid()}" : "enrolment_after_lower_secondary",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            _ => "",
        }))));
}
