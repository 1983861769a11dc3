using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Feed;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.Enrolment.Features.Outreach;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Features.Relay;

/// <summary>One message between an institution and a family, written through the platform.</summary>
/// <param name="Institution">Who writes, or is written to.</param>
/// <param name="Name">Its name.</param>
/// <param name="FromFamily">The family wrote it.</param>
/// <param name="ReadAt">When the other side first saw it; null when not yet.</param>
public sealed record RelayMessage(Guid MessageId, Guid Institution, string Name, bool FromFamily, string Text, DateTimeOffset SentAt, DateTimeOffset? ReadAt);

/// <summary>Mode B (reliability.md, Legal position): institutions and a family write to each other here, and neither name nor number is shown.</summary>
public static class Relay
{
    public const int LongestText = 1_000;

    private const string Sealed = "relay";

    /// <summary>Refuses what is no message.</summary>
    public static void MustBeMessage(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText || text.Contains('\0')) throw new RuleBroken("message_invalid", "Tin nhắn không hợp lệ", $"A message has 1 to {LongestText} characters.", 422);
    }

    public static Task<int> Keep(this Work work, SecretSeal seal, Guid id, Guid lead, Guid grant, Guid institution, bool fromFamily, string text, DateTimeOffset now) => work.Execute(
        """
        insert into relay_message (tenant_id, message_id, lead_id, grant_id, institution_id, from_family, sealed_text, sent_at)
        values (@Tenant, @id, @lead, @grant, @institution, @fromFamily, @Text, @now)
        """, new { work.Tenant, id, lead, grant, institution, fromFamily, Text = seal.Seal(Sealed, id, text.Normalize()), now });

    /// <summary>Reads messages, oldest first, and notes that the reader's side has seen those of the other.</summary>
    /// <param name="which">Condition on the message `m` and the lead `l`.</param>
    public static async Task<IReadOnlyList<RelayMessage>> Messages(this Work work, SecretSeal seal, string which, Guid about, bool byFamily, DateTimeOffset now)
    {
        var rows = await work.Query<RelayMessage>(
            $"""
            with seen as (
              update relay_message m set read_at = @now from lead l
              where l.tenant_id = m.tenant_id and l.lead_id = m.lead_id and m.tenant_id = @Tenant and {which} and m.from_family <> @byFamily and m.read_at is null)
            select m.message_id, m.institution_id as institution, i.name, m.from_family, m.sealed_text as text, m.sent_at, m.read_at
            from relay_message m join lead l using (tenant_id, lead_id) join institution i using (tenant_id, institution_id)
            where m.tenant_id = @Tenant and {which} order by m.seq
            """, new { work.Tenant, about, byFamily, now });
        return [.. rows.Select(row => row with { Text = seal.Open(Sealed, row.MessageId, row.Text) })];
    }

    /// <summary>The family asked a question, or answered: who writes back to it makes no new attempt.</summary>
    public static Task<bool> FamilyWroteLast(this Work work, HeldLead lead) => work.Single<bool>(
        "select coalesce((select from_family from relay_message where tenant_id = @Tenant and grant_id = @GrantId order by seq desc limit 1), false)", new { work.Tenant, lead.GrantId });

    /// <summary>A family that let its details be seen does so no longer: who had them must delete them and confirm it; they may be offered the lead again, without details.</summary>
    public static async Task HideDetails(this Work work, int schoolYear, IReadOnlyCollection<Guid> pupils, DateTimeOffset now)
    {
        if (pupils.Count == 0) return;
        var disclosed = await work.Query<Guid>(
            """
            select distinct l.pupil_id from lead l join lead_grant g using (tenant_id, lead_id) join legal_basis b on b.tenant_id = g.tenant_id and b.basis_id = g.basis_id
            where l.tenant_id = @Tenant and l.school_year = @Year and l.pupil_id = any (@Pupils) and l.status = 'open' and g.state not in ('withdrawn', 'expired') and b.mode <> 'B'
            """, new { work.Tenant, Year = schoolYear, Pupils = pupils.ToArray() });
        await work.Withdraw([.. disclosed.Select(pupil => (pupil, "basis_ended"))], now, schoolYear, openOnly: true);
    }

    /// <summary>A family lets its details be seen now: who holds the lead is told to read it again.</summary>
    public static async Task ShowDetails(this Work work, int schoolYear, IReadOnlyCollection<Guid> pupils, DateTimeOffset now)
    {
        if (pupils.Count == 0) return;
        const string relayed = "l.school_year = @Year and l.pupil_id = any (@Pupils) and exists (select from legal_basis b where b.tenant_id = g.tenant_id and b.basis_id = g.basis_id and b.mode = 'B')";
        var args = new { work.Tenant, Year = schoolYear, Pupils = pupils.ToArray() };
        await work.Tell(await work.Held(relayed, "corrected", args), now);
        await work.Execute(
            $"""
            update lead set relay = false where tenant_id = @Tenant and school_year = @Year and pupil_id = any (@Pupils) and relay;
            update lead_grant g set basis_id = n.basis_id from lead l join legal_basis n using (tenant_id, school_year, pupil_id)
            where l.tenant_id = @Tenant and g.tenant_id = l.tenant_id and g.lead_id = l.lead_id and n.mode = 'A' and n.ended_at is null and g.state not in ('withdrawn', 'expired') and {relayed}
            """, args);
    }

    /// <summary>What an institution holds of a pupil's lead, if it holds it.</summary>
    public static async Task<FeedEntry?> HeldBy(this Work work, Guid pupil, Guid institution) =>
        (await work.Held("l.pupil_id = @pupil and g.institution_id = @institution", "answered", new { work.Tenant, pupil, institution })).FirstOrDefault();
}
