using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace CareerPlatform.Portal.Access;

/// <summary>Style sheets and scripts, from the program itself, under a name that changes with their content: kept by browsers for a year, sent compressed.</summary>
public static class AssetFiles
{
    public const string Folder = "/portal/assets/";

    private static readonly FrozenDictionary<string, Asset> All = typeof(AssetFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith("assets/", StringComparison.Ordinal)).Select(name => new Asset(name["assets/".Length..])).ToFrozenDictionary(asset => asset.Name);

    private static readonly FrozenDictionary<string, Asset> ByAddress = All.Values.ToFrozenDictionary(asset => asset.Address);

    /// <summary>Where the browser finds it.</summary>
    public static string Of(string name) => All[name].Address;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Folder + "{hash}/{name}", Handle).AllowAnonymous();
        routes.MapGet("/favicon.ico", () => TypedResults.Bytes(All["icon.svg"].Bytes, "image/svg+xml")).AllowAnonymous();   // of pages that are not the portal's
    }

    public static async Task Handle(HttpContext http, CancellationToken ct)
    {
        if (!ByAddress.TryGetValue(http.Request.Path.Value!, out var asset))
        {
            http.Response.StatusCode = 404;
            return;
        }
        var headers = http.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        headers.ContentType = Path.GetExtension(asset.Name) switch { ".css" => "text/css; charset=utf-8", ".js" => "text/javascript; charset=utf-8", _ => "image/svg+xml" };
        var brotli = http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (brotli) headers.ContentEncoding = "br";
        var bytes = brotli ? asset.Brotli.Value : asset.Bytes;
        headers.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, ct);
    }

    private sealed class Asset
    {
        public Asset(string name)
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"assets/{name}")!;
            Bytes = new byte[stream.Length];
            stream.ReadExactly(Bytes);
            Name = name;
            Address = $"{Folder}{Convert.ToHexStringLower(SHA256.HashData(Bytes)[..6])}/{name}";
            Brotli = new(Compress);
        }

        public string Name { get; }
        public string Address { get; }
        public byte[] Bytes { get; }
        public Lazy<byte[]> Brotli { get; }

        private byte[] Compress()
        {
            var box = new byte[BrotliEncoder.GetMaxCompressedLength(Bytes.Length)];
            return BrotliEncoder.TryCompress(Bytes, box, out var length, quality: 9, window: 22) ? box[..length] : throw new InvalidOperationException(Name);
        }
    }
}
