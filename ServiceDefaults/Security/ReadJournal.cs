using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Writes who read whose personal data, for what, in the same transaction as the read; a read that cannot be journaled does not happen.</summary>
public static class ReadJournal
{
    /// <summary>Journals one read. Refuses with 503 `journal_unavailable` when the journal cannot be written.</summary>
    /// <param name="work">The unit of work of the read itself.</param>
    /// <param name="reader">The caller.</param>
    /// <param name="purpose">Purpose code, such as `vocational_guidance` or `admission_check`.</param>
    /// <param name="route">Route template, without ids.</param>
    /// <param name="pupils">Everyone whose data is in the answer.</param>
    /// <param name="fields">Names of the fields in the answer, comma separated.</param>
    /// <param name="at">Time of the read.</param>
    /// <param name="access">Its id, where it is also written into what was read.</param>
    public static async Task Journal(this Work work, Person reader, string purpose, string route, IReadOnlyCollection<Guid> pupils, string fields, DateTimeOffset at, Guid? access = null)
    {
        if (pupils.Count == 0) return;
        try
        {
            await work.Execute(
                """
                with access as (
                  insert into pii_access (tenant_id, access_id, at, subject, client_id, organisation, purpose, route)
                  values (@Tenant, @Access, @At, @Subject, @ClientId, @Organisation, @Purpose, @Route) returning tenant_id, access_id)
                insert into pii_access_item (tenant_id, access_id, pupil_id, fields)
                select access.tenant_id, access.access_id, pupil, @Fields from access, unnest(@Pupils) as pupil
                """,
                new
                {
                    work.Tenant,
                    Access = access ?? Guid.CreateVersion7(),
                    At = at.UtcDateTime,
                    reader.Subject,
                    reader.ClientId,
                    reader.Organisation,
                    Purpose = purpose,
                    Route = route,
                    Fields = fields,
                    Pupils = pupils.Distinct().ToArray(),
                });
        }
        catch (PostgresException)
        {
            throw new RuleBroken("journal_unavailable", "Không ghi được nhật ký truy cập nên không hiển thị dữ liệu", "The read journal cannot be written, so nothing is shown.", 503).After(30);
        }
    }
}
