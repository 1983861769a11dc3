namespace CareerPlatform.Targets.Domain;

/// <summary>A function that plans give work to. Offices come and go; a dated succession says which function's holder does the work of one that has ended.</summary>
/// <param name="Code">Stable code; a plan's tasks name it.</param>
/// <param name="Title">As an office of the sources' time would be called.</param>
public sealed record Function(string Code, Text Title)
{
    public static IReadOnlyList<Function> All { get; } =
    [
        new("ministry_education", new("Bộ Giáo dục và Đào tạo", "ministry of education")),
        new("party_committee", new("Tỉnh ủy", "provincial Party committee")),
        new("propaganda_board", new("Ban Tuyên giáo Tỉnh ủy", "provincial Party propaganda board")),
        new("provincial_committee", new("UBND tỉnh", "provincial people's committee")),
        new("education_department", new("Sở Giáo dục và Đào tạo", "department of education")),
        new("labour_department", new("Sở Lao động - Thương binh và Xã hội", "department of labour")),
        new("planning_investment", new("Sở Kế hoạch và Đầu tư", "department of planning and investment")),
        new("finance", new("Sở Tài chính", "department of finance")),
        new("home_affairs", new("Sở Nội vụ", "department of home affairs")),
        new("information_department", new("Sở Thông tin và Truyền thông", "department of information and communications")),
        new("science_technology", new("Sở Khoa học và Công nghệ", "department of science and technology")),
        new("culture", new("Sở Văn hóa, Thể thao và Du lịch", "department of culture")),
        new("agriculture", new("Sở Nông nghiệp", "department of agriculture")),
        new("industry_trade", new("Sở Công Thương", "department of industry and trade")),
        new("departments", new("Các sở, ban, ngành", "departments and boards of the province")),
        new("fatherland_front", new("Ủy ban Mặt trận Tổ quốc", "Fatherland Front")),
        new("unions", new("Các tổ chức chính trị - xã hội", "unions and associations")),
        new("youth_union", new("Tỉnh Đoàn", "Youth Union")),
        new("business_association", new("Hiệp hội doanh nghiệp", "business association")),
        new("vcci", new("Liên đoàn Thương mại và Công nghiệp", "chamber of commerce and industry")),
        new("press", new("Báo của tỉnh", "provincial newspaper")),
        new("radio_tv", new("Đài Phát thanh và Truyền hình", "radio and television")),
        new("provincial_portal", new("Cổng thông tin điện tử tỉnh", "provincial portal")),
        new("district_committee", new("UBND cấp huyện", "district people's committee")),
        new("district_education", new("Phòng Giáo dục và Đào tạo", "district education office")),
        new("district_offices", new("Các phòng chuyên môn cấp huyện", "specialised offices of the district")),
        new("commune_committee", new("UBND cấp xã", "commune people's committee")),
        new("lower_secondary_school", new("Trường THCS", "lower-secondary school")),
        new("upper_secondary_school", new("Trường THPT", "upper-secondary school")),
        new("boarding_school", new("Trường phổ thông dân tộc nội trú", "ethnic boarding school")),
        new("education_institution", new("Cơ sở giáo dục", "education institution")),
        new("continuing_education_centre", new("Trung tâm GDTX", "continuing education centre")),
        new("vocational_continuing_centre", new("Trung tâm GDNN-GDTX", "vocational and continuing education centre")),
        new("vocational_institution", new("Cơ sở giáo dục nghề nghiệp", "vocational institution")),
        new("university", new("Trường đại học", "university")),
        new("enterprise", new("Doanh nghiệp", "enterprise")),
        new("plan_units", new("Các đơn vị được giao nhiệm vụ", "units that the plan gives tasks to")),
    ];

    public static Function? Find(string code) => All.FirstOrDefault(function => function.Code == code);
}

/// <summary>From a day on, others do the work of a function.</summary>
public sealed record Succession(string Function, DateOnly From, IReadOnlyList<string> To)
{
    /// <summary>What holds unless a plan's parameters say otherwise: departments joined on 1 March 2025, districts ended on 1 July 2025.</summary>
    /// <remarks>Of the labour department's work, vocational education went to education and employment to home affairs. That the department of education publishes
    /// and communes confirm contacts in place of the district education office is this project's rule, a parameter of each plan.</remarks>
    public static IReadOnlyList<Succession> General { get; } =
    [
        new("labour_department", new(2025, 3, 1), ["education_department", "home_affairs"]),
        new("planning_investment", new(2025, 3, 1), ["finance"]),
        new("information_department", new(2025, 3, 1), ["science_technology", "culture"]),
        new("district_committee", new(2025, 7, 1), ["commune_committee"]),
        new("district_education", new(2025, 7, 1), ["education_department", "commune_committee"]),
        new("district_offices", new(2025, 7, 1), ["commune_committee"]),
    ];
}

/// <summary>Something that happens in a province each year without a date of its own; what is due after it has no date until it happened.</summary>
public static class CalendarEvent
{
    public const string Grade10Results = "grade10_results";

    public static IReadOnlyList<string> All { get; } = [Grade10Results];
}
