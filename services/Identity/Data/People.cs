using CareerPlatform.Contracts;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;
using Npgsql;

namespace CareerPlatform.Identity.Data;

/// <summary>Enters people and their roles within a unit of work.</summary>
public static class People
{
    public static async Task<Guid> Enter(this Work work, string username, Guid organisation, IReadOnlyCollection<string> roles, string password, string by, DateTimeOffset now)
    {
        var person = Guid.CreateVersion7(now);
        try
        {
            await work.Execute(
                "insert into person (person_id, tenant_id, organisation_id, username, password_hash, created_at) values (@person, @Tenant, @organisation, @username, @Hash, @now)",
                new { person, work.Tenant, organisation, username, Hash = Password.Hash(password), now });
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new RuleBroken("username_taken", "Tên đăng nhập đã được dùng", "Somebody else has this username.");
        }
        work.Append("person", StreamIds.Of("person", person), new PersonRegistered { PersonId = person, Organisation = organisation, By = by });
        foreach (var role in roles.Distinct()) await work.Grant(person, organisation, role, by, now);
        return person;
    }

    public static async Task Grant(this Work work, Guid person, Guid organisation, string role, string by, DateTimeOffset now)
    {
        var granted = await work.Execute(
            """
            insert into role_grant (tenant_id, person_id, organisation_id, role, granted_by, granted_at) values (@Tenant, @person, @organisation, @role, @by, @now)
            on conflict do nothing
            """, new { work.Tenant, person, organisation, role, by, now });
        if (granted > 0) work.Append("person", StreamIds.Of("person", person), new RoleGranted { PersonId = person, Organisation = organisation, Role = role, By = by });
    }
}
