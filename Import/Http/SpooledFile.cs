using System.Security.Cryptography;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CareerPlatform.Import;

/// <summary>An uploaded file on disk while it is read: hashed on the way in, seekable, gone when disposed. Its name is never looked at.</summary>
public sealed class SpooledFile : IAsyncDisposable
{
    /// <summary>Largest file accepted; a results file of two million rows is about 400 MiB.</summary>
    public const long MaxBytes = 512L << 20;

    SpooledFile(FileStream content, byte[] sha256) => (Content, Sha256) = (content, sha256);

    public FileStream Content { get; }

    public byte[] Sha256 { get; }

    public long Length => Content.Length;

    /// <summary>Takes the request's body, or the first file of a multipart form, to a temporary file.</summary>
    public static async Task<SpooledFile> Take(HttpRequest request, CancellationToken ct, long maxBytes = MaxBytes)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = maxBytes;
        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);

        var body = await Part(request, ct);
        var path = Path.Combine(Path.GetTempPath(), $"careerplatform-{Guid.CreateVersion7():N}.upload");
        var content = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 1 << 16,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 16];
            int read;
            while ((read = await body.ReadAsync(buffer, ct)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await content.WriteAsync(buffer.AsMemory(0, read), ct);
                if (content.Length > maxBytes) throw TooLarge(maxBytes);
            }
            content.Position = 0;
            return new SpooledFile(content, hash.GetHashAndReset());
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    static async Task<Stream> Part(HttpRequest request, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)) return request.Body;

        var reader = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), request.Body);
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (section.GetContentDispositionHeader()?.IsFileDisposition() == true) return section.Body;
        }
        throw new RuleBroken("file_empty", "Không có tệp nào", "The form holds no file.", 422);
    }

    static RuleBroken TooLarge(long maxBytes) => new("body_too_large", "Tệp quá lớn", $"A file may hold {maxBytes >> 20} MiB.", StatusCodes.Status413PayloadTooLarge);

    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
