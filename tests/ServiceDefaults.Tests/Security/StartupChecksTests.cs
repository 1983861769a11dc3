using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace CareerPlatform.ServiceDefaults.Tests.Security;

public sealed class StartupChecksTests
{
    private static void Start(string environment, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults("sample");
    }

    [Theory]
    [InlineData("ConnectionStrings:messaging", "amqp://guest:guest@localhost:5672")]
    [InlineData("ConnectionStrings:messaging", "amqp://mq:5672")]
    [InlineData("ConnectionStrings:messaging", "amqp://careerplatform@mq:5672")]
    [InlineData("ConnectionStrings:messaging", "amqp://careerplatform:%67uest@mq:5672")]
    [InlineData("ConnectionStrings:schoolsdb", "Host=db;Username=postgres;Password=postgres")]
    [InlineData("ConnectionStrings:schoolsdb", "Host=db;Username=postgres;Pwd=postgres")]
    [InlineData("ConnectionStrings:schoolsdb", "Host=db;Username=postgres;Password='postgres'")]
    [InlineData("ConnectionStrings:schoolsdb", "Host=db;Username=schools_app")]
    [InlineData("ConnectionStrings:schoolsdb", "not a connection string")]
    [InlineData("Database:AppPassword", "postgres")]
    [InlineData("Database:AppPassword", " ")]
    [InlineData("ServiceClient:Secret", "changeme")]
    [InlineData("Contact:SealKey", "c2hvcnQ=")]
    public void A_well_known_secret_is_refused_outside_development(string key, string value)
    {
        var refusal = Should.Throw<InvalidOperationException>(() => Start("Production", (key, value)));

        refusal.Message.ShouldContain(key.Replace(":", "__", StringComparison.Ordinal));
        if (value.Trim().Length > 0) refusal.Message.ShouldNotContain(value);
        Should.NotThrow(() => Start("Development", (key, value)));
    }

    [Fact]
    public void Secrets_of_ones_own_are_accepted()
    {
        Should.NotThrow(() => Start("Production",
            ("ConnectionStrings:messaging", "amqp://careerplatform:kV7hX2pQ9sLm4TzR8wYd@mq:5672"),
            ("ConnectionStrings:schoolsdb", "Host=db;Username=schools_app;Password=kV7hX2pQ9sLm4TzR8wYd"),
            ("ConnectionStrings:targetsdb", "Server=db;User Id=targets_app;Pwd=\"kV7hX2pQ9s;m4TzR8wYd\""),
            ("Database:AppPassword", "kV7hX2pQ9sLm4TzR8wYd")));
    }
}
