namespace CareerPlatform.Targets.Domain;

/// <summary>One thing that targets are about, with the definition by which it is counted.</summary>
/// <param name="Code">Stable code; a plan's targets name it.</param>
/// <param name="Version">Newest version of the definition.</param>
/// <param name="Title">Our own wording.</param>
/// <param name="Level">Level of graduation for the enrolment indicators; null for the others.</param>
/// <param name="Numerator">Rungs of the ladder that count.</param>
public sealed record Indicator(string Code, int Version, Text Title, string? Level, IReadOnlyList<string> Numerator)
{
    /// <summary>Whether it is counted area by area: graduates, what schools do, and whom they reach.</summary>
    public bool ByArea => Level is not null || Code is "career_programme_local_production" or "qualified_part_time_counsellor" or "career_guidance_teacher" or "informed_about_streaming";

    /// <summary>Every indicator that plans may name.</summary>
    public static IReadOnlyList<Indicator> All { get; } =
    [
        new("enrolment_after_lower_secondary", 1, new("Tốt nghiệp THCS vào học nghề", "Vocational education after lower secondary"), "lower_secondary", ["gdnn_intermediate", "gdnn_elementary"]),
        new("enrolment_after_upper_secondary", 1, new("Tốt nghiệp THPT vào cao đẳng", "College after upper secondary"), "upper_secondary", ["gdnn_college"]),
        new("career_programme_local_production", 1, new("Trường có chương trình hướng nghiệp gắn với địa phương", "Schools with a career programme tied to local production"), null, []),
        new("qualified_part_time_counsellor", 1, new("Trường có giáo viên tư vấn đạt yêu cầu", "Schools with a qualified part-time counsellor"), null, []),
        new("informed_about_streaming", 1, new("Học sinh, phụ huynh được tuyên truyền", "Pupils and parents informed"), null, []),
        new("cluster_sessions", 1, new("Buổi tư vấn tại cụm trường", "Sessions in school clusters"), null, []),
        new("funding_need", 1, new("Kinh phí", "Funding"), null, []),
        new("career_guidance_teacher", 1, new("Trường có giáo viên hướng nghiệp", "Schools with a career guidance teacher"), null, []),
        new("conference_attendance", 1, new("Số người dự hội nghị", "People at the conference"), null, []),
        new("conference_length", 1, new("Thời lượng hội nghị", "Length of the conference"), null, []),
        new("review_period", 1, new("Số năm được sơ kết", "Years under review"), null, []),
    ];

    public static Indicator? Find(string code) => All.FirstOrDefault(indicator => indicator.Code == code);
}
