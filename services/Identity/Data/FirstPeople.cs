using System.Text.Json;
using CareerPlatform.Contracts;
using CareerPlatform.Identity.Domain;
using CareerPlatform.Identity.Features.Clients;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Data;

/// <summary>Who exists before anybody can be granted anything: the configured first operator; in Development the demo province's people, one per role.</summary>
/// <remarks>Demo passwords are random, made at the first start, and written only to `Identity__DemoUsersFile` (mode 0600).</remarks>
public sealed class FirstPeople(Database db, IConfiguration configuration, TimeProvider clock, ILogger<FirstPeople> log)
{
    public const string DemoProvince = "97";
    public const string DemoClient = "careerctl";
    private const string DemoSchool = "97150000";

    private static readonly (string Role, string Organisation)[] DemoRoles =
    [
        (Policies.Officer, "department"), (Policies.Approver, "department"), (Policies.AreaOffice, "area_office"), (Policies.School, "school"), (Policies.Institution, "institution"),
        (Policies.Inspector, "department"), (Policies.Leader, "department"), (Policies.Operator, "operator"),
    ];

    public sealed record User(string Role, string Username, string Password);

    public sealed record ApiClient(string Role, string ClientId, string Secret);

    public sealed record DemoFile(IReadOnlyList<User> Users, IReadOnlyList<ApiClient> Clients);

    /// <summary>Refuses a demo file outside Development, and a first operator with a weak password.</summary>
    public static void Verify(IConfiguration configuration, IHostEnvironment environment)
    {
        if (configuration["Identity:DemoUsersFile"] is { Length: > 0 } && !environment.IsDevelopment())
        {
            throw new InvalidOperationException("Identity__DemoUsersFile is set outside Development. Demo people exist only in Development.");
        }
        var first = configuration.GetSection("Identity:FirstOperator");
        if (first.Exists() && (first["Province"] is null || first["Username"] is null || first["Password"] is not { Length: >= 12 }))
        {
            throw new InvalidOperationException("Identity__FirstOperator needs __Province, __Username and a __Password of at least 12 characters.");
        }
        if (!environment.IsDevelopment() && !configuration["Identity:Issuer"]!.StartsWith("https://", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("Identity__Issuer must be an https address outside Development.");
        }
    }

    /// <summary>Enters whoever is missing. Any number of replicas may call it together.</summary>
    public async Task Enter(CancellationToken ct)
    {
        var first = configuration.GetSection("Identity:FirstOperator");
        if (first["Username"] is { } username)
        {
            await using var work = await Begin(first["Province"]!, ct);
            if (await work.Single<Guid?>("select person_id from person where organisation_id = @Operator limit 1", new { Operator = Id(work.Tenant, "operator") }) is null)
            {
                await EnterOrganisations(work);
                await work.Enter(Named.Username(username), Id(work.Tenant, "operator"), [Policies.Operator], first["Password"]!, "system", clock.GetUtcNow());
                await work.Commit();
                log.LogInformation("The first operator was entered; remove Identity__FirstOperator__Password from the configuration now");
            }
        }
        if (configuration["Identity:DemoUsersFile"] is { Length: > 0 } file) await EnterDemo(file, ct);
    }

    private async Task EnterDemo(string file, CancellationToken ct)
    {
        await using var work = await Begin(DemoProvince, ct);
        await EnterOrganisations(work);
        await EnterOrganisation(work, "area_office", Organisation.AreaOffice, "UBND cấp xã (mẫu)", "department");
        await EnterOrganisation(work, "school", Organisation.School, "Trường THCS (mẫu)", "area_office");
        await EnterOrganisation(work, "institution", Organisation.Institution, "Cơ sở GDNN (mẫu)", "department");   // the demo province's first one, once loaded

        var known = await StillGood(work, Read(file));
        var users = new List<User>();
        foreach (var (role, organisation) in DemoRoles) users.Add(new(role, $"{role}.{DemoProvince}", await EnterDemoPerson(work, role, organisation, known)));
        var secret = await EnterDemoClient(work, known);
        Write(file, new DemoFile(users, [new(Policies.Operator, DemoClient, secret)]));
        await work.Commit();
    }

    /// <summary>The file, when it is of this database: its passwords were written together, so one that matches speaks for all.</summary>
    private static async Task<DemoFile?> StillGood(Work work, DemoFile? file)
    {
        if (file is null || DemoRoles.Any(demo => file.Users.All(user => user.Role != demo.Role))) return null;
        var one = file.Users[0];
        return Password.Matches(await work.Single<string>("select password_hash from person where username = @Username", new { one.Username }), one.Password) ? file : null;
    }

    private async Task<string> EnterDemoPerson(Work work, string role, string organisation, DemoFile? known)
    {
        var username = $"{role}.{DemoProvince}";
        var exists = await work.Single<bool>("select exists (select 1 from person where username = @username)", new { username });
        if (exists && known is not null) return known.Users.First(user => user.Role == role).Password;

        var password = Password.New();
        if (!exists) await work.Enter(username, Id(work.Tenant, organisation), [role], password, "system", clock.GetUtcNow());
        else await work.Execute("update person set password_hash = @Hash where username = @username", new { username, Hash = Password.Hash(password) });
        return password;
    }

    private async Task<string> EnterDemoClient(Work work, DemoFile? known)
    {
        var written = known?.Clients.FirstOrDefault(client => client.ClientId == DemoClient)?.Secret;
        var exists = await work.Single<bool>("select exists (select 1 from client where client_id = @DemoClient)", new { DemoClient });
        if (!exists) return (await work.Enter(DemoClient, Id(work.Tenant, "operator"), Policies.Operator, "careerctl", [], null, "system", clock.GetUtcNow()))!;
        if (written is not null && Secret.IsOneOf(written, await work.Query<byte[]>("select hash from client_secret where client_id = @DemoClient and expires_at is null", new { DemoClient }))) return written;

        await work.Execute("update client_secret set expires_at = @Now where client_id = @DemoClient", new { DemoClient, Now = clock.GetUtcNow() });
        return await work.AddSecret(DemoClient, clock.GetUtcNow());
    }

    private static async Task EnterOrganisations(Work work)
    {
        await EnterOrganisation(work, "operator", Organisation.Operator, "Đơn vị vận hành nền tảng", null);
        await EnterOrganisation(work, "department", Organisation.Department, "Sở Giáo dục và Đào tạo", "operator");
    }

    private static async Task EnterOrganisation(Work work, string what, string kind, string name, string? parent)
    {
        if (await work.Find(Id(work.Tenant, what)) is not null) return;
        await work.Enter(Id(work.Tenant, what), kind, name, parent is null ? null : Id(work.Tenant, parent), "system");
    }

    /// <summary>The province's operator and department, and the demo's area office, school and institution, have names instead of random ids.</summary>
    /// <remarks>The school is one of the demo province's, by the id that the register of schools gives it.</remarks>
    public static Guid Id(string province, string what) => what == "school" ? StreamIds.Of("school", province, DemoSchool) : StreamIds.Of("organisation", province, what);

    private async Task<Work> Begin(string province, CancellationToken ct)
    {
        var work = await db.Begin(province, ct);
        await work.Execute("select pg_advisory_xact_lock(hashtext('first_people'))");
        return work;
    }

    private static DemoFile? Read(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<DemoFile>(File.ReadAllText(file), JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;   // half written by a process that died; written anew
        }
    }

    private static void Write(string file, DemoFile content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        var fresh = $"{file}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(fresh, options))
        {
            JsonSerializer.Serialize(stream, content, new JsonSerializerOptions(JsonSerializerOptions.Web) { WriteIndented = true });
        }
        File.Move(fresh, file, overwrite: true);
    }
}

/// <summary>Enters the first people as soon as the database is there; the service is not healthy before.</summary>
public sealed class EnterFirstPeople(FirstPeople people, SigningKeys keys, ILogger<EnterFirstPeople> log) : BackgroundService, Microsoft.Extensions.Diagnostics.HealthChecks.IHealthCheck
{
    private volatile bool entered;

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        while (!entered)
        {
            try
            {
                await keys.KeepFresh(ct);
                await people.Enter(ct);
                entered = true;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                log.LogWarning("The first people could not be entered yet: {Exception} at {Place}", exception.GetType().Name, exception.StackTrace);
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
            }
        }
    }

    public Task<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult> CheckHealthAsync(
        Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckContext context, CancellationToken ct = default) =>
        Task.FromResult(entered ? new(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy) : Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckResult.Unhealthy("not ready"));
}
