using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

public interface IValueProvider
{
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

public interface IManifestExpressionProvider;

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
}

/// <summary>An endpoint, known by name before it has a port; its value is its URL.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider, IManifestExpressionProvider
{
    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    internal Endpoint Endpoint => ((Resource)Resource).Endpoint(EndpointName);

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => Property(EndpointProperty.Url).GetValueAsync(cancellationToken);
}

public sealed class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IValueProvider, IManifestExpressionProvider
{
    public EndpointReference Endpoint { get; } = endpointReference;

    public EndpointProperty Property { get; } = property;

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Property switch
    {
        EndpointProperty.Url => Endpoint.Endpoint.Urls.First(),
        EndpointProperty.Host => Endpoint.Endpoint.Host,
        EndpointProperty.Port => Endpoint.Endpoint.Ports[0].ToString(CultureInfo.InvariantCulture),
        EndpointProperty.Scheme => Endpoint.Endpoint.Scheme,
        _ => throw new NotSupportedException($"Endpoint property {Property}"),
    });
}

/// <summary>A text whose parts are known only when the resources run.</summary>
public sealed class ReferenceExpression : IValueProvider, IManifestExpressionProvider
{
    private readonly IReadOnlyList<object> parts;

    private ReferenceExpression(IReadOnlyList<object> parts) => this.parts = parts;

    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.Expression;

    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        foreach (var part in parts) text.Append(part is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : part);
        return text.ToString();
    }

    [InterpolatedStringHandler]
    public ref struct ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
    {
        private readonly List<object> parts = new(Math.Min(literalLength, 1) + (2 * formattedCount));

        internal readonly ReferenceExpression Expression => new(parts);

        public readonly void AppendLiteral(string value) => parts.Add(value);

        public readonly void AppendFormatted(string? value) => parts.Add(value ?? "");

        public readonly void AppendFormatted<T>(T valueProvider)
            where T : IValueProvider, IManifestExpressionProvider => parts.Add(valueProvider);

        public readonly void AppendFormatted<T>(IResourceBuilder<T> valueProvider)
            where T : IResource, IValueProvider, IManifestExpressionProvider => parts.Add(valueProvider.Resource);
    }
}
