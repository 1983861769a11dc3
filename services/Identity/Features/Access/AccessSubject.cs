using CareerPlatform.Identity.Data;
using CareerPlatform.Identity.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Identity.Features.Access;

/// <summary>Whom a change of access is about.</summary>
public static class AccessSubject
{
    /// <summary>The subject as tokens write it; refuses unknown ones (404), those not below the actor's organisation and the actor itself (403).</summary>
    public static async Task<string> MustBeManagedBy(Work work, Person actor, string kind, string subject)
    {
        Guid? id = Guid.TryParse(subject, out var parsed) ? parsed : null;
        var organisation = kind switch
        {
            "organisation" => id,
            "person" => await work.Single<Guid?>("select organisation_id from person where person_id = @id", new { id }),
            "client" => await work.Single<Guid?>("select organisation_id from client where client_id = @subject", new { subject }),
            _ => null,
        };
        var known = organisation is { } found ? await work.Find(found) : null;
        if (known is null) throw new RuleBroken("not_found", "Không tìm thấy", "There is no such person, client or organisation in this province.", 404);

        subject = kind == "client" ? subject : id!.Value.ToString();
        Organisation.MustNotBeOneself(actor, subject);
        known.MustBeManagedFromAbove(actor);
        return subject;
    }
}
