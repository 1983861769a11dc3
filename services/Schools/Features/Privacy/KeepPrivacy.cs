using CareerPlatform.Contracts;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Schools.Features.Privacy;

/// <summary>
/// Looks after what no request announces: alarms of the desk's clocks, children who turn 16 or 18 while their consent holds, data whose time is over, keys under old keys.
/// </summary>
/// <remarks>
/// Erasure schedule: rows of uploaded files go `Retention__UploadMonths` (12) after the upload, a pupil's contact, ids and name `Retention__PupilMonths` (36) after the end of the school year of the
/// last list they were on. Who is under legal hold stays. The read journal is not erased: it is the proof.
/// </remarks>
public sealed class KeepPrivacy(Database db, ErasePupils erase, PupilKeys keys, ContactSeal seal, IConfiguration configuration, TimeProvider clock, ILogger<KeepPrivacy> log)
{
    const int Batch = 500;
    readonly int uploadMonths = configuration.GetValue("Retention:UploadMonths", 12);
    readonly int pupilMonths = configuration.GetValue("Retention:PupilMonths", 36);

    /// <summary>One round over all provinces.</summary>
    public async Task Sweep(CancellationToken ct = default)
    {
        IReadOnlyList<string> provinces;
        await using (var work = await db.Begin("*", ct)) provinces = await work.Query<string>("select distinct tenant_id from list_import");
        foreach (var province in provinces)
        {
            await db.Run(province, Alarm, ct);
            await db.Run(province, Review, ct);
            while (await db.Run(province, ForgetUploads, ct) == Batch) { }
            while (await db.Run(province, ForgetPupils, ct) == Batch) { }
            while (await db.Run(province, keys.Rewrap, ct) > 0) { }
        }
    }

    async Task Alarm(Work work)
    {
        var now = clock.GetUtcNow();
        var open = await work.Query<Open>(
            "select request_id, received_at, answer_by, answered_at is not null as answered, due_at, answer_alarm, due_alarm from data_request where tenant_id = @Tenant and closed_at is null for update skip locked", new { work.Tenant });
        foreach (var request in open)
        {
            var answer = request.Answered ? request.AnswerAlarm : StatutoryClock.Alarm(request.ReceivedAt, request.AnswerBy, now);
            var due = StatutoryClock.Alarm(request.ReceivedAt, request.DueAt, now);
            if (answer <= request.AnswerAlarm && due <= request.DueAlarm) continue;
            await work.Execute("update data_request set answer_alarm = greatest(answer_alarm, @answer), due_alarm = greatest(due_alarm, @due) where tenant_id = @Tenant and request_id = @RequestId", new { work.Tenant, answer, due, request.RequestId });
            foreach (var (name, before, percent) in new[] { ("answer", request.AnswerAlarm, answer), ("due", request.DueAlarm, due) }.Where(alarm => alarm.Item3 > alarm.Item2))
            {
                work.Append("privacy", request.RequestId, new DataRequestAlarm { RequestId = request.RequestId, Clock = name, Percent = percent });
                log.LogWarning("{Severity} {Percent} % of the {Clock} time of request {Request} are gone", percent == 100 ? "ALARM" : "notice:", percent, name, request.RequestId);
            }
        }
    }

    /// <summary>
    /// Below 16 child and representative both agree; from 16 the child's own agreement carries it, the representative's stays on record; from 18 the person's own alone.
    /// </summary>
    async Task Review(Work work)
    {
        var today = clock.Today();
        foreach (var (age, rule) in new[] { (16, "own_agreement_with_representative_on_record"), (18, "own_agreement_alone") })
        {
            for (var day = today.AddDays(-7); day <= today; day = day.AddDays(1))
            {
                var reviewed = await work.Execute(
                    """
                    insert into consent_review (tenant_id, pupil_id, purpose, age, turned_on, rule, holds, reviewed_at)
                    select @Tenant, c.pupil_id, c.purpose, @age, @day, @rule, c.child_agreed, @Now
                    from pupil p join consent c using (pupil_id) where p.tenant_id = @Tenant and p.sealed_birth = any (@Births) and c.scope <> 'none' and c.at < @Now
                    on conflict do nothing
                    """, new { work.Tenant, age, day, rule, Now = clock.GetUtcNow(), Births = Births(work.Tenant, day, age) });
                if (reviewed > 0) work.Append("privacy", StreamIds.Of("consent-review", work.Tenant, age), new ConsentsReviewed { Age = age, TurnedOn = day, Reviewed = reviewed });
            }
        }
    }

    /// <summary>Who turns so old on this day; who was born on 29 February does on 1 March of a short year.</summary>
    byte[][] Births(string province, DateOnly day, int age)
    {
        var births = new List<DateOnly> { day.AddYears(-age) };
        if (day is { Month: 3, Day: 1 } && !DateTime.IsLeapYear(day.Year) && DateTime.IsLeapYear(day.Year - age)) births.Add(new(day.Year - age, 2, 29));
        return [.. births.Select(birth => seal.SealDate(province, birth))];
    }

    Task<int> ForgetUploads(Work work) => work.Execute(
        """
        delete from upload_row where (upload_id, row_no) in (
          select r.upload_id, r.row_no from upload u join upload_row r using (upload_id) where u.tenant_id = @Tenant and u.uploaded_at < @Before
            and not exists (select from legal_hold h where h.tenant_id = @Tenant and h.pupil_id = r.pupil_id and h.ends_on >= @Today) limit @Batch)
        """, new { work.Tenant, Before = clock.GetUtcNow().AddMonths(-uploadMonths), Today = clock.Today(), Batch });

    async Task<int> ForgetPupils(Work work)
    {
        // A school year ends in June of the year after it began.
        var lastYear = clock.Today().AddMonths(-pupilMonths - 6).Year - 1;
        var over = await work.Query<Guid>(
            """
            select p.pupil_id from pupil p where p.tenant_id = @Tenant and p.erased_at is null
              and exists (select from roster r where r.pupil_id = p.pupil_id) and not exists (select from roster r where r.pupil_id = p.pupil_id and r.school_year > @lastYear)
              and not exists (select from legal_hold h where h.tenant_id = @Tenant and h.pupil_id = p.pupil_id and h.ends_on >= @Today) limit @Batch
            """, new { work.Tenant, lastYear, Today = clock.Today(), Batch });
        await erase.From(work, [.. over], "retention");
        return over.Count;
    }

    sealed record Open(Guid RequestId, DateTimeOffset ReceivedAt, DateTimeOffset AnswerBy, bool Answered, DateTimeOffset DueAt, int AnswerAlarm, int DueAlarm);
}
