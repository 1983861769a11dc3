namespace CareerPlatform.Enrolment.Domain;

/// <summary>What a round of the allocation decided about one pupil and one institution: a letter to be stored, a code for programs, a sentence in both languages.</summary>
public static class Verdict
{
    public const char Granted = 'G', NoSeats = 'S', NotChosen = 'C', HadIt = 'H', OutOfScope = 'O', FamilyFull = 'F', Wish = 'W', Farther = 'A', Fuller = 'Q', Rotation = 'R';

    /// <summary>For an institution that took no part in the round.</summary>
    public static readonly Words NoAgreement = new("no_agreement", "Chưa có thoả thuận hoặc ngành tuyển sinh còn hiệu lực khi phân bổ.", "It had no agreement in force, or no programme of this intake, when the round was decided.");

    private static readonly Dictionary<char, Words> Refusals = new()
    {
        [NoSeats] = new("no_seats", "Hết chỗ: mỗi chỉ tiêu còn trống chỉ được giới thiệu hai lần.", "It had no free seats: each free seat is offered at most twice."),
        [NotChosen] = new("not_chosen", "Gia đình chỉ đồng ý cho các cơ sở khác liên hệ.", "The family agreed to be contacted by other institutions only."),
        [HadIt] = new("had_it", "Cơ sở này đang có hoặc đã từng có hồ sơ này.", "It has this lead, or had its time with it."),
        [OutOfScope] = new("out_of_scope", "Thoả thuận không bao gồm nơi cư trú của học sinh.", "Its agreement does not reach where the pupil lives."),
        [FamilyFull] = new("family_full", "Gia đình đang được hai cơ sở liên hệ, anh chị em học cùng nhận hai cơ sở đó.", "The family hears from two institutions already; brothers and sisters share them."),
        [Wish] = new("wish", "Cơ sở được chọn hợp nguyện vọng (ngành, trình độ) hơn.", "Those chosen fit the wish (trade, level) better."),
        [Farther] = new("farther", "Cùng mức nguyện vọng, cơ sở được chọn gần hơn hoặc có nội trú.", "Those chosen fit the wish as well and are nearer, or board their students."),
        [Fuller] = new("fuller", "Cùng nguyện vọng và khu vực, cơ sở được chọn còn nhiều chỗ hơn.", "Those chosen fit as well, are as near and have more free seats."),
        [Rotation] = new("rotation", "Ngang nhau về mọi mặt: bốc thăm theo mã công bố trước.", "Equal in everything: the lot drawn from the published seed fell on others."),
    };

    private static readonly Dictionary<string, Words> Reasons = new()
    {
        ["wish"] = new("wish", "hợp nguyện vọng hơn cơ sở khác", "it fits the wish better than others"),
        ["area"] = new("area", "gần hơn cơ sở khác hoặc có nội trú", "it is nearer than others or boards its students"),
        ["seats"] = new("seats", "còn nhiều chỗ hơn cơ sở khác", "it has more free seats than others"),
        ["rotation"] = new("rotation", "trúng lượt bốc thăm theo mã công bố trước", "the lot drawn from the published seed fell on it"),
    };

    private static readonly string[] WishFit = ["đúng ngành và trình độ mong muốn|trade and level as wished", "đúng ngành, khác trình độ|the wished trade at another level", "đúng trình độ, khác ngành|the wished level in another trade", "khác nguyện vọng|not as wished"];
    private static readonly string[] AreaFit = ["cùng xã|the same commune", "cùng huyện cũ|the same former district", "có nội trú|boards its students", "ở xa|farther"];

    /// <summary>Why an institution did not get the lead.</summary>
    public static Words Refused(char letter) => Refusals[letter];

    /// <summary>Why an institution got the lead.</summary>
    public static Words Given(IEnumerable<string> reasons, int wish, int area)
    {
        var spoke = reasons.Select(reason => Reasons[reason]).ToList();
        var (wishFit, areaFit) = (WishFit[wish].Split('|'), AreaFit[area].Split('|'));
        return new("granted", $"Được giao ({wishFit[0]}, {areaFit[0]}): {string.Join("; ", spoke.Select(words => words.Vi))}.", $"Granted ({wishFit[1]}, {areaFit[1]}): {string.Join("; ", spoke.Select(words => words.En))}.");
    }
}

/// <summary>A code and its sentence in Vietnamese and English.</summary>
public sealed record Words(string Code, string Vi, string En);
