using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CareerPlatform.Contracts.Identity;
using static CareerPlatform.Targets.Tests.PlannedProvince;

namespace CareerPlatform.Targets.Tests;

/// <summary>A plan's tasks in a province's year: made once, given to their holders, worked at, proven, judged, reminded of, subscribed to.</summary>
public sealed class TaskTests(ClockedApp app) : IClassFixture<ClockedApp>
{
    private readonly PlannedProvince province = new(app);

    [Fact]
    public async Task Every_line_of_the_year_becomes_a_task_of_its_holder_and_of_each_areas_office_and_the_same_again_changes_nothing()
    {
        province.At(2024, 2, 1);
        await province.Register();
        await province.Load();
        var first = await province.Make(2024);
        var tasks = await province.Tasks("?year=2024");

        var appendix = tasks.Where(task => ((string)task["clause"]!).StartsWith("App", StringComparison.Ordinal)).ToList();
        appendix.Select(task => (string)task["code"]!).Distinct().Count().ShouldBe(26);
        appendix.Where(task => (string)task["code"]! == "5.1").Select(task => ((string)task["owner"]!, (string)task["area"]!)).ShouldBe([("district_committee", "971"), ("district_committee", "972")], ignoreOrder: true);
        appendix.Where(task => (string)task["code"]! == "3.1").Select(task => ((string)task["owner"]!, (string?)task["area"])).ShouldBe(
            [("education_department", null), ("district_committee", "971"), ("district_committee", "972")], ignoreOrder: true);
        tasks.ShouldContain(task => (string)task["code"]! == "B8" && (string)task["period"]! == "2021–2025");   // once in the plan's period: it still stands
        ((int)first["tasks"]!).ShouldBe(tasks.Count);
        ((int)first["changed"]!).ShouldBe(tasks.Count);

        var again = await province.Make(2024);
        ((int)again["changed"]!, (int)again["removed"]!, (int)again["dropped"]!).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task After_the_districts_ended_the_communes_hold_their_tasks_and_what_was_due_before_stays_with_the_districts()
    {
        province.At(2025, 1, 10);
        await province.Register();
        await province.Load();
        await province.Make(2025);

        (await province.Tasks("?year=2025&code=2.11")).Select(task => (string?)task["area"]).ShouldBe(Districts, ignoreOrder: true);
        (await province.Tasks("?year=2025&code=5.1")).Select(task => (string?)task["area"]).ShouldBe(Communes, ignoreOrder: true);
        (await province.Tasks("?year=2025&code=2.7")).Select(task => (string)task["owner"]!).ShouldBe(["education_department", "home_affairs"], ignoreOrder: true);
        ((string)(await province.Task(2025, "5.1", "97002"))["areaName"]!).ShouldBe("Commune 97002");
    }

    [Fact]
    public async Task Where_no_areas_are_known_one_task_stands_for_all_until_they_are()
    {
        province.At(2024, 2, 1);
        await province.Load();
        await province.Make(2024);
        (await province.Task(2024, "5.1"))["area"].ShouldBeNull();

        await province.Register();
        await province.Make(2024);
        (await province.Tasks("?year=2024&code=5.1")).Select(task => (string?)task["area"]).ShouldBe(Districts, ignoreOrder: true);
    }

    [Fact]
    public async Task Three_dates_are_kept_apart_in_time_taken_although_late_and_locked()
    {
        await Planned(2024);
        var task = await province.Task(2024, "1.1");
        ((string)task["due"]!, (string)task["lastDay"]!, (string)task["lateUntil"]!, (string)task["lockedFrom"]!).ShouldBe(("2024-09-05", "2024-09-04", "2024-10-05", "2024-11-04"));
        var id = (Guid)task["taskId"]!;

        province.At(2024, 9, 4);
        ((string)(await province.Task(2024, "1.1"))["state"]!).ShouldBe("not_begun");
        province.At(2024, 9, 5);
        ((string)(await province.Task(2024, "1.1"))["state"]!).ShouldBe("overdue");
        province.At(2024, 10, 5);
        var answer = await Ok(await Submit(id));
        ((int)answer["daysLate"]!).ShouldBe(31);
        province.At(2024, 11, 3);
        await Ok(await province.As("approver").PutAsJsonAsync($"/v1/tasks/{id}/return", new { reason = "Thiếu phụ lục" }));
        await Ok(await Submit(id));   // it had been handed in when that still was possible
        province.At(2024, 11, 4);
        await province.As("approver").PutAsJsonAsync($"/v1/tasks/{id}/acceptance", new { }).ShouldBeRefused("task_locked");

        province.At(2024, 10, 30);   // 1.2, due before 30 September, nobody handed in
        await Ok(await Submit(await province.Id(2024, "1.2")));
        province.At(2024, 10, 31);
        await Submit(await province.Id(2024, "2.1")).ShouldBeRefused("too_late");
    }

    [Fact]
    public async Task A_task_is_begun_submitted_with_proof_returned_and_accepted_by_another_person_and_every_act_is_kept()
    {
        await Planned(2024);
        var id = await province.Id(2024, "2.4");
        var officer = province.As("officer");
        await Ok(await officer.PutAsync($"/v1/tasks/{id}/progress", null));
        await officer.PutAsJsonAsync($"/v1/tasks/{id}/submission", new { }).ShouldBeRefused("evidence_missing", HttpStatusCode.UnprocessableEntity);
        await Ok(await Submit(id));
        await officer.PutAsJsonAsync($"/v1/tasks/{id}/acceptance", new { }).ShouldBeRefused("second_person_required");
        await province.As("approver").PutAsJsonAsync($"/v1/tasks/{id}/return", new { reason = " " }).ShouldBeRefused("reason_required", HttpStatusCode.UnprocessableEntity);
        await Ok(await province.As("approver").PutAsJsonAsync($"/v1/tasks/{id}/return", new { reason = "Chưa có danh sách trường" }));
        ((string)(await province.Task(2024, "2.4"))["state"]!).ShouldBe("returned");
        await Ok(await Submit(id));
        await Ok(await province.As("approver").PutAsJsonAsync($"/v1/tasks/{id}/acceptance", new { }));
        await officer.PutAsync($"/v1/tasks/{id}/progress", null).ShouldBeRefused("transition_not_allowed");

        var shown = await Read(officer, $"/v1/tasks/{id}");
        shown["acts"]!.AsArray().Select(act => (string)act!["name"]!).ShouldBe(["begun", "submitted", "returned", "submitted", "accepted"]);
        ((string)shown["acts"]![2]!["note"]!).ShouldBe("Chưa có danh sách trường");
        foreach (var reader in new[] { "leader", "inspector" }) (await province.As(reader).PutAsync($"/v1/tasks/{id}/progress", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await province.As("family").GetAsync("/v1/tasks")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_task_says_what_must_be_done_first_and_is_not_accepted_before_it_unless_somebody_says_why()
    {
        await Planned(2024);
        province.At(2024, 11, 14);
        var review = await province.Id(2024, "5.1", "971");
        await Submit(review).ShouldBeRefused("not_yet");   // the review begins on 15 November
        province.At(2024, 12, 1);
        await Ok(await Submit(review));
        (await province.Task(2024, "5.1", "971"))["openDependencies"]!.AsArray().Select(code => (string)code!).ShouldBe(["2.10", "2.12", "2.13", "2.14", "2.16", "2.17", "3.1", "3.2", "4.2"]);
        await province.As("approver").PutAsJsonAsync($"/v1/tasks/{review}/acceptance", new { }).ShouldBeRefused("dependency_open");

        foreach (var task in (await province.Tasks("?year=2024")).Where(task => new[] { "2.10", "2.12", "2.13", "2.14", "2.16", "2.17", "3.1", "3.2" }.Contains((string)task["code"]!) && (string?)task["area"] != "972"))
            await province.Finish((Guid)task["taskId"]!);
        (await province.Task(2024, "5.1", "971"))["openDependencies"]!.AsArray().Select(code => (string)code!).ShouldBe(["4.2"]);   // of this area: the other's are not asked for
        await Ok(await province.As("approver").PutAsJsonAsync($"/v1/tasks/{review}/acceptance", new { reason = "Đoàn kiểm tra hoãn theo công văn" }));
        (await Read(province.As("officer"), $"/v1/tasks/{review}"))["acts"]!.AsArray().Select(act => (string?)act!["note"]).Last().ShouldBe("Đoàn kiểm tra hoãn theo công văn");
    }

    [Fact]
    public async Task What_follows_an_event_waits_for_it()
    {
        await Planned(2024);
        province.At(2024, 7, 1);
        ((string)(await province.Task(2024, "B1", "971"))["state"]!).ShouldBe("waiting");
        await Submit(await province.Id(2024, "B1", "971")).ShouldBeRefused("not_yet");

        await Ok(await province.As("officer").PutAsJsonAsync("/v1/tasks/events/grade10_results", new { year = 2024, happenedOn = "2024-06-28" }));
        ((string)(await province.Task(2024, "B1", "971"))["state"]!, (string)(await province.Task(2024, "B1", "971"))["notBefore"]!).ShouldBe(("not_begun", "2024-06-28"));
        await Ok(await Submit(await province.Id(2024, "B1", "971")));
        (await province.As("officer").PutAsJsonAsync("/v1/tasks/events/full_moon", new { year = 2024, happenedOn = "2024-06-28" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await province.As("officer").PutAsJsonAsync("/v1/tasks/events/grade10_results", new { year = 2024, happenedOn = "2024-07-02" }).ShouldBeRefused("date_invalid", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_changed_plan_moves_dates_and_drops_tasks_and_loses_nothing_that_people_did()
    {
        await Planned(2024);
        var (moved, touched) = (await province.Id(2024, "1.1"), await province.Id(2024, "2.8"));
        await Ok(await Submit(moved));
        await Ok(await province.As("officer").PutAsync($"/v1/tasks/{touched}/progress", null));

        await province.Load(change: plan =>
        {
            plan["tasks"]!.AsArray().Single(task => (string)task!["code"]! == "1.1")!["due"]!["day"] = "10-01";
            foreach (var gone in new[] { "2.8", "2.9" }) plan["tasks"]!.AsArray().Remove(plan["tasks"]!.AsArray().Single(task => (string)task!["code"]! == gone));
        });
        var answer = await province.Make(2024);

        ((int)answer["changed"]!, (int)answer["removed"]!, (int)answer["dropped"]!).ShouldBe((1, 1, 1));
        var task = await province.Task(2024, "1.1");
        ((Guid)task["taskId"]!, (string)task["lastDay"]!, (string)task["state"]!).ShouldBe((moved, "2024-09-30", "submitted"));
        (await province.Tasks("?year=2024&code=2.9")).ShouldBeEmpty();
        ((string)(await province.Task(2024, "2.8"))["state"]!).ShouldBe("dropped");
        await Submit(touched).ShouldBeRefused("task_dropped");

        await province.Load();
        await province.Make(2024);
        ((string)(await province.Task(2024, "2.8"))["state"]!).ShouldBe("in_progress");   // asked for again, and where it was
    }

    [Fact]
    public async Task An_organisation_sees_and_works_at_its_own_tasks_only()
    {
        await Planned(2024);
        var office = Guid.CreateVersion7();
        await Ok(await province.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{office}", new { duties = new[] { new { function = "district_committee", area = "971" } } }));
        var people = province.As("area", "somebody-of-971", office);

        var seen = await province.Tasks("?year=2024", people);
        seen.ShouldNotBeEmpty();
        seen.ShouldAllBe(task => (string)task["owner"]! == "district_committee" && (string)task["area"]! == "971");
        var (own, other) = (await province.Id(2024, "2.11", "971"), await province.Id(2024, "2.11", "972"));
        await Ok(await people.PutAsJsonAsync($"/v1/tasks/{own}/submission", new { note = "Đã khảo sát 40 doanh nghiệp" }));
        (await people.PutAsJsonAsync($"/v1/tasks/{other}/submission", new { note = "x" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await people.GetAsync($"/v1/tasks/{other}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await people.PutAsJsonAsync($"/v1/tasks/{own}/acceptance", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await province.Tasks("?year=2024", province.As("institution", organisation: Guid.CreateVersion7()))).ShouldBeEmpty();
        await province.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{office}", new { duties = new[] { new { function = "moon", area = "971" } } }).ShouldBeRefused("unknown_function", HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Evidence_is_judged_by_its_content_kept_once_and_given_back_as_it_was()
    {
        await Planned(2024);
        var id = await province.Id(2024, "2.11", "971");
        var pdf = "%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n"u8.ToArray();

        var first = await Ok(await Add(id, pdf, "Kết quả khảo sát"));
        ((string)first["contentType"]!, (string)first["sha256"]!).ShouldBe(("application/pdf", Convert.ToHexStringLower(SHA256.HashData(pdf))));
        ((Guid)(await Ok(await Add(id, pdf, "Cùng tệp")))["evidenceId"]!).ShouldBe((Guid)first["evidenceId"]!);
        ((string)(await Ok(await Add(id, Zip("[Content_Types].xml", "word/document.xml"), "Báo cáo")))["contentType"]!).ShouldContain("wordprocessingml");

        await Add(id, [], "Rỗng").ShouldBeRefused("file_empty", HttpStatusCode.UnprocessableEntity);
        await Add(id, "MZ program"u8.ToArray(), "Phần mềm").ShouldBeRefused("content_type_mismatch", HttpStatusCode.UnsupportedMediaType);
        await Add(id, Zip("a.txt"), "Nén").ShouldBeRefused("content_type_mismatch", HttpStatusCode.UnsupportedMediaType);
        await Add(id, Zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "Macro").ShouldBeRefused("active_content", HttpStatusCode.UnprocessableEntity);
        await Add(id, "%PDF-1.7 /OpenAction << /JavaScript"u8.ToArray(), "Script").ShouldBeRefused("active_content", HttpStatusCode.UnprocessableEntity);
        await Add(id, "PK\u0003\u0004 cut"u8.ToArray(), "Hỏng").ShouldBeRefused("archive_corrupt", HttpStatusCode.UnprocessableEntity);
        await Add(id, [.. pdf, .. new byte[10 << 20]], "Lớn").ShouldBeRefused("body_too_large", HttpStatusCode.RequestEntityTooLarge);
        await Add(id, pdf, "").ShouldBeRefused("title_invalid", HttpStatusCode.UnprocessableEntity);

        var read = await province.As("leader").GetAsync($"/v1/tasks/{id}/evidence/{(Guid)first["evidenceId"]!}");
        (await read.Content.ReadAsByteArrayAsync()).ShouldBe(pdf);
        read.Content.Headers.ContentType!.MediaType.ShouldBe("application/pdf");
        await Ok(await province.As("officer").PutAsJsonAsync($"/v1/tasks/{id}/submission", new { }));   // the files are the proof
        await Add(id, "%PDF-1.7 later"u8.ToArray(), "Muộn").ShouldBeRefused("transition_not_allowed");
    }

    [Fact]
    public async Task Who_reads_evidence_with_personal_data_says_what_for_and_it_is_written_down()
    {
        await Planned(2024);
        var id = await province.Id(2024, "2.11", "971");
        var file = (Guid)(await Ok(await Add(id, "%PDF-1.7 list of persons"u8.ToArray(), "Danh sách", personal: true)))["evidenceId"]!;

        await province.As("inspector").GetAsync($"/v1/tasks/{id}/evidence/{file}").ShouldBeRefused("purpose_required", HttpStatusCode.UnprocessableEntity);
        (await province.As("inspector").GetAsync($"/v1/tasks/{id}/evidence/{file}?purpose=kiểm tra")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await app.Rows<string>("select subject || ': ' || purpose from task_evidence_read where evidence_id = @file", new { file })).ShouldBe([$"inspector-{province.Code}: kiểm tra"]);
    }

    [Fact]
    public async Task Owners_are_reminded_once_per_step_told_when_they_are_overdue_and_after_a_week_the_leaders_are()
    {
        await Planned(2024);
        async Task<string[]> Codes(string role = "officer") => [.. (await Notices(role)).Where(notice => (string)notice!["taskCode"]! == "1.1").Select(notice => (string)notice!["code"]!).Reverse()];

        province.At(2024, 8, 20);   // 15 days before
        await province.Sweep();
        (await Codes()).ShouldBeEmpty();
        foreach (var (day, codes) in new (int Day, string[] Codes)[] { (21, ["due_in_14"]), (25, ["due_in_14"]) })
        {
            province.At(2024, 8, day);
            await province.Sweep();
            (await Codes()).ShouldBe(codes);
        }
        province.At(2024, 9, 2);
        await province.Sweep();
        await province.Sweep();
        province.At(2024, 9, 5);
        await province.Sweep();
        (await Codes()).ShouldBe(["due_in_14", "due_in_3", "overdue"]);
        (await Codes("leader")).ShouldBeEmpty();
        province.At(2024, 9, 11);
        await province.Sweep();
        (await Codes("leader")).ShouldBe(["escalated"]);
    }

    [Fact]
    public async Task Reminders_go_by_mail_to_their_owners_the_rest_to_the_department_and_what_is_escalated_to_the_leaders_each_once()
    {
        await using var post = Testing.LetterBox.Open();
        await using var own = new ClockedApp();
        await own.InitializeAsync();
        own.Settings["Mail:Host"] = "127.0.0.1";
        own.Settings["Mail:Port"] = post.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        own.Settings["Mail:Tls"] = "false";
        own.Settings["Mail:From"] = "no-reply@so.test";
        var its = new PlannedProvince(own);
        its.At(2024, 2, 1);
        await its.Register();
        await its.Load();
        var district = Guid.CreateVersion7();
        await Ok(await its.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{district}", new { duties = new[] { new { function = "district_committee", area = "971" } } }));
        foreach (var (whose, address) in new[] { ($"{district}", "vanthu@971.test"), ("department", "phong@so.test"), ("leaders", "lanhdao@so.test") })
            await Ok(await its.As("officer").PutAsJsonAsync($"/v1/tasks/mailboxes/{whose}", new { addresses = new[] { address } }));
        await its.As("officer").PutAsJsonAsync("/v1/tasks/mailboxes/leaders", new { addresses = new[] { "Ai đó <a@so.test>" } }).ShouldBeRefused("address_invalid", HttpStatusCode.UnprocessableEntity);

        its.At(2024, 5, 12);   // 2.11 of the districts is due before 15 May
        await its.Sweep();
        await its.Sweep();
        var letters = post.Letters.ToList();

        letters.Count(letter => letter.To.Contains("vanthu@971.test")).ShouldBe(1);
        var letter = letters.Single(letter => letter.To.Contains("vanthu@971.test")).Text;
        letter.ShouldContain("2.11. ");
        letter.ShouldContain("hạn cuối 14/5/2024");
        letters.Single(one => one.To.Contains("phong@so.test")).Text.ShouldContain("2.11. ", Case.Sensitive, "the other district's office has no mailbox");
        letters.Single(one => one.To.Contains("lanhdao@so.test")).Text.ShouldNotContain("2.11. ");
        its.At(2024, 5, 21);
        await its.Sweep();
        post.Letters.Skip(letters.Count).Single(one => one.To.Contains("lanhdao@so.test")).Text.ShouldContain("2.11. ");
        JsonNode.Parse(await its.As("officer").GetStringAsync("/v1/tasks/notices"))!.AsArray().ShouldAllBe(notice => (bool)notice!["mailed"]!);
        JsonNode.Parse(await its.As("officer").GetStringAsync("/v1/tasks/mailboxes"))!.AsArray().Select(box => (string)box!["whose"]!).ShouldBe([$"{district}", "department", "leaders"], ignoreOrder: true);
        (await its.As("leader").GetAsync("/v1/tasks/mailboxes")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Whoever_handed_in_is_not_reminded()
    {
        await Planned(2024);
        province.At(2024, 8, 20);
        await Ok(await Submit(await province.Id(2024, "1.1")));
        province.At(2024, 9, 12);
        await province.Sweep();

        (await Notices("officer")).Select(notice => (string)notice!["taskCode"]!).ShouldNotContain("1.1");
    }

    [Fact]
    public async Task The_table_of_who_is_late_counts_by_holder_the_longest_delay_first()
    {
        await Planned(2024);
        province.At(2024, 5, 20);   // 2.11 was due before 15 May, 2.15 before 5 May, 2.4 before 1 May
        await Ok(await Submit(await province.Id(2024, "2.4")));
        await Ok(await Submit(await province.Id(2024, "2.11", "971")));
        province.At(2024, 5, 31);

        var late = await Read(province.As("leader"), "/v1/tasks/late");
        late["holders"]!.AsArray().Select(holder => ((string)holder!["owner"]!, (string?)holder["area"], (int)holder["overdue"]!, (int)holder["submittedLate"]!, (int)holder["mostDays"]!)).ShouldBe(
        [
            ("vocational_institution", null, 1, 0, 27), ("education_department", null, 1, 1, 20), ("district_committee", "972", 1, 0, 17), ("district_committee", "971", 0, 1, 6),
        ]);
        ((string)late["holders"]![1]!["ownerTitle"]!["vi"]!).ShouldBe("Sở Giáo dục và Đào tạo");
    }

    [Fact]
    public async Task The_calendar_is_one_that_programs_read_stays_the_same_entry_by_entry_and_ends_with_its_secret()
    {
        await Planned(2024);
        var made = await Ok(await province.As("officer").PostAsync("/v1/tasks/calendar/keys", null));
        var open = app.CreateClient();
        var answer = await open.GetAsync((string)made["path"]!);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/calendar");
        var octets = await answer.Content.ReadAsByteArrayAsync();

        var entries = Calendar.Read(octets);
        var first = entries.Single(entry => entry["SUMMARY"].StartsWith("1.1 ", StringComparison.Ordinal));
        (first["DTSTART;VALUE=DATE"], first["DTEND;VALUE=DATE"]).ShouldBe(("20240904", "20240905"));
        first["SUMMARY"].ShouldBe("1.1 Kế hoạch truyền thông về hướng nghiệp, phân luồng và kết quả phân luồng");
        first["DESCRIPTION"].ShouldContain("Ngày cuối cùng trong hạn: 04/09/2024\nNhận chậm đến hết: 05/10/2024");
        entries.Count(entry => entry["SUMMARY"].StartsWith("2.11 ", StringComparison.Ordinal)).ShouldBe(1);   // the areas' offices share an entry
        entries.Single(entry => entry["SUMMARY"].StartsWith("2.11 ", StringComparison.Ordinal))["DESCRIPTION"].ShouldContain("(2 địa bàn, còn 2)");
        entries.Select(entry => entry["UID"]).Distinct().Count().ShouldBe(entries.Count);

        await Ok(await Submit(await province.Id(2024, "1.1")));
        var later = Calendar.Read(await open.GetByteArrayAsync((string)made["path"]!)).Single(entry => entry["UID"] == first["UID"]);
        int.Parse(later["SEQUENCE"], CultureInfo.InvariantCulture).ShouldBeGreaterThan(int.Parse(first["SEQUENCE"], CultureInfo.InvariantCulture));
        later["DESCRIPTION"].ShouldContain("Đã nộp");

        (await open.GetAsync("/v1/tasks/calendar.ics?key=97.0000")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await province.As("officer", "another").DeleteAsync($"/v1/tasks/calendar/keys/{(Guid)made["keyId"]!}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);   // the department may end anybody's
        (await open.GetAsync((string)made["path"]!)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_calendar_ends_with_the_access_of_its_person()
    {
        await Planned(2024);
        var made = await Ok(await province.As("leader", "who-leaves").PostAsync("/v1/tasks/calendar/keys", null));
        (await app.CreateClient().GetAsync((string)made["path"]!)).StatusCode.ShouldBe(HttpStatusCode.OK);

        await app.Hear("identity", new AccessChanged { Province = province.Code, Kind = "person", Subject = "who-leaves", Revoked = true, At = app.Clock.Now }, tenant: province.Code);

        (await app.CreateClient().GetAsync((string)made["path"]!)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_areas_calendar_holds_its_own_tasks()
    {
        await Planned(2024);
        var office = Guid.CreateVersion7();
        await Ok(await province.As("officer").PutAsJsonAsync($"/v1/tasks/owners/{office}", new { duties = new[] { new { function = "district_committee", area = "972" } } }));
        var made = await Ok(await province.As("area", "somebody", office).PostAsync("/v1/tasks/calendar/keys", null));

        var entries = Calendar.Read(await app.CreateClient().GetByteArrayAsync((string)made["path"]!));
        entries.ShouldNotBeEmpty();
        entries.ShouldAllBe(entry => entry["DESCRIPTION"].StartsWith("Đơn vị thực hiện: UBND cấp huyện (Former district 972)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_province_sees_nothing_of_it()
    {
        await Planned(2024);
        var id = await province.Id(2024, "1.1");
        var stranger = new PlannedProvince(app);

        (await stranger.Tasks("?year=2024")).ShouldBeEmpty();
        (await stranger.As("officer").GetAsync($"/v1/tasks/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.As("officer").PutAsJsonAsync($"/v1/tasks/{id}/submission", new { note = "x" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task Planned(int year)
    {
        province.At(year, 2, 1);
        await province.Register();
        await province.Load();
        await province.Make(year);
    }

    private Task<HttpResponseMessage> Submit(Guid task) => province.As("officer").PutAsJsonAsync($"/v1/tasks/{task}/submission", new { note = "Đã thực hiện" });

    private Task<HttpResponseMessage> Add(Guid task, byte[] content, string title, bool personal = false) => province.As("officer").PostAsync(
        $"/v1/tasks/{task}/evidence?title={Uri.EscapeDataString(title)}&personal={(personal ? "true" : "false")}",
        new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } });

    private async Task<JsonArray> Notices(string role) => JsonNode.Parse(await province.As(role).GetStringAsync("/v1/tasks/notices"))!.AsArray();

    private static byte[] Zip(params string[] entries)
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in entries) archive.CreateEntry(entry).Open().Dispose();
        return content.ToArray();
    }

    /// <summary>A reader of calendars as RFC 5545 says: content lines of at most 75 octets ending in CRLF, unfolded, then unescaped.</summary>
    private static class Calendar
    {
        public static List<Dictionary<string, string>> Read(byte[] octets)
        {
            var text = new UTF8Encoding(false, true).GetString(octets);
            text.ShouldEndWith("END:VCALENDAR\r\n");
            text.Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain('\n');
            foreach (var line in text.Split("\r\n")) Encoding.UTF8.GetByteCount(line).ShouldBeLessThanOrEqualTo(75);
            var lines = text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            lines[0].ShouldBe("BEGIN:VCALENDAR");
            lines.ShouldContain("VERSION:2.0");

            List<Dictionary<string, string>> entries = [];
            Stack<string> open = [];
            foreach (var line in lines)
            {
                var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..]);
                if (name == "BEGIN") open.Push(value);
                if (name == "END") open.Pop().ShouldBe(value);
                if (line == "BEGIN:VEVENT") entries.Add([]);
                else if (open.TryPeek(out var inside) && inside == "VEVENT" && name != "END") entries[^1].TryAdd(name, Unescape(value)).ShouldBeTrue($"{name} once");
            }
            open.ShouldBeEmpty();
            entries.ShouldAllBe(entry => entry.ContainsKey("UID") && entry.ContainsKey("DTSTAMP") && entry.ContainsKey("DTSTART;VALUE=DATE"));
            return entries;
        }

        private static string Unescape(string value)
        {
            var text = new StringBuilder();
            for (var i = 0; i < value.Length; i++)
            {
                if (value[i] is ';' or ',') throw new FormatException($"not escaped: {value}");
                if (value[i] != '\\') text.Append(value[i]);
                else text.Append(value[++i] is 'n' or 'N' ? '\n' : value[i] is '\\' or ';' or ',' ? value[i] : throw new FormatException(value));
            }
            return text.ToString();
        }
    }
}
