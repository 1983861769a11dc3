using System.Reflection;
using System.Text;
using CareerPlatform.Contracts.Schools;
using CareerPlatform.Testing;

namespace CareerPlatform.Contracts.Tests;

/// <summary>The published shapes, as approved text: a change shows up in review, and only additions pass the five rules.</summary>
public sealed class ApprovedContractsTests
{
    [Fact]
    public void The_contracts_are_those_that_were_approved()
    {
        var file = Path.Combine(SharedData.Repository, "tests/Contracts.Tests/contracts.approved.txt");
        var actual = Describe(typeof(Grade10AdmissionFinalized).Assembly);
        if (Environment.GetEnvironmentVariable("APPROVE") == "1") File.WriteAllText(file, actual);

        File.ReadAllText(file).ShouldBe(actual, "Contracts changed. If the change follows the five rules of services/Contracts/README.md, run `APPROVE=1 ./test Contracts` and commit the file.");
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        var nullability = new NullabilityInfoContext();
        foreach (var type in assembly.GetExportedTypes().Where(type => type.Namespace != "CareerPlatform.Contracts").OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(type.FullName).Append('\n');
            foreach (var property in type.GetProperties().OrderBy(property => property.Name, StringComparer.Ordinal))
            {
                var required = property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is null ? "optional" : "required";
                var isNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null || nullability.Create(property).ReadState == NullabilityState.Nullable;
                text.Append("  ").Append(required).Append(' ').Append(NameOf(property.PropertyType)).Append(isNullable ? "? " : " ").Append(property.Name).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string NameOf(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? NameOf(inner)
        : type.IsGenericType ? $"list of {NameOf(type.GetGenericArguments()[0])}"
        : type.Name;
}
