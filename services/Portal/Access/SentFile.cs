using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CareerPlatform.Portal.Access;

/// <summary>The file of a form as it comes in, with the fields that stand before it; handed on as a stream, so that a page holds no file.</summary>
public sealed record SentFile(IReadOnlyDictionary<string, string> Fields, Stream Content)
{
    public static async Task<SentFile> Read(HttpContext http, CancellationToken ct)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;   // the gateway has the limit
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary) throw Missing();

        var reader = new MultipartReader(boundary, http.Request.Body);
        var fields = new Dictionary<string, string>();
        try
        {
            while (await reader.ReadNextSectionAsync(ct) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } part) continue;
                if (!part.IsFileDisposition()) fields[part.Name.Value?.Trim('"') ?? ""] = await new FormMultipartSection(section, part).GetValueAsync(ct);
                else if (part.FileName.Value is { } name && name.Trim('"').Length > 0) return new SentFile(fields, section.Body);
            }
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            // The form ends before its file does.
        }
        throw Missing();
    }

    private static RuleBroken Missing() => new("file_missing", "Chưa chọn tệp", "Choose a file first.", 422);
}
