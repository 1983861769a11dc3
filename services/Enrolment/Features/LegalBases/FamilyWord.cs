using CareerPlatform.Enrolment.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.LegalBases;

/// <summary>What a family says now about being contacted.</summary>
/// <remarks>
/// Objected: they withdrew or objected, as opposed to never having agreed; a statutory basis does not hold against it. Relay: they agreed to be contacted through the platform only (mode B).
/// </remarks>
public sealed record FamilySays(
    Guid Pupil, string Purpose, string Scope, Guid[] Institutions, bool ChildAgreed, bool GuardianAgreed, string TextVersion, string Evidence, bool Objected, DateTimeOffset At, bool Relay = false)
{
    /// <summary>
    /// Silence is not consent: both the child and the representative must have agreed (Law 91/2025/QH15, Art. 24), to all institutions or to chosen ones; and how they were verified and to which text is on record (P2).
    /// </summary>
    public bool Agreed => ChildAgreed && GuardianAgreed && !string.IsNullOrWhiteSpace(Evidence) && !string.IsNullOrWhiteSpace(TextVersion) && (Scope == "all" || (Scope == "chosen" && Institutions.Length > 0));

    /// <summary>A family that objects: from then on there is no basis of any mode.</summary>
    public static FamilySays Objects(Guid pupil, string evidence, DateTimeOffset at) => new(pupil, DataScope.VocationalGuidance, "none", [], false, false, "", evidence, true, at);
}

/// <summary>Keeps the last word of every family and the legal basis that follows from it; earlier bases stay on record, ended.</summary>
public static class FamilyWord
{
    /// <summary>Notes what families say; returns those for whom it is the newest word, with the basis ended and, where they agree, a new one in force.</summary>
    /// <remarks>Withdrawals, and agreements after one, are written to the ledger too, so that a restored backup does not forget them.</remarks>
    public static async Task<IReadOnlyList<FamilySays>> NoteFamilies(this Work work, int schoolYear, IReadOnlyCollection<FamilySays> families, WithdrawalLedger? ledger = null)
    {
        if (families.Count == 0) return [];
        var rows = families.GroupBy(family => (family.Pupil, family.Purpose)).Select(word => word.MaxBy(family => family.At)!).OrderBy(family => family.Pupil).ToList();
        var before = (await work.Query<Guid>("select pupil_id from consent where tenant_id = @Tenant and school_year = @Year and pupil_id = any (@Pupils) and objected",
            new { work.Tenant, Year = schoolYear, Pupils = rows.Select(row => row.Pupil).ToArray() })).ToHashSet();
        var noted = await work.Query<(Guid Pupil, string Purpose, bool Objected)>(
            """
            insert into consent as c (tenant_id, school_year, pupil_id, purpose, scope, objected, at)
            select @Tenant, @Year, s.pupil_id, s.purpose, s.scope, s.objected, s.at from unnest(@Pupils, @Purposes, @Scopes, @Objected, @Times) as s (pupil_id, purpose, scope, objected, at)
            on conflict (tenant_id, school_year, pupil_id, purpose) do update set
              scope = excluded.scope, at = excluded.at, objected = excluded.scope = 'none' and (excluded.objected or c.objected or c.scope <> 'none')
            where c.at < excluded.at
            returning pupil_id, purpose, objected
            """,
            new
            {
                work.Tenant,
                Year = schoolYear,
                Pupils = rows.Select(row => row.Pupil).ToArray(),
                Purposes = rows.Select(row => row.Purpose).ToArray(),
                Scopes = rows.Select(row => row.Agreed ? row.Scope : "none").ToArray(),
                Objected = rows.Select(row => row.Objected).ToArray(),
                Times = rows.Select(row => row.At.UtcDateTime).ToArray(),
            });
        var newest = noted.Select(row => (row.Pupil, row.Purpose)).ToHashSet();

        var heard = rows.Where(row => newest.Contains((row.Pupil, row.Purpose))).ToList();
        if (heard.Count == 0) return [];
        if (ledger is not null)
        {
            await ledger.Note(work, LedgerWord.Withdrawn, [.. noted.Where(row => row.Objected && !before.Contains(row.Pupil)).Select(row => row.Pupil)]);
            await ledger.Note(work, LedgerWord.Agreed, [.. heard.Where(row => row.Agreed && before.Contains(row.Pupil)).Select(row => row.Pupil)]);
        }
        await work.Execute(
            """
            update legal_basis b set ended_at = w.at from unnest(@Pupils, @Purposes, @Times) as w (pupil_id, purpose, at)
            where b.tenant_id = @Tenant and b.school_year = @Year and b.pupil_id = w.pupil_id and b.pupil_id = any (@Pupils) and b.purpose = w.purpose and b.mode in ('A', 'B') and b.ended_at is null
            """,
            new
            {
                work.Tenant,
                Year = schoolYear,
                Pupils = heard.Select(row => row.Pupil).ToArray(),
                Purposes = heard.Select(row => row.Purpose).ToArray(),
                Times = heard.Select(row => row.At.UtcDateTime).ToArray(),
            });
        var agreed = heard.Where(row => row.Agreed).ToList();
        await work.Execute(
            """
            insert into legal_basis (tenant_id, basis_id, mode, purpose, school_year, pupil_id, scope, institutions, child_agreed, guardian_agreed, text_version, evidence, given_at)
            select @Tenant, a.basis_id, a.mode, a.purpose, @Year, a.pupil_id, a.scope, string_to_array(a.institutions, ',')::uuid[], true, true, a.text_version, a.evidence, a.at
            from unnest(@Bases, @Modes, @Purposes, @Pupils, @Scopes, @Institutions, @Texts, @Evidence, @Times) as a (basis_id, mode, purpose, pupil_id, scope, institutions, text_version, evidence, at)
            """,
            new
            {
                work.Tenant,
                Year = schoolYear,
                Bases = agreed.Select(row => Guid.CreateVersion7(row.At)).ToArray(),
                Modes = agreed.Select(row => row.Relay ? "B" : "A").ToArray(),
                Purposes = agreed.Select(row => row.Purpose).ToArray(),
                Pupils = agreed.Select(row => row.Pupil).ToArray(),
                Scopes = agreed.Select(row => row.Scope).ToArray(),
                Institutions = agreed.Select(row => row.Scope == "chosen" ? string.Join(',', row.Institutions) : "").ToArray(),
                Texts = agreed.Select(row => row.TextVersion).ToArray(),
                Evidence = agreed.Select(row => row.Evidence).ToArray(),
                Times = agreed.Select(row => row.At.UtcDateTime).ToArray(),
            });
        return heard;
    }
}
