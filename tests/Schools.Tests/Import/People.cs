namespace CareerPlatform.Schools.Tests.Import;

/// <summary>Fictional people, the same for the same seed.</summary>
internal sealed record TestPerson
{
    private static readonly string[] Surnames = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Vừ", "Lô", "Xồng", "Quách", "Lữ"];
    private static readonly string[] Middles = ["Thị", "Văn", "Đức", "Hữu", "Thùy", "Ngọc Bảo", "", "Quốc", "Xuân", "Thị Mỹ", "Y", "Đình", "Khánh", "Thuỷ", "Hoài"];
    private static readonly string[] Given = ["Ánh", "Ý", "Út", "Hòa", "Hoà", "Đức", "Xua", "Linh", "Yến", "Ước", "Quỳnh", "Thảo", "Phượng", "Tuấn", "Nghĩa", "Khuê", "Ân", "Ởi", "Ẩn", "Nhưỡng", "Huyền", "Thuý", "Kiệt", "Sỹ"];
    private static readonly string[] Places = ["Đông Thành", "Nghi Đức", "Mường Lống", "Thạch Ngàn", "Quỳnh Lưu", "Nậm Nhoóng", "Tân Kỳ", "Hưng Nguyên", "Châu Bính"];
    private static readonly string[] Ethnicities = ["Kinh", "Kinh", "Kinh", "Thái", "Thổ", "Khơ-mú", "Mông"];

    public required string CandidateNumber { get; init; }

    public required string CitizenId { get; init; }

    public required string First { get; init; }

    public required string Last { get; init; }

    public string Name => $"{First} {Last}";

    public required DateOnly Birth { get; init; }

    public required bool Female { get; init; }

    public required string Ethnicity { get; init; }

    public required string School { get; init; }

    public required string Phone { get; init; }

    /// <summary>Literature, mathematics, foreign language; null when absent.</summary>
    public required decimal?[] Marks { get; init; }

    public decimal? Total => Marks.All(mark => mark is not null) ? Marks.Sum() : null;

    public static List<TestPerson> Make(int seed, int count)
    {
        var random = new Random(seed);
        T Pick<T>(T[] from) => from[random.Next(from.Length)];
        var start = random.Next(10_000, 500_000);
        return [.. Enumerable.Range(0, count).Select(index =>
        {
            var female = random.Next(2) == 0;
            var birth = new DateOnly(2009, 1, 1).AddDays(random.Next(365));
            var absent = random.Next(12) == 0;
            var middle = Pick(Middles);
            return new TestPerson
            {
                CandidateNumber = $"{start + (index * 7):000000}",
                CitizenId = $"040{(female ? 3 : 2)}{birth.Year % 100:00}{random.Next(1_000_000):000000}",
                First = middle.Length == 0 ? Pick(Surnames) : $"{Pick(Surnames)} {middle}",
                Last = Pick(Given),
                Birth = birth,
                Female = female,
                Ethnicity = Pick(Ethnicities),
                School = $"THCS {Pick(Places)}",
                Phone = $"+84{Pick(["91", "98", "35", "70", "83", "56", "86"])}{random.Next(10_000_000):0000000}",
                Marks = [.. Enumerable.Range(0, 3).Select(_ => absent ? (decimal?)null : random.Next(0, 41) / 4m)],
            };
        })];
    }
}

/// <summary>Short name for <see cref="TestPerson.Make"/>.</summary>
internal static class People
{
    public static List<TestPerson> Make(int seed, int count) => TestPerson.Make(seed, count);
}
