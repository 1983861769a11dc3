using System.Net.Http.Headers;

namespace CareerPlatform.Portal.Access;

/// <summary>A file of another service, handed on to the visitor as it comes in, or why there is none.</summary>
public static class Files
{
    public static async Task<IResult> HandOn(string address, HttpContext http, Api api, CancellationToken ct)
    {
        using var answer = await api.Ask(HttpMethod.Get, address, null, null, ct);
        if (!answer.IsSuccessStatusCode) throw (await Api.ProblemOf(answer, ct)).Broken;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        http.Response.ContentLength = answer.Content.Headers.ContentLength;
        var disposition = answer.Content.Headers.ContentDisposition ?? new ContentDispositionHeaderValue("attachment");
        http.Response.Headers.ContentDisposition = disposition.ToString();
        await answer.Content.CopyToAsync(http.Response.Body, ct);
        return Results.Empty;
    }
}
