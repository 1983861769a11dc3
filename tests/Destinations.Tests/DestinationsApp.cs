using CareerPlatform.Destinations.Features.Graduates;
using CareerPlatform.Testing;

[assembly: AssemblyFixture(typeof(CareerPlatform.Destinations.Tests.DestinationsApp))]

namespace CareerPlatform.Destinations.Tests;

/// <summary>The service with a database of its own, shared by all tests; each test plays in a province of its own.</summary>
public sealed class DestinationsApp() : ServiceApp<Standings>("destinations");

/// <summary>A test in a province of its own.</summary>
public abstract class InProvince(DestinationsApp app)
{
    private static int last = 100;

    protected DestinationsApp App { get; } = app;

    protected string Province { get; } = Interlocked.Increment(ref last).ToString(System.Globalization.CultureInfo.InvariantCulture);

    protected HttpClient As(string role, Guid? organisation = null, string subject = "person-of-the-test") => App.As(role, Province, organisation, subject);

    protected Task Hear<TFact>(string producer, TFact fact) where TFact : class => App.Hear(producer, fact, tenant: Province);

    protected Task<IReadOnlyList<T>> Facts<T>() => App.Facts<T>(Province);

    /// <summary>Rows of this test's province: the statement says `@Province`.</summary>
    protected Task<IReadOnlyList<T>> Rows<T>(string sql, Guid? id = null) => App.Rows<T>(sql, new { Province, id });
}
