using System.Globalization;

namespace CareerPlatform.Targets.Domain;

/// <summary>A report as it stands on paper: head, title, and what follows in order. Made from figures and texts alone, so the same report always reads the same.</summary>
/// <param name="Letterhead">Who issues it.</param>
/// <param name="Number">Null while it has none.</param>
/// <param name="IssuedOn">Null while it is a draft.</param>
/// <param name="Subject">The line under the word "report".</param>
/// <param name="Blocks">In order.</param>
public sealed record ReportPaper(Letterhead Letterhead, string? Number, DateOnly? IssuedOn, string Subject, IReadOnlyList<ReportPaper.Block> Blocks)
{
    public bool IsDraft => IssuedOn is null;

    public abstract record Block;

    /// <param name="Level">1 for I., II.; 2 for 1., 2.</param>
    public sealed record Heading(string Text, int Level) : Block;

    public sealed record Paragraph(string Text) : Block;

    public sealed record Table(string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, bool TotalLast = false) : Block;

    /// <param name="Weight">Share of the width.</param>
    /// <param name="Align">`left`, `center` or `right`.</param>
    public sealed record Column(string Title, int Weight, string Align = "left");

    /// <summary>Columns side by side for each category.</summary>
    public sealed record Chart(string Caption, IReadOnlyList<string> Categories, IReadOnlyList<(string Name, IReadOnlyList<decimal?> Values)> Series) : Block;

    public static ReportPaper Of(Report report, ReportFigures figures, IReadOnlyDictionary<string, string> texts, Letterhead letterhead, Plan? plan, string? number, DateOnly? issuedOn)
    {
        var (kind, period) = (report.KindOf, report.Period);
        List<Block> blocks = [new Paragraph(Opening(figures, letterhead, period))];
        var place = 0;
        foreach (var part in kind.Parts)
        {
            List<Block> content = part.Source switch
            {
                "indicators" => [.. Indicators(figures, period)],
                "areas" => [.. Areas(figures)],
                "tasks" => [.. Tasks(figures)],
                "inspections" => [.. Inspections(figures)],
                "outreach" => [.. Outreach(figures)],
                "budget" => [.. Budget(figures)],
                "conference" => [.. Conference(plan?.Conference, figures)],
                "labour_capacity" => [.. Labour(figures, "Năng lực đào tạo, tuyển sinh, tốt nghiệp", byArea: false)],
                "labour_market" => [.. Labour(figures, "Việc làm, nhu cầu lao động", byArea: true)],
                _ => [],
            };
            if (texts.TryGetValue(part.Code, out var written)) content.AddRange(written.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => new Paragraph(line)));
            if (content.Count == 0 && part.Source != "text") continue;
            if (content.Count == 0) content.Add(new Paragraph("Không có nội dung báo cáo."));
            blocks.Add(new Heading($"{Vietnamese.Roman(++place)}. {part.Heading.ToUpper(CultureInfo.GetCultureInfo("vi-VN"))}", 1));
            blocks.AddRange(content);
        }
        blocks.Add(new Paragraph($"Trên đây là báo cáo {Lower(kind.Title.Vi.Replace("{period}", period.Vi, StringComparison.Ordinal).Replace("{area}", figures.AreaName, StringComparison.Ordinal))} của {letterhead.Office}./."));
        return new ReportPaper(letterhead, number, issuedOn, kind.Title.Vi.Replace("{period}", period.Vi, StringComparison.Ordinal).Replace("{area}", figures.AreaName, StringComparison.Ordinal), blocks);
    }

    private static string Opening(ReportFigures figures, Letterhead letterhead, ReportPeriod period)
    {
        var data = figures.DataAsOf is { } at ? $" Số liệu được tổng hợp đến {Vietnamese.LongDay(ServiceDefaults.VietnamTime.Day(at))}." : "";
        if (figures.Plan is not { } plan) return $"{letterhead.Office} báo cáo kết quả {period.Vi} như sau.{data}";
        var document = plan.Number is null ? $"văn bản của {plan.Issuer}"
            : $"{(plan.Number.Contains("/QĐ", StringComparison.Ordinal) ? "Quyết định" : "Kế hoạch")} số {plan.Number}{(plan.Date is { } day ? $" {Vietnamese.LongDay(day)}" : "")} của {plan.Issuer}";
        return $"Thực hiện {document} ({plan.TitleVi}), {letterhead.Office} báo cáo kết quả {period.Vi} như sau.{data}";
    }

    private static IEnumerable<Block> Indicators(ReportFigures figures, ReportPeriod period)
    {
        var counted = figures.Indicators.Where(line => line.D > 0).ToList();
        foreach (var line in counted.Where(line => line.Year == period.Year && line.Code.StartsWith("enrolment_", StringComparison.Ordinal)))
            yield return new Paragraph(Sentence(line));
        if (figures.Indicators.Count == 0 || counted.Count == 0 && figures.Indicators.All(line => line.Low is null))
        {
            yield return new Paragraph("Chưa có số liệu.");
            yield break;
        }
        var many = period.From != period.Year;
        yield return new Table(
            "Kết quả thực hiện chỉ tiêu",
            [new("TT", 6, "center"), new("Chỉ tiêu", 35), .. many ? (Column[])[new("Năm", 8, "center")] : [], new("Mức của kế hoạch", 15, "center"), new("Kết quả", 18, "center"), new("Chưa rõ", 10, "right"), new("Đánh giá", 14, "center")],
            [.. figures.Indicators.Select((line, n) => (IReadOnlyList<string>)[
                $"{n + 1}", Title(line), .. many ? (string[])[$"{line.Year}"] : [],
                Mark(line), Result(line), line.D > 0 ? Vietnamese.Number(line.NotKnown) : "", State(line)])]);
        var charted = counted.Where(line => line is { Unit: "percent", Low: not null } && line.Year == period.Year).ToList();
        if (charted.Count > 0)
        {
            yield return new Chart(
                "Kết quả so với mức của kế hoạch (%)", [.. charted.Select(line => Title(line))],
                [("Kết quả", [.. charted.Select(line => line.Share)]), ("Mức của kế hoạch", [.. charted.Select(line => line.Low)])]);
        }
    }

    private static string Title(ReportFigures.IndicatorLine line) =>
        line.Variant.StartsWith("disadvantaged", StringComparison.Ordinal) && !line.TitleVi.Contains("đặc biệt khó khăn", StringComparison.Ordinal) ? $"{line.TitleVi} (địa bàn đặc biệt khó khăn)" : line.TitleVi;

    private static string Sentence(ReportFigures.IndicatorLine line)
    {
        var who = line.Code == "enrolment_after_upper_secondary" ? ("học sinh tốt nghiệp THPT", "vào học cao đẳng") : ("học sinh tốt nghiệp THCS", "vào học giáo dục nghề nghiệp trình độ sơ cấp, trung cấp");
        var where = line.Variant.StartsWith("disadvantaged", StringComparison.Ordinal) ? ", ở địa bàn đặc biệt khó khăn," : "";
        var when = line.ReferenceDate is { } day && !line.Provisional ? $"Tính đến {Vietnamese.LongDay(day)}{where}" : $"Theo số liệu tạm tính{where}";
        var unknown = line.NotKnown > 0 ? $" Còn {Vietnamese.Number(line.NotKnown)} học sinh chưa rõ nơi học, nên tỷ lệ thực nằm trong khoảng từ {Vietnamese.Percent(line.Share)} đến {Vietnamese.Percent(line.Upper)}." : "";
        var against = line.Low is { } low && line.Unit == "percent"
            ? $", {(line.Share >= low ? "đạt" : "chưa đạt")} mức {Mark(line)} của kế hoạch" : "";
        return $"{when.Replace(",,", ",", StringComparison.Ordinal).TrimEnd(',')}, có {Vietnamese.Number(line.N)}/{Vietnamese.Number(line.D)} {who.Item1} {who.Item2}, bằng {Vietnamese.Percent(line.Share)}{against}.{unknown}";
    }

    private static string Mark(ReportFigures.IndicatorLine line)
    {
        if (line.Low is not { } low) return "";
        var unit = line.Unit == "percent" ? "%" : line.Unit switch { "vnd" or "VND" => " đồng", "sessions" => " buổi", "persons" => " người", "years" => " năm", _ => "" };
        string Value(decimal value) => line.Unit == "percent" ? Vietnamese.Percent(value) : Vietnamese.Number(value) + unit;
        var sign = line.Comparator switch { "about" => "khoảng ", "exactly" => "", _ => "từ " };
        if (line.High is { } high) return $"{sign}{Value(low).TrimEnd('%')}–{Value(high)} trở lên";
        return line.Comparator is "at_least" or "range_as_minimum" && low < 100 ? $"{sign}{Value(low)} trở lên" : line.Comparator == "about" ? $"{sign}{Value(low)}" : Value(low);
    }

    private static string Result(ReportFigures.IndicatorLine line) => line.D is not > 0 ? "Chưa có số liệu" : $"{Vietnamese.Number(line.N)}/{Vietnamese.Number(line.D)} ({Vietnamese.Percent(line.Share)})";

    private static string State(ReportFigures.IndicatorLine line) => line.State switch
    {
        Domain.State.Met => "Đạt",
        Domain.State.MetIfUnknownsFavourable => "Chưa đủ căn cứ",
        Domain.State.NotMet => "Chưa đạt",
        Domain.State.NoTarget => "Không giao chỉ tiêu",
        _ => "",
    };

    private static IEnumerable<Block> Areas(ReportFigures figures)
    {
        foreach (var code in figures.Areas.Select(line => line.IndicatorCode).Distinct())
        {
            var lines = figures.Areas.Where(line => line.IndicatorCode == code).ToList();
            var (n, d, unknown) = (lines.Sum(line => line.N), lines.Sum(line => line.D), lines.Sum(line => line.NotKnown));
            var words = ReportFigures.AreaTable.Of(code);
            yield return new Table(
                $"{Indicator.Find(code)?.Title.Vi ?? code}, theo địa bàn của trường",
                [new("TT", 6, "center"), new("Địa bàn", 40), new(words.D, 14, "right"), new(words.N, 14, "right"), .. words.HasNotKnown ? [new Column("Chưa rõ", 12, "right")] : Array.Empty<Column>(), new("Tỷ lệ", 14, "right")],
                [
                    .. lines.Select((line, place) => Row($"{place + 1}", line.Name ?? line.Area ?? "Chưa xác định địa bàn", line.D, line.N, line.NotKnown, line.Share)),
                    Row("", "Toàn tỉnh", d, n, unknown, d == 0 ? null : Math.Round(n * 100m / d, 2, MidpointRounding.AwayFromZero)),
                ],
                TotalLast: true);

            IReadOnlyList<string> Row(string place, string name, long all, long some, long notKnown, decimal? share) =>
                [place, name, Vietnamese.Number(all), Vietnamese.Number(some), .. words.HasNotKnown ? [Vietnamese.Number(notKnown)] : Array.Empty<string>(), Vietnamese.Percent(share)];
        }
    }

    private static IEnumerable<Block> Tasks(ReportFigures figures)
    {
        var tasks = figures.Tasks;
        if (tasks.All == 0)
        {
            yield return new Paragraph("Kế hoạch không giao nhiệm vụ có thời hạn trong kỳ báo cáo.");
            yield break;
        }
        yield return new Paragraph(
            $"Trong kỳ có {Vietnamese.Number((long)tasks.All)} nhiệm vụ; đã nghiệm thu {Vietnamese.Number((long)tasks.Accepted)}, đã nộp chờ nghiệm thu {Vietnamese.Number((long)tasks.Submitted)}, "
            + $"đang thực hiện {Vietnamese.Number((long)tasks.Working)}, quá hạn {Vietnamese.Number((long)tasks.Overdue)}" + (tasks.Waiting > 0 ? $", chưa đến thời điểm thực hiện {Vietnamese.Number((long)tasks.Waiting)}" : "")
            + $". Số nhiệm vụ hoàn thành chậm: {Vietnamese.Number((long)tasks.DoneLate)}.");
        if (figures.AreaReports.Count > 0)
        {
            yield return new Paragraph(
                $"Có {figures.AreaReports.Count(area => area.State == ReportState.Accepted)}/{figures.AreaReports.Count} địa phương có báo cáo năm đã được tiếp nhận, "
                + $"{figures.AreaReports.Count(area => area.State == ReportState.Submitted)} báo cáo đang chờ tiếp nhận.");
        }
        if (figures.Late.Count == 0) yield break;
        yield return new Table(
            "Nhiệm vụ chậm so với thời hạn",
            [new("TT", 6, "center"), new("Nhiệm vụ", 42), new("Đơn vị thực hiện", 25), new("Hạn", 16, "center"), new("Số ngày chậm", 11, "right")],
            [.. figures.Late.GroupBy(task => (task.Code, task.Owner, task.LastDay)).Select((same, n) => (IReadOnlyList<string>)[
                $"{n + 1}", $"{same.Key.Code}. {same.First().TitleVi}", Holders(same.Key.Owner, [.. same.Select(task => task.Area).OfType<string>()]), Vietnamese.Day(same.Key.LastDay),
                Vietnamese.Number((long)same.Max(task => task.DaysLate))])]);
    }

    /// <summary>An office with its areas: named while they are few, otherwise counted.</summary>
    private static string Holders(string owner, IReadOnlyList<string> areas) => areas.Count switch
    {
        0 => owner,
        <= 3 => $"{owner}: {string.Join(", ", areas.Order(StringComparer.Ordinal))}",
        _ => $"{owner}: {Vietnamese.Number((long)areas.Count)} địa bàn",
    };

    private static IEnumerable<Block> Inspections(ReportFigures figures)
    {
        var counts = figures.Inspections;
        if (counts.Planned == 0)
        {
            yield return new Paragraph("Trong kỳ không có cuộc kiểm tra nào được lập kế hoạch.");
            yield break;
        }
        yield return new Paragraph(
            $"Đã thực hiện {counts.Held}/{counts.Planned} cuộc kiểm tra theo kế hoạch, tại {counts.AreasVisited} địa bàn; có {counts.Findings} kiến nghị, trong đó {counts.Findings - counts.Open} đã xử lý xong"
            + (counts.Overdue > 0 ? $", {counts.Overdue} quá hạn xử lý." : "."));
        if (figures.Findings.Count == 0) yield break;
        yield return new Table(
            "Kiến nghị sau kiểm tra",
            [new("TT", 6, "center"), new("Địa bàn", 18), new("Nội dung", 32), new("Mức độ", 12, "center"), new("Yêu cầu", 22), new("Tình trạng", 14, "center")],
            [.. figures.Findings.Select((finding, n) => (IReadOnlyList<string>)[
                $"{n + 1}", finding.AreaName ?? finding.Area, finding.Text, finding.Severity switch { "critical" => "Nghiêm trọng", "major" => "Lớn", _ => "Nhỏ" },
                $"{finding.FollowUp} (hạn {Vietnamese.Day(finding.FollowUpBy)})", finding.Open ? "Đang xử lý" : "Đã xử lý"])]);
    }

    private static IEnumerable<Block> Outreach(ReportFigures figures)
    {
        if (figures.Outreach is not { } told) yield break;
        if (told.Leads == 0)
        {
            yield return new Paragraph("Chưa có học sinh nào được chuyển cho cơ sở giáo dục nghề nghiệp để tư vấn trong năm.");
            yield break;
        }
        string Of(long part) => $"{Vietnamese.Number(part)} ({Vietnamese.Percent(Math.Round(part * 100m / told.Leads, 2, MidpointRounding.AwayFromZero))})";
        yield return new Paragraph(
            $"Đã chuyển {Vietnamese.Number(told.Leads)} học sinh không trúng tuyển lớp 10 cho các cơ sở giáo dục nghề nghiệp để tư vấn; {Of(told.Contacted)} đã được liên hệ, trong đó {Of(told.ContactedInTime)} trong 7 ngày đầu; "
            + $"{Of(told.Reached)} đã nói chuyện được với gia đình; {Of(told.Started)} đã nhập học. {Vietnamese.Number(told.Withdrawn)} trường hợp được rút vì đã có chỗ học hoặc gia đình không đồng ý liên hệ.");
    }

    private static IEnumerable<Block> Budget(ReportFigures figures)
    {
        if (figures.BudgetNeed is { } need)
        {
            yield return new Paragraph(
                $"Tổng nhu cầu kinh phí của kế hoạch là {Vietnamese.Money(need.Need)}" + (need.ExclusionsVi.Count > 0 ? $", chưa gồm: {string.Join("; ", need.ExclusionsVi.Select(Lower))}." : "."));
        }
        if (figures.Budget.Count == 0) yield break;
        yield return new Table(
            "Kinh phí thực hiện (đồng)",
            [new("TT", 6, "center"), new("Nội dung", 40), new("Dự toán", 18, "right"), new("Đã cam kết", 18, "right"), new("Đã chi", 18, "right")],
            [
                .. figures.Budget.Select((line, n) => (IReadOnlyList<string>)[$"{n + 1}", line.TitleVi, Vietnamese.Number(line.Estimated), Vietnamese.Number(line.Committed), Vietnamese.Number(line.Spent)]),
                ["", "Cộng", Vietnamese.Number(figures.Budget.Sum(line => line.Estimated)), Vietnamese.Number(figures.Budget.Sum(line => line.Committed)), Vietnamese.Number(figures.Budget.Sum(line => line.Spent))],
            ],
            TotalLast: true);
    }

    /// <summary>The conference as its plan calls it: time and place, programme, speeches, who is invited, who is honoured.</summary>
    private static IEnumerable<Block> Conference(Conference? conference, ReportFigures figures)
    {
        if (conference is null) yield break;
        if (conference.Place is { } place) yield return new Paragraph($"Địa điểm: {place}.");
        foreach (var (heading, lines) in new[] { ("Nội dung", conference.Content), ("Chương trình", conference.Programme), ("Thành phần mời", conference.Invitees), ("Khen thưởng", conference.Awards) })
        {
            if (lines is null) continue;
            yield return new Heading(heading, 2);
            foreach (var item in lines.Items) yield return new Paragraph($"- {item.Vi}");
        }
        var items = figures.Conference.ToDictionary(item => item.Code);
        if (conference.Speeches.Count > 0)
        {
            yield return new Table(
                "Tham luận tại hội nghị", [new("TT", 6, "center"), new("Đơn vị", 28), new("Nội dung", 34), new("Hình thức", 16, "center"), new("Chuẩn bị", 16, "center")],
                [.. conference.Speeches.Select((speech, n) => (IReadOnlyList<string>)[
                    $"{n + 1}", speech.Author.Vi, speech.Topic.Vi, speech.Kind == "assigned" ? "Phân công" : "Mời", items.TryGetValue($"speech-{n + 1}", out var item) ? Prepared(item) : ""])]);
        }
        var others = figures.Conference.Where(item => item.Kind is not ("speech" or "report")).ToList();
        if (others.Count == 0) yield break;
        yield return new Table(
            "Tình hình chuẩn bị hội nghị", [new("TT", 6, "center"), new("Nội dung", 48), new("Mời", 10, "right"), new("Xác nhận", 10, "right"), new("Hạn", 13, "center"), new("Chuẩn bị", 14, "center")],
            [.. others.Select((item, n) => (IReadOnlyList<string>)[
                $"{n + 1}", item.TitleVi, item.Invited is { } invited ? Vietnamese.Number((long)invited) : "", item.Confirmed is { } confirmed ? Vietnamese.Number((long)confirmed) : "", Vietnamese.Day(item.Due), Prepared(item)])]);
    }

    private static string Prepared(ReportFigures.ConferenceLine item) => item.State switch
    {
        "open" => item.DaysLate > 0 ? "Chưa làm, chậm" : "Chưa làm",
        "asked" => "Đã đề nghị",
        "promised" => "Đã nhận lời",
        "received" => "Đã nhận bài",
        "declined" => "Không tham gia",
        "invited" => "Đã mời",
        "confirmed" => "Đã xác nhận",
        "drafted" => "Đã dự thảo",
        "proposed" => "Đã đề nghị",
        "decided" => "Đã quyết định",
        "estimated" => "Đã dự toán",
        "settled" => "Đã quyết toán",
        _ => "Đã duyệt",
    };

    private static IEnumerable<Block> Labour(ReportFigures figures, string caption, bool byArea)
    {
        var lines = figures.Labour.Where(line => LabourMeasure.Find(line.Measure)?.ByArea == byArea).ToList();
        if (figures.LabourReporters is { } told && !byArea) yield return new Paragraph($"Có {told.Told}/{told.All} đơn vị, địa phương đã cung cấp số liệu.");
        if (lines.Count == 0)
        {
            yield return new Paragraph("Chưa có đơn vị nào cung cấp số liệu.");
            yield break;
        }
        yield return new Table(
            caption, [new("TT", 6, "center"), new("Chỉ tiêu", 40), new("Trình độ", 20), new("Kỳ này", 17, "right"), new("Cùng kỳ năm trước", 17, "right")],
            [.. lines.Select((line, n) => (IReadOnlyList<string>)[$"{n + 1}", line.TitleVi, line.LevelVi, Vietnamese.Number(line.Number), line.Before is { } before ? Vietnamese.Number(before) : ""])]);
        long Of(string measure) => lines.Where(line => line.Measure == measure).Sum(line => line.Number);
        if (Of("graduated") is > 0 and var graduated)
            yield return new Paragraph($"Có {Vietnamese.Number(Of("employed"))}/{Vietnamese.Number(graduated)} người tốt nghiệp trong kỳ có việc làm, bằng {Vietnamese.Percent(Math.Round(Of("employed") * 100m / graduated, 2, MidpointRounding.AwayFromZero))}.");
    }

    private static string Lower(string text) => text.Length == 0 ? text : char.ToLower(text[0], CultureInfo.GetCultureInfo("vi-VN")) + text[1..];
}
