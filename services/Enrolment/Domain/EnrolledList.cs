using CareerPlatform.Import;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>One line of an institution's own enrolled list, or what of it cannot be read.</summary>
/// <param name="Row">Row of the file.</param>
/// <param name="Ids">Pupils that the ids in the row may mean, by every id it carries; empty without an id.</param>
/// <param name="Name">As written.</param>
/// <param name="BirthDate">Null when the list has none.</param>
/// <param name="Phones">Every number in the row, E.164.</param>
/// <param name="OtherProvince">The row states another province.</param>
/// <param name="Faults">Code and column, when the row cannot be read; `duplicate_row` when it repeats another, `duplicate_conflict` when it has its id and says otherwise.</param>
/// <param name="PhoneAsId">What stands in the column of ministry ids reads as a telephone number.</param>
public sealed record ListedStudent(int Row, IReadOnlyList<Guid> Ids, string? Name, DateOnly? BirthDate, IReadOnlyList<string> Phones, bool OtherProvince, string? Faults = null, bool PhoneAsId = false);

/// <summary>A lead the institution has or had this season, with its contact in clear.</summary>
public sealed record OwnLead(Guid LeadId, Guid Pupil, string Name, DateOnly? BirthDate, string? Phone);

/// <summary>What is known of the pupils a list may mean.</summary>
/// <param name="Leads">The institution's own leads.</param>
/// <param name="Cohort">Graduates of this season's year, and candidates.</param>
/// <param name="OnRoll">Pupils on this institution's roll.</param>
/// <param name="OnOtherRoll">Pupils on another institution's roll.</param>
public sealed record KnownPupils(IReadOnlyList<OwnLead> Leads, IReadOnlySet<Guid> Cohort, IReadOnlySet<Guid> OnRoll, IReadOnlySet<Guid> OnOtherRoll);

/// <summary>What the comparison says about one row.</summary>
public sealed record ListVerdict(int Row, string Verdict, string? Detail = null, Guid? Lead = null, Guid? Pupil = null);

/// <summary>Compares an institution's own enrolled list with leads, cohort and rolls: one verdict per row, whatever order the rows come in.</summary>
/// <remarks>
/// Who is whose row: by id; else by name, birth date and number together, among the institution's own leads only. Name and birth date alone decide nothing (`uncertain`): two
/// people share them in a real file.
/// </remarks>
public static class EnrolledList
{
    public static readonly string[] Verdicts =
        ["confirmed", "lead_not_confirmed", "cohort_without_lead", "enrolled_elsewhere", "duplicate", "uncertain", "out_of_province", "unknown", "unreadable"];

    /// <summary>A telephone number stands where the ministry's id belongs.</summary>
    public const string PhoneInIdColumn = "phone_in_id_column: Mã định danh";

    public static IReadOnlyList<ListVerdict> Judge(IEnumerable<ListedStudent> rows, KnownPupils known)
    {
        var leads = known.Leads.ToDictionary(lead => lead.Pupil);
        var named = known.Leads.Where(lead => lead.BirthDate is not null).ToLookup(lead => (NameKey.Of(lead.Name), lead.BirthDate!.Value));
        var first = new Dictionary<Guid, int>();
        return [.. rows.OrderBy(row => row.Row).Select(Judge)];

        ListVerdict Judge(ListedStudent row)
        {
            if (row.Faults is not null) return new(row.Row, row.Faults.StartsWith("duplicate_", StringComparison.Ordinal) ? "duplicate" : "unreadable", row.Faults);

            // Some ids look like numbers of telephones: one that names a pupil who is known is an id.
            if (row.PhoneAsId && !row.Ids.Any(IsKnown)) return new(row.Row, "unreadable", PhoneInIdColumn);

            var alike = row is { Name: { } name, BirthDate: { } birth } ? named[(NameKey.Of(name), birth)].ToList() : [];
            var sure = alike.Where(lead => lead.Phone is not null && row.Phones.Contains(lead.Phone)).ToList();
            Guid? pupil = row.Ids.Where(IsKnown).Select(id => (Guid?)id).FirstOrDefault() ?? (sure.Count == 1 ? sure[0].Pupil : null);
            if (pupil is { } or && !first.TryAdd(or, row.Row)) return new(row.Row, "duplicate", $"row {first[or]}", Pupil: or);
            if (pupil is null && row.Ids.Count > 0 && !first.TryAdd(row.Ids[0], row.Row)) return new(row.Row, "duplicate", $"row {first[row.Ids[0]]}");
            if (pupil is null) return new(row.Row, alike.Count > 0 ? "uncertain" : row.OtherProvince ? "out_of_province" : "unknown");

            var lead = leads.GetValueOrDefault(pupil.Value)?.LeadId;
            var verdict = known.OnRoll.Contains(pupil.Value) ? "confirmed"
                : known.OnOtherRoll.Contains(pupil.Value) ? "enrolled_elsewhere"
                : lead is not null ? "lead_not_confirmed"
                : "cohort_without_lead";
            return new(row.Row, verdict, null, lead, pupil);
        }

        bool IsKnown(Guid pupil) => leads.ContainsKey(pupil) || known.Cohort.Contains(pupil) || known.OnRoll.Contains(pupil) || known.OnOtherRoll.Contains(pupil);
    }
}
