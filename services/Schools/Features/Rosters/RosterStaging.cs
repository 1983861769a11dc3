using CareerPlatform.Contracts;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Features.Consents;
using CareerPlatform.ServiceDefaults;
using NpgsqlTypes;

namespace CareerPlatform.Schools.Features.Rosters;

/// <summary>Rows of a roster on their way in: copied to a temporary table, compared there with what is known, and stored in a few statements whatever their number.</summary>
public sealed class RosterStaging(Work work, ContactSeal seal, PupilKeys keys, int schoolYear, int grade, DateOnly day, DateTimeOffset now)
{
    int provinceVersion;
    Guid keyVersion;   // one for the whole file: each pupil's key is its own

    public async Task Copy(IEnumerable<RosterRow> rows, CancellationToken ct)
    {
        // Only ids of persons who were merged, or are known by a second id, are not derived from the id in the file.
        var others = (await work.Query<Alias>("select alias as id, pupil_id from pupil_alias where tenant_id = @Tenant and not derived", new { work.Tenant })).ToDictionary(alias => alias.Id, alias => alias.PupilId);
        await work.Execute(
            """
            create temporary table roster_in (
              row_no int, pupil_id uuid, ministry_id varchar, citizen_id varchar, school_id uuid, sealed_name bytea, name_key bytea, name_fold bytea,
              sealed_birth bytea, gender varchar, ethnicity varchar, commune varchar, old_commune varchar, sealed_contact varchar, wrapped_key bytea, family_key varchar, print varchar, source varchar, collected_on date,
              child_agreed boolean, guardian_agreed boolean, consent_text varchar, wish_trade varchar, wish_level varchar) on commit drop;
            create temporary table roster_touched (pupil_id uuid) on commit drop;
            """);
        var (province, version) = (await keys.Current(work), Guid.CreateVersion7());
        (provinceVersion, keyVersion) = (province.Version, version);
        using var names = new SealedNames(seal.Names(work.Tenant));
        await using var copy = await work.Connection.BeginBinaryImportAsync("copy roster_in from stdin (format binary)", ct);
        await foreach (var row in rows.Ahead(ct))
        {
            var name = names.Of(row.Name);
            var pupil = others.TryGetValue(row.MinistryId, out var known) ? known : IdOf(work.Tenant, row.MinistryId);
            var contact = new Contact(row.Name, row.Phone, row.Address, row.Guardian, row.BirthDate);
            var (key, wrapped) = province.For(pupil, version);
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(row.Row, NpgsqlDbType.Integer, ct);
            await copy.WriteAsync(pupil, NpgsqlDbType.Uuid, ct);
            await Text(row.MinistryId);
            await Text(row.CitizenId);
            await copy.WriteAsync(row.School, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(name.Box, NpgsqlDbType.Bytea, ct);
            await copy.WriteAsync(name.Key, NpgsqlDbType.Bytea, ct);
            await copy.WriteAsync(name.Fold, NpgsqlDbType.Bytea, ct);
            await copy.WriteAsync(seal.SealDate(work.Tenant, row.BirthDate), NpgsqlDbType.Bytea, ct);
            await Text(row.Gender);
            await Text(row.Ethnicity);
            await Text(row.Commune);
            await Text(row.OldCommune);
            await Text(ContactSeal.Seal(key, contact));
            await copy.WriteAsync(wrapped, NpgsqlDbType.Bytea, ct);
            await Text(row.Phone is null ? null : seal.FamilyKey(row.Phone));
            await Text(seal.FamilyKey($"{contact.Name}|{contact.Phone}|{contact.Address}|{contact.Guardian}|{contact.BirthDate}"));
            await Text(row.ContactSource);
            await copy.WriteAsync(row.ContactDate, NpgsqlDbType.Date, ct);
            await copy.WriteAsync(row.ChildAgreed, NpgsqlDbType.Boolean, ct);
            await copy.WriteAsync(row.GuardianAgreed, NpgsqlDbType.Boolean, ct);
            await Text(row.ConsentText);
            await Text(row.WishTrade);
            await Text(row.WishLevel);
        }
        await copy.CompleteAsync(ct);

        Task Text(string? value) => value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, NpgsqlDbType.Varchar, ct);
    }

    public static Guid IdOf(string province, string ministryId) => StreamIds.Of("pupil", province, ministryId);

    /// <summary>The same id twice with the same data is one pupil and a warning; with other data, or with a second id that belongs to somebody else, nothing can be told and nothing is stored.</summary>
    public async Task<IReadOnlyList<RowFault>> RefuseConflicts(CancellationToken ct)
    {
        await work.WholeFiles();
        await work.ExecuteBulk("create index on roster_in (pupil_id)", null, ct);
        var repeated = await work.QueryBulk<Repeated>(
            """
            select b.row_no, (a.name_key, a.sealed_birth, a.school_id) is distinct from (b.name_key, b.sealed_birth, b.school_id) as differs
            from roster_in b join (select pupil_id, min(row_no) as row_no from roster_in group by pupil_id having count(*) > 1) first using (pupil_id) join roster_in a on a.row_no = first.row_no
            where b.row_no > first.row_no order by b.row_no
            """, null, ct);
        var taken = await work.Query<int>(
            "select r.row_no from roster_in r join pupil_alias a on a.tenant_id = @Tenant and a.alias = r.citizen_id where a.pupil_id <> r.pupil_id order by 1", new { work.Tenant });
        var conflicts = repeated.Where(row => row.Differs).Select(row => new Fault(null, row.RowNo, "pupil_id", "duplicate_conflict", "Cùng mã nhưng khác họ tên, ngày sinh hoặc trường"))
            .Concat(taken.Select(row => new Fault(null, row, "citizen_id", "id_of_another_pupil", "Số định danh này đã thuộc về học sinh khác"))).Take(100).ToList();
        if (conflicts.Count > 0) throw new RuleBroken(conflicts[0].Code, "Mã học sinh bị trùng, chưa lưu gì", "An id is used for two different pupils; nothing was stored.", 422).With([.. conflicts]);

        if (repeated.Count > 0) await work.ExecuteBulk("delete from roster_in b using roster_in a where a.pupil_id = b.pupil_id and a.row_no < b.row_no", null, ct);
        return [.. repeated.Take(100).Select(row => new RowFault(row.RowNo, "pupil_id", "duplicate_row", "Dòng lặp lại, đã bỏ qua"))];
    }

    public async Task<(int Rows, int New, int Changed)> Store(CancellationToken ct)
    {
        var args = new { work.Tenant, Year = schoolYear, Grade = grade, Day = day, Now = now, KeyVersion = keyVersion, ProvinceVersion = provinceVersion };
        await work.ExecuteBulk("delete from roster_in i using pupil p where p.pupil_id = i.pupil_id and p.erased_at is not null", null, ct);   // who was erased stays erased
        var rows = await work.Single<int>("select count(*)::int from roster_in");
        var added = await work.Single<int>("select count(*)::int from roster_in i where not exists (select from roster r where r.pupil_id = i.pupil_id and r.school_year = @Year)", args);
        await work.ExecuteBulk(
            """
            with written as (
              insert into pupil (tenant_id, pupil_id, sealed_name, name_key, name_fold, sealed_birth, gender, ethnicity)
              select @Tenant, pupil_id, sealed_name, name_key, name_fold, sealed_birth, gender, ethnicity from roster_in
              on conflict (pupil_id) do update set sealed_name = excluded.sealed_name, name_key = excluded.name_key,
                name_fold = excluded.name_fold, sealed_birth = excluded.sealed_birth, gender = coalesce(excluded.gender, pupil.gender), ethnicity = coalesce(excluded.ethnicity, pupil.ethnicity)
                where (pupil.sealed_name, pupil.sealed_birth, pupil.gender, pupil.ethnicity)
                  is distinct from (excluded.sealed_name, excluded.sealed_birth, coalesce(excluded.gender, pupil.gender), coalesce(excluded.ethnicity, pupil.ethnicity))
              returning pupil_id)
            insert into roster_touched select pupil_id from written;

            insert into pupil_alias (tenant_id, alias, pupil_id, derived) select @Tenant, ministry_id, pupil_id, true from roster_in on conflict do nothing;
            insert into pupil_alias (tenant_id, alias, pupil_id, derived) select @Tenant, citizen_id, pupil_id, false from roster_in where citizen_id is not null on conflict do nothing;

            with written as (
              insert into roster (tenant_id, pupil_id, school_year, grade, school_id, commune, commune_on, old_commune, wish_trade, wish_level)
              select @Tenant, pupil_id, @Year, @Grade, school_id, commune, @Day, old_commune, wish_trade, wish_level from roster_in
              on conflict (pupil_id, school_year) do update set grade = excluded.grade, school_id = excluded.school_id, commune = excluded.commune, commune_on = excluded.commune_on,
                old_commune = excluded.old_commune,
                wish_trade = case when excluded.wish_trade is null and excluded.wish_level is null then roster.wish_trade else excluded.wish_trade end,   -- a roster without wishes says nothing against the survey
                wish_level = case when excluded.wish_trade is null and excluded.wish_level is null then roster.wish_level else excluded.wish_level end
                where (roster.grade, roster.school_id, roster.commune, roster.old_commune) is distinct from (excluded.grade, excluded.school_id, excluded.commune, excluded.old_commune)
                  or (coalesce(excluded.wish_trade, excluded.wish_level) is not null and (roster.wish_trade, roster.wish_level) is distinct from (excluded.wish_trade, excluded.wish_level))
              returning pupil_id)
            insert into roster_touched select pupil_id from written;

            create temporary table contact_in on commit drop as
              select i.* from roster_in i left join contact c on c.pupil_id = i.pupil_id and c.current
              where c.pupil_id is null or (c.print <> i.print and i.collected_on >= c.collected_on);
            update contact c set current = false from contact_in i where c.pupil_id = i.pupil_id and c.current;
            insert into contact (tenant_id, pupil_id, collected_on, source, sealed_contact, family_key, print, current)
              select @Tenant, pupil_id, collected_on, source, sealed_contact, family_key, print, true from contact_in
              on conflict (pupil_id, collected_on, source) do update set sealed_contact = excluded.sealed_contact, family_key = excluded.family_key, print = excluded.print, current = true;
            insert into pupil_key (tenant_id, pupil_id, version, province_version, wrapped) select @Tenant, pupil_id, @KeyVersion, @ProvinceVersion, wrapped_key from contact_in;
            insert into roster_touched select pupil_id from contact_in;
            """, args, ct);
        await StoreConsents(args, ct);
        var changed = await work.Single<int>("select count(distinct pupil_id)::int from roster_touched", args) - added;
        return (rows, added, Math.Max(0, changed));
    }

    async Task StoreConsents(object args, CancellationToken ct)
    {
        await work.ExecuteBulk(
            """
            create temporary table consent_changed (like consent) on commit drop;
            with written as (
              insert into consent (tenant_id, pupil_id, purpose, school_id, school_year, scope, child_agreed, guardian_agreed, text_version, text_sha256, evidence, at)
              select @Tenant, pupil_id, 'vocational_guidance', school_id, @Year, case when child_agreed and guardian_agreed then 'all' else 'none' end,
                     child_agreed, guardian_agreed, consent_text,
                     (select sha256 from consent_text t where t.tenant_id = @Tenant and t.version = roster_in.consent_text and t.purpose = 'vocational_guidance'), 'school_record', @Now
              from roster_in where consent_text is not null
              on conflict (pupil_id, purpose) do update set school_id = excluded.school_id, school_year = excluded.school_year, scope = excluded.scope, relay = consent.relay and excluded.scope <> 'none', child_agreed = excluded.child_agreed,
                guardian_agreed = excluded.guardian_agreed, text_version = excluded.text_version, text_sha256 = excluded.text_sha256, at = excluded.at
                where not consent.objected and consent.evidence = 'school_record'
                  and (consent.school_id, consent.school_year, consent.child_agreed, consent.guardian_agreed, consent.text_version)
                    is distinct from (excluded.school_id, excluded.school_year, excluded.child_agreed, excluded.guardian_agreed, excluded.text_version)
              returning *),
            touched as (insert into roster_touched select pupil_id from written)
            insert into consent_changed select * from written
            """, args, ct);
        var changed = work.Groups<ConsentRow>(
            "select pupil_id, purpose, school_id, school_year, scope, institutions, child_agreed, guardian_agreed, text_version, evidence, relay, at from consent_changed order by school_id, pupil_id", null, row => row.SchoolId, ct);
        await foreach (var school in changed)
        {
            ConsentAnnouncement.Append(work, school, now);
            await work.Flush();
        }
    }

    sealed record Alias(string Id, Guid PupilId);

    sealed record Repeated(int RowNo, bool Differs);
}
