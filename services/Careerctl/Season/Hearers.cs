using System.Text.Json;
using CareerPlatform.Contracts.Destinations;
using CareerPlatform.Contracts.Enrolment;
using CareerPlatform.Contracts.Identity;
using CareerPlatform.Contracts.Schools;

namespace CareerPlatform.Careerctl.Season;

/// <summary>Who must hear what: the oracle's own copy of the services' tables, so that it does not ask the services whether they are done.</summary>
public static class Hearers
{
    /// <summary>By consumer and producer, the aliases of the events it must take in.</summary>
    public static readonly IReadOnlyList<(string Consumer, string Producer, IReadOnlySet<string> Types)> All =
    [
        Must("schools", "identity", nameof(AccessChanged)),
        Must("schools", "enrolment", nameof(ContactNumberFoundWrong)),
        Must("enrolment", "identity", nameof(AccessChanged)),
        Must("destinations", "identity", nameof(AccessChanged)),
        Must("enrolment", "schools", nameof(AreaRegisterChanged), nameof(ContactConsentChanged), nameof(ContactCorrected), nameof(GraduatesRecognised), nameof(Grade10AdmissionFinalized), nameof(Grade10PupilsAdmitted),
            nameof(Grade10AdmissionAmended), nameof(PersonalDataErased)),
        Must("enrolment", "destinations", nameof(DestinationRecorded), nameof(DestinationCorrected)),
        Must("destinations", "schools", nameof(GraduatesRecognised), nameof(Grade10PupilsAdmitted), nameof(Grade10AdmissionFinalized), nameof(Grade10AdmissionAmended)),
        Must("destinations", "enrolment", nameof(StudentEnrolled), nameof(StudentLeftProgramme)),
        Must("targets", "identity", nameof(AccessChanged)),
        Must("targets", "schools", nameof(GraduatesRecognised), nameof(AreaRegisterChanged), nameof(SchoolRegisterChanged), nameof(PupilsListed), nameof(CareerProgrammeReported),
            nameof(CounsellorReported), nameof(GuidanceSessionReported), nameof(GuidanceReachRecorded), nameof(GuidanceFacilityReported), nameof(ExamParticipationCounted), nameof(ExamWithdrawalsReceived), nameof(PersonalDataErased)),
        Must("targets", "destinations", nameof(DestinationRecorded), nameof(DestinationCorrected)),
        Must("targets", "enrolment", nameof(LeadGranted), nameof(LeadWithdrawn), nameof(ContactLogged), nameof(StudentEnrolled)),
    ];

    /// <summary>How many events must be taken in, over all consumers, and how many of them are not yet.</summary>
    public static async Task<(long Must, long Missing)> Count(Databases databases)
    {
        var (must, missing) = (0L, 0L);
        var done = new Dictionary<string, HashSet<Guid>>();
        foreach (var (consumer, producer, types) in All)
        {
            // The inbox names the queue, which ends with the producer; an event has one id wherever it is heard.
            if (!done.TryGetValue(consumer, out var heard)) done[consumer] = heard = [.. await databases.Many<Guid>($"{consumer}db", "select event_id from inbox where state = 'done'")];
            var facts = await databases.Many<Guid>($"{producer}db", "select id from mt_events where type = any (@types)", new { types = types.ToArray() });
            must += facts.Count;
            missing += facts.Count(fact => !heard.Contains(fact));
        }

        return (must, missing);
    }

    static (string, string, IReadOnlySet<string>) Must(string consumer, string producer, params string[] types) =>
        (consumer, producer, types.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).ToHashSet());
}
