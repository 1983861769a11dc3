using System.Reflection;
using System.Text.Json;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Contracts.Tests;

/// <summary>Publisher and consumers meet in the examples: each must read strictly and come back unchanged.</summary>
public sealed class ExampleTests
{
    private static readonly Assembly Contracts = typeof(Grade10AdmissionFinalized).Assembly;

    /// <summary>A message is a public record in a publisher's folder that no other message contains.</summary>
    public static IEnumerable<Type> Events() => Contracts.GetExportedTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.Namespace!.StartsWith("CareerPlatform.Contracts.", StringComparison.Ordinal))
        .Where(type => ResourceOf(type) is not null);

    public static TheoryData<string> EventNames() => [.. Events().Select(type => type.FullName!)];

    private static string? ResourceOf(Type type) =>
        Contracts.GetManifestResourceNames().SingleOrDefault(name => name.EndsWith($".{type.Namespace!.Split('.')[^1]}.{type.Name}.example.json", StringComparison.Ordinal));

    [Fact]
    public void Every_message_has_an_example()
    {
        var parts = Contracts.GetExportedTypes().SelectMany(type => type.GetProperties()).Select(property => property.PropertyType)
            .SelectMany(type => type.IsGenericType ? type.GetGenericArguments() : [type]).ToHashSet();

        Contracts.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.Namespace != "CareerPlatform.Contracts" && !parts.Contains(type))
            .Where(type => ResourceOf(type) is null)
            .ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void An_example_reads_strictly_and_comes_back_unchanged(string name)
    {
        var type = Contracts.GetType(name)!;
        using var stream = Contracts.GetManifestResourceStream(ResourceOf(type)!)!;
        using var example = JsonDocument.Parse(stream);

        var message = example.Deserialize(type, StrictJson.Options);

        var again = JsonSerializer.SerializeToElement(message, type, StrictJson.Options);
        JsonElement.DeepEquals(WithoutNulls(again), WithoutNulls(example.RootElement)).ShouldBeTrue($"{name} came back as {again}");
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void A_message_without_a_required_member_is_refused(string name)
    {
        var type = Contracts.GetType(name)!;

        Should.Throw<JsonException>(() => JsonSerializer.Deserialize("{}", type, StrictJson.Options));
    }

    [Theory]
    [MemberData(nameof(EventNames))]
    public void A_message_carries_no_personal_data_in_clear(string name)
    {
        string[] personal = ["name", "phone", "address", "guardian", "birth", "email", "citizen", "score"];
        var members = MembersOf(Contracts.GetType(name)!, []).Where(member => !Allowed(member)).ToList();

        members.Where(member => personal.Any(word => member.Name.Contains(word, StringComparison.OrdinalIgnoreCase))).ShouldBeEmpty();

        // The name of an area and the fact that a guardian agreed say nothing about a person.
        static bool Allowed(PropertyInfo member) => member is { Name: "Name", DeclaringType.Name: "ListedArea" } or { Name: "GuardianAgreed" };
    }

    [Fact]
    public void Required_members_are_init_only_and_records_are_sealed()
    {
        foreach (var type in Events())
        {
            type.IsSealed.ShouldBeTrue(type.Name);
            foreach (var property in type.GetProperties().Where(property => property.CanWrite))
            {
                property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().ShouldContain(typeof(System.Runtime.CompilerServices.IsExternalInit), $"{type.Name}.{property.Name}");
            }
        }
    }

    private static IEnumerable<PropertyInfo> MembersOf(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type)) yield break;
        foreach (var property in type.GetProperties().Where(property => property.Name != "EqualityContract"))
        {
            yield return property;
            var inner = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            if (inner.Assembly != Contracts) continue;
            foreach (var member in MembersOf(inner, seen)) yield return member;
        }
    }

    private static JsonElement WithoutNulls(JsonElement element) => JsonSerializer.SerializeToElement(element.ValueKind switch
    {
        JsonValueKind.Object => (object)element.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null)
            .OrderBy(member => member.Name, StringComparer.Ordinal).ToDictionary(member => member.Name, member => WithoutNulls(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(WithoutNulls).ToList(),
        _ => element,
    });
}
