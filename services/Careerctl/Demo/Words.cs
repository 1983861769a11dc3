namespace CareerPlatform.Careerctl.Demo;

/// <summary>What invented people, places and schools are called; common Vietnamese words put together by chance, nobody's name in particular.</summary>
static class Words
{
    public const string ProvinceName = "Tỉnh Hoành Lam";

    // Chosen so that no two of them together are a province, district or commune of the country, before or after July 2025: Hải, Dương, Sơn, Tây, Yên and Thành are not among them.
    static readonly string[] PlaceFirst =
    [
        "Bạch", "Chân", "Châu", "Đại", "Giang", "Hạnh", "Hiếu", "Hoa", "Hồng", "Hưng", "Lam", "Lâm", "Liên", "Linh", "Mai", "Nghĩa", "Nhân", "Phúc", "Phượng", "Quế", "Tam",
        "Thịnh", "Thọ", "Thủy", "Trà", "Tùng", "Vân", "Viên", "Khuê", "Diệu", "Tịnh", "Nguyệt", "Uyên", "Hoành", "Thục", "Nhật", "Hiền", "Trúc", "Dao", "Kỳ", "Chiêu", "Thiên",
        "Hương", "Ninh", "Đức", "Liễu", "Tuyết", "Yến", "Thùy", "Đan", "Ngân", "Vũ", "Thúy", "Bích", "Huệ", "Tường", "Dạ", "Mộc", "Sa", "Ngà", "Sen", "Khải", "Trí", "Vinh",
        "Nguyên",
    ];

    static readonly string[] PlaceSecond =
    [
        "Bích", "Cẩm", "Đài", "Hậu", "Mậu", "Môn", "Ngạn", "Sa", "Tĩnh", "Tường", "Viễn", "Khuê", "Uyên", "Miên", "Giao", "Tịnh", "Chiêu", "Trầm", "Nhiên", "Mộc", "Bảng", "Huyên",
        "Châm", "Đàm", "Thục", "Hoan", "Ngân", "Tuế", "Doanh", "Uy", "Nhuệ", "Lãm", "Hiên", "Ân", "Thiệu", "Khải", "Quyên",
    ];

    static readonly string[] HighlandFirst = ["Nậm", "Huồi", "Mường", "Keng", "Pù", "Tà", "Na", "Bản", "Phà", "Chiêng", "Khe", "Xốp"];
    static readonly string[] HighlandSecond = ["Khạo", "Khẹo", "Thăm", "Pục", "Sẳm", "Cáng", "Lót", "Nhoi", "Nhứa", "Đảy", "Chằm", "Xiên", "Mắn", "Phẳn", "Chót", "Kho", "Hin", "Lưm"];

    /// <summary>Every place name there is, lowland or highland, in an order of this chance.</summary>
    public static Queue<string> Places(Chance chance, bool highland)
    {
        var names = (from first in highland ? HighlandFirst : PlaceFirst from second in highland ? HighlandSecond : PlaceSecond where first != second select $"{first} {second}").ToArray();
        chance.Shuffle(names);
        return new Queue<string>(names);
    }

    public static readonly Weighted<string> Surnames = new(
        ("Nguyễn", 36), ("Trần", 11), ("Lê", 9), ("Phan", 5), ("Hoàng", 5), ("Phạm", 4.5), ("Hồ", 4.5), ("Đặng", 3), ("Cao", 2.5), ("Bùi", 2.2), ("Võ", 2), ("Ngô", 2), ("Thái", 1.6),
        ("Vũ", 1.5), ("Đinh", 1.3), ("Trương", 1.3), ("Dương", 1), ("Chu", 1), ("Đậu", 1), ("Hà", .8), ("Lưu", .7), ("Tạ", .5), ("Mai", .5), ("Đoàn", .5), ("Tô", .4), ("Kiều", .3), ("Từ", .3),
        ("Quách", .2), ("La", .2), ("Ông", .1));

    public static readonly Weighted<string> MiddleOfBoys = new(
        ("Văn", 14), ("Đức", 8), ("Hữu", 6), ("Minh", 6), ("Quang", 5), ("Anh", 5), ("Gia", 5), ("Thành", 4), ("Xuân", 4), ("Đình", 4), ("Công", 4), ("Tuấn", 3), ("Quốc", 3), ("Hoàng", 3), ("Bảo", 3),
        ("Trung", 3), ("Duy", 3), ("Mạnh", 2), ("Trọng", 2), ("Thế", 2), ("Nhật", 2), ("Khánh", 2), ("Phúc", 1), ("Hải", 1), ("Việt", 1), ("Sỹ", 1), ("Ngọc", 1), ("Viết", 1), ("Bá", 1), ("Hồng", 1));

    public static readonly Weighted<string> MiddleOfGirls = new(
        ("Thị", 30), ("Thị Thu", 2), ("Thị Ngọc", 3), ("Thị Thanh", 2), ("Thị Hà", 2), ("Thị Khánh", 2), ("Ngọc", 8), ("Thùy", 5), ("Khánh", 5), ("Bảo", 4), ("Phương", 4), ("Thu", 4), ("Minh", 3),
        ("Hà", 3), ("Quỳnh", 3), ("Hoài", 2), ("Thanh", 2), ("Mai", 2), ("Như", 2), ("Diệu", 1), ("Tường", 1), ("Trà", 1), ("Yến", 1), ("Cẩm", 1), ("An", 1), ("Nguyễn Bảo", 1));

    public static readonly Weighted<string> GivenOfBoys = new(
        ("Anh", 5), ("Bảo", 4), ("Bình", 1), ("Cường", 2), ("Dũng", 3), ("Duy", 3), ("Dương", 3), ("Đạt", 4), ("Đức", 4), ("Hải", 2), ("Hậu", 1), ("Hiếu", 4), ("Hoàng", 4), ("Hùng", 3), ("Huy", 5),
        ("Hưng", 3), ("Khải", 2), ("Khang", 2), ("Khánh", 2), ("Khôi", 2), ("Kiên", 2), ("Lâm", 2), ("Long", 3), ("Lộc", 1), ("Lợi", 1), ("Mạnh", 2), ("Minh", 4), ("Nam", 4), ("Nghĩa", 2), ("Nguyên", 2),
        ("Nhật", 2), ("Phong", 3), ("Phúc", 3), ("Phước", 1), ("Quân", 4), ("Quang", 2), ("Quý", 1), ("Sang", 1), ("Sơn", 2), ("Tài", 2), ("Tâm", 1), ("Tân", 1), ("Thái", 1), ("Thành", 2), ("Thắng", 2),
        ("Thiện", 1), ("Thịnh", 2), ("Toàn", 1), ("Trí", 1), ("Trung", 2), ("Trường", 2), ("Tú", 1), ("Tuấn", 3), ("Tùng", 2), ("Việt", 2), ("Vinh", 1), ("Vũ", 2), ("Vương", 1), ("Út", .1));

    public static readonly Weighted<string> GivenOfGirls = new(
        ("An", 2), ("Anh", 7), ("Ánh", 2), ("Bích", .5), ("Châu", 2), ("Chi", 3), ("Diệp", 1), ("Dung", 2), ("Duyên", 2), ("Dương", 2), ("Giang", 3), ("Hà", 4), ("Hạnh", 1), ("Hằng", 2), ("Hân", 2),
        ("Hiền", 2), ("Hoa", 1), ("Hoài", 1), ("Hồng", 1), ("Huệ", .5), ("Huyền", 4), ("Hương", 3), ("Khánh", 1), ("Lan", 1), ("Lê", .5), ("Liên", .5), ("Linh", 8), ("Loan", .5), ("Ly", 3), ("Mai", 3),
        ("Minh", 1), ("My", 3), ("Mỹ", .5), ("Na", 1), ("Nga", 1), ("Ngân", 3), ("Ngọc", 4), ("Nguyệt", 1), ("Nhi", 5), ("Nhung", 2), ("Như", 3), ("Oanh", 1), ("Phương", 4), ("Quỳnh", 3), ("Tâm", 2),
        ("Thảo", 4), ("Thanh", 1), ("Thu", 1), ("Thùy", 1), ("Thủy", 1), ("Thư", 3), ("Thương", 2), ("Tiên", 1), ("Trà", 1), ("Trang", 5), ("Trâm", 2), ("Trinh", 1), ("Tú", 1), ("Uyên", 2), ("Vân", 2),
        ("Vy", 3), ("Xuân", .5), ("Yến", 2), ("Ý", .3));

    public static readonly Weighted<(string Ethnicity, string[] Surnames)> Highlanders = new(
        (("Thái", ["Lô", "Vi", "Lương", "Lữ", "Ngân", "Quang", "Kha", "Lộc"]), 62),
        (("Mông", ["Vừ", "Lầu", "Xồng", "Hờ", "Già", "Và"]), 22),
        (("Khơ Mú", ["Moong", "Cụt", "Lữ", "Ven"]), 16));

    public static readonly string[] HighlandMiddleOfBoys = ["Bá", "Y", "Văn", "Nỏ", "Tổng", "Xái", "Giống", "Minh", "Phò", "Thoong", "Quốc", "Duy", "Hải", "Xuân"];
    public static readonly string[] HighlandGivenOfBoys =
    [
        "Chò", "Dềnh", "Lịa", "Xùa", "Phệt", "Khăm", "Tủa", "Xên", "Rê", "Mạnh", "Cường", "Thái", "Đạt", "Huy", "Lềnh", "Pó", "Vừ", "Sinh", "Hùng", "Nênh", "Trung", "Phong", "Hiếu", "Xăng", "Lỳ",
    ];
    public static readonly string[] HighlandMiddleOfGirls = ["Y", "Thị", "Mỹ", "Thị Ngọc", "Bảo", "Thị Hoài", "Thị Thu", "Khánh", "Thị Mai", "Như", "Thị Lan", "Hà"];
    public static readonly string[] HighlandGivenOfGirls =
    [
        "Mái", "Xia", "Khăm", "Nọi", "Dở", "Pằn", "Sua", "Hom", "Xiêng", "Chía", "Linh", "Huyền", "Trang", "Thảo", "Nhi", "Lỳ", "Mỷ", "Dếnh", "Bầu", "Hoa", "Xi", "Phương", "Ly", "Ngân",
    ];

    public static readonly string[] SchoolHeroes =
    [
        "Ánh Dương", "Bình Minh", "Chân Trời", "Hoa Sen", "Hòa Hiếu", "Hướng Dương", "Khai Trí", "Lam Sơn Hạ", "Minh Khai", "Nam Phong", "Ngọc Lâm", "Phú Nghĩa", "Quang Minh", "Sông Xanh", "Tân Tiến",
        "Thanh Niên", "Trí Đức", "Tự Lập", "Tương Lai", "Vạn Xuân", "Văn Hiến", "Việt Lâm",
    ];

    /// <summary>Trades taught in the province: last six digits of the national training code (Circular on the list of training fields), name, weight.</summary>
    public static readonly Weighted<(string Code, string Name)> Trades = new(
        (("510216", "Công nghệ ô tô"), 10), (("520227", "Điện công nghiệp"), 10), (("520225", "Điện tử công nghiệp"), 5), (("520123", "Hàn"), 6), (("520121", "Cắt gọt kim loại"), 5),
        (("520205", "Kỹ thuật máy lạnh và điều hòa không khí"), 6), (("480202", "Công nghệ thông tin (ứng dụng phần mềm)"), 8), (("340302", "Kế toán doanh nghiệp"), 5), (("540205", "May thời trang"), 7),
        (("810207", "Kỹ thuật chế biến món ăn"), 7), (("810205", "Quản trị khách sạn"), 4), (("640101", "Thú y"), 4), (("620111", "Trồng trọt"), 3), (("580201", "Kỹ thuật xây dựng"), 4),
        (("720301", "Điều dưỡng"), 4), (("810404", "Chăm sóc sắc đẹp"), 5), (("210402", "Thiết kế đồ họa"), 4), (("840111", "Logistics"), 3));

    public static readonly string[] Supports = ["free_tuition_9_plus", "boarding_allowance", "scholarship", "transport"];
}
