using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>What a programme must be to be offered.</summary>
public static class Programme
{
    public static readonly string[] Levels = ["elementary", "intermediate", "college", "vocational_upper_secondary"];

    /// <summary>Levels of the culture leg of a dual track.</summary>
    public static readonly string[] CultureLevels = ["continuing_education", "upper_secondary"];

    public static void MustBeValid(string trainingCode, string level, int seats, int intakeYear, decimal fee)
    {
        List<Fault> faults = [];
        if (trainingCode.Length != 7 || !trainingCode.All(char.IsAsciiDigit)) faults.Add(new("/trainingCode", null, null, "training_code_invalid", "Mã ngành nghề gồm 7 chữ số"));
        if (!Levels.Contains(level)) faults.Add(new("/level", null, null, "level_unknown", $"Một trong: {string.Join(", ", Levels)}"));
        if (seats is < 0 or > 100_000) faults.Add(new("/seats", null, null, "seats_invalid", "Chỉ tiêu từ 0 đến 100.000"));
        if (intakeYear is < 2000 or > 2100) faults.Add(new("/intakeYear", null, null, "year_invalid", "Năm tuyển sinh không hợp lệ"));
        if (fee < 0) faults.Add(new("/fee", null, null, "fee_invalid", "Học phí không âm"));
        if (faults.Count > 0) throw new RuleBroken("programme_invalid", "Thông tin ngành nghề không hợp lệ", "The programme breaks a rule; see errors.", 422).With([.. faults]);
    }
}
