using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Destinations.Features.Graduates;

/// <summary>Who may see and say what about graduates: staff about all of their province, a school about its own, leaders figures only.</summary>
internal static class Access
{
    internal static bool IsStaff(this Person person) => person.Roles.Overlaps([Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector]);

    /// <summary>May the caller see a person who was recognised by one of these schools?</summary>
    internal static bool MaySee(this Person person, IEnumerable<Guid> schools) =>
        person.IsStaff() || (person.Is(Policies.School) && person.Organisation is { } own && schools.Contains(own));

    /// <summary>May the caller see the figures of this school?</summary>
    internal static bool MaySeeFiguresOf(this Person person, Guid school) => person.Is(Policies.Leader) || person.MaySee([school]);

    /// <summary>An inspector looks and does not write.</summary>
    internal static bool MayReportOn(this Person person, IEnumerable<Guid> schools) =>
        person.MaySee(schools) && (!person.Is(Policies.Inspector) || person.Roles.Overlaps([Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.School]));

    internal static RuleBroken Forbidden { get; } = new("forbidden", "Không có quyền thực hiện", "The caller's role does not allow this.", 403);

    /// <summary>The role under which a person reports a fact.</summary>
    internal static string ReportsAs(this Person person) =>
        new[] { Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.School }.FirstOrDefault(person.Is) ?? Policies.Inspector;

    /// <summary>The schools that recognised this person; empty where the person is no graduate here.</summary>
    internal static Task<IReadOnlyList<Guid>> Schools(Work work, Guid pupil) =>
        work.Query<Guid>("select school from graduates where tenant_id = @Tenant and pupil_id = @pupil", new { work.Tenant, pupil });
}
