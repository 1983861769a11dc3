using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace CareerPlatform.Import;

/// <summary>What a header can mean, in the words Vietnamese offices (and English exports) use.</summary>
/// <remarks>Headers are compared folded (no case, accents, punctuation) and, for exact words, without spaces, so "HO_TEN", "hoten" and "Họ tên" are one.</remarks>
internal static partial class HeaderWords
{
    private static readonly FrozenDictionary<string, Field> Exact = BuildExact();

    private static readonly FrozenSet<string> Groups = Squeezed(
        "diem|diem thi|diem bai thi|diem cac mon|diem cac bai thi|diem mon thi|diem cac mon thi|ket qua thi|diem thi cac mon|diem thi vao lop 10|diem tuyen sinh|diem xet tuyen|diem so|marks|scores|score|" +
        "thong tin|thong tin hoc sinh|thong tin thi sinh|thong tin ca nhan|hoc sinh|thi sinh|student|candidate|pupil|thong tin chung|thong tin lien he|lien he|contact|" +
        "thong tin lien lac|noi cu tru|truong hoc|ly lich|so yeu ly lich|thong tin gia dinh|gia dinh|diem cong|diem uu tien khuyen khich|nguyen vong|nguyen vong dang ky|dang ky nguyen vong");

    private static readonly FrozenDictionary<string, Field> Marks = Lookup(
        (Field.Literature, "van|ngu van|nguvan|n van|nv van|literature|vietnamese|viet van"),
        (Field.Mathematics, "toan|toan hoc|math|maths|mathematics"),
        (Field.ForeignLanguage, "ngoai ngu|n ngu|nn|ng ngu|ngoaingu|tieng anh|anh|t anh|anh van|a van|english|foreign language|ngoai ngu tieng anh|tieng phap|tieng nhat|tieng trung|tieng han|tieng duc|tieng nga|" +
            "ngoai ngu anh|ng n|n n|language"),
        (Field.Specialised, "chuyen|mon chuyen|specialised|specialized|diem chuyen|chuyen mon"),
        (Field.OtherMark, "vat ly|vat li|ly|li|hoa|hoa hoc|sinh|sinh hoc|lich su|su|dia|dia ly|dia li|lich su va dia li|lich su va dia ly|lich su dia li|lich su dia ly|gdcd|giao duc cong dan|" +
            "khoa hoc tu nhien|khtn|khoa hoc xa hoi|khxh|tin|tin hoc|cong nghe|to hop|bai to hop|bai thi to hop|mon thu tu|mon thu 4|mon thu ba|mon thu 3|mon 4|mon 3|physics|chemistry|biology|history|geography|science"));

    private static readonly string[] MarkNoise =
        ["diem bai thi", "diem thi mon", "diem thi", "diem mon thi", "diem mon", "diem bai", "diem", "bai thi mon", "bai thi", "mon thi", "mon", "bai", "thi", "ket qua", "score", "mark"];

    private static readonly string[] MarkTail = ["he so 1", "he so 2", "hs1", "hs2", "hs 1", "hs 2", "x 2", "x2", "nhan 2", "score", "mark", "thi", "thang diem 10"];

    /// <summary>The words an officer knows the main meanings by.</summary>
    public static IReadOnlyDictionary<Field, string> Vietnamese { get; } = new Dictionary<Field, string>
    {
        [Field.CandidateNumber] = "Số báo danh",
        [Field.MinistryId] = "Mã định danh",
        [Field.CitizenId] = "Số CCCD",
        [Field.FullName] = "Họ và tên",
        [Field.BirthDate] = "Ngày sinh",
        [Field.School] = "Trường",
        [Field.Literature] = "Ngữ văn",
        [Field.Mathematics] = "Toán",
        [Field.ForeignLanguage] = "Ngoại ngữ",
        [Field.Total] = "Tổng điểm",
        [Field.Outcome] = "Kết quả",
        [Field.AdmittedTo] = "Trúng tuyển vào",
        [Field.Council] = "Hội đồng",
    };

    /// <summary>The meaning of a column's header texts, top row first, and how sure it is.</summary>
    public static (Field Field, double Confidence) Match(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return (Field.Ignored, 0);
        var last = WithoutBrackets(texts[^1]);
        if (texts.Count == 1) return MatchOne(last);
        var parent = WithoutBrackets(string.Join(' ', texts.Take(texts.Count - 1)));
        var (parentFolded, folded) = (Import.Vietnamese.Fold(parent), Import.Vietnamese.Fold(last));
        if (IsPerson(parentFolded) && !IsGroup(parentFolded)) return MatchOne(parentFolded + " " + folded);
        var parentMeaning = MatchOne(parentFolded).Field;
        var part = (parentMeaning, folded) switch
        {
            (Field.BirthDate or Field.BirthYear, "ngay") => Field.BirthDay,
            (Field.BirthDate or Field.BirthYear, "thang") => Field.BirthMonth,
            (Field.BirthDate or Field.BirthYear, "nam") => Field.BirthYear,
            (Field.BirthDate or Field.BirthYear, "nu") => Field.BirthDate,
            (Field.Gender, "nam") => Field.IsMale,
            (Field.Gender, "nu") => Field.IsFemale,
            (Field.WishNumber, "1" or "nv1" or "nv 1") => Field.Wish1,
            (Field.WishNumber, "2" or "nv2" or "nv 2") => Field.Wish2,
            (Field.WishNumber, "3" or "nv3" or "nv 3") => Field.Wish3,
            (Field.Outcome or Field.IsAdmitted, ['n', 'v', ..] or ['n', 'g', 'u', 'y', 'e', 'n', ' ', 'v', 'o', 'n', 'g', ..]) => parentMeaning,
            (Field.School, "ma" or "code" or "id") => Field.SchoolCode,
            (Field.School or Field.Council or Field.Commune or Field.District or Field.Province or Field.Ethnicity or Field.Class or Field.AdmittedTo or Field.Wish1 or Field.Wish2 or Field.Wish3, "ten" or "name") => parentMeaning,
            _ => Field.Ignored,
        };
        if (part is not Field.Ignored) return (part, 1);
        if (parentFolded.StartsWith("diem", StringComparison.Ordinal) && MarkOf(folded) is { } mark) return (mark, 1);
        var whole = MatchExact(parentFolded + " " + folded);
        if (whole is not null) return (whole.Value, 1);
        var alone = MatchOne(folded);
        if (alone.Confidence > 0) return alone;
        var both = MatchOne(parentFolded + " " + folded);
        return both.Confidence > 0 ? both : MatchOne(parentFolded);
    }

    /// <summary>True for a header over several columns that says nothing of its own.</summary>
    public static bool IsGroup(string folded) => Groups.Contains(folded.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>True for a word that belongs into a header row (a meaning, a part of one, a group) and is hardly ever a value.</summary>
    public static bool IsSurelyKnown(string text)
    {
        var folded = Import.Vietnamese.Fold(WithoutBrackets(text));
        return folded.Length > 0 && (IsGroup(folded) || MatchOne(folded).Confidence >= 0.9 || folded is "ngay" or "thang" or "nam" or "nu" or "lan" or "1" or "2" or "3");
    }

    private static (Field Field, double Confidence) MatchOne(string text)
    {
        var folded = Import.Vietnamese.Fold(WithoutBrackets(text));
        if (folded.Length is 0 or > 80) return (Field.Ignored, 0);
        if (MatchExact(folded) is { } exact) return (exact, 1);
        if (Review().Replace(folded, " ").Trim() is var before && before != folded) return MatchOne(before);
        if (MarkOf(folded) is { } mark) return (mark, 0.95);
        return MatchLoosely(folded);
    }

    private static Field? MatchExact(string folded) => Exact.TryGetValue(folded.Replace(" ", "", StringComparison.Ordinal), out var field) ? field : null;

    private static Field? MarkOf(string folded)
    {
        var rest = folded;
        foreach (var noise in MarkNoise)
        {
            if (rest.StartsWith(noise + " ", StringComparison.Ordinal))
            {
                rest = rest[(noise.Length + 1)..];
                break;
            }
        }

        foreach (var tail in MarkTail)
        {
            if (rest.EndsWith(" " + tail, StringComparison.Ordinal)) rest = rest[..^(tail.Length + 1)];
        }

        foreach (var noise in new[] { "mon ", "thi ", "bai " })
        {
            if (rest.StartsWith(noise, StringComparison.Ordinal) && !rest.StartsWith("mon chuyen", StringComparison.Ordinal) && !rest.StartsWith("mon thu", StringComparison.Ordinal)) rest = rest[noise.Length..];
        }

        return Marks.TryGetValue(rest.Replace(" ", "", StringComparison.Ordinal), out var field) ? field : null;
    }

    /// <summary>Headers that are longer or other than the usual words; first rule that fits.</summary>
    private static (Field Field, double Confidence) MatchLoosely(string folded)
    {
        bool Has(params ReadOnlySpan<string> words)
        {
            foreach (var word in words)
            {
                if ((" " + folded + " ").Contains(" " + word + " ", StringComparison.Ordinal)) return true;
            }

            return false;
        }

        if (Has("diem chuan", "diem tb", "trung binh", "tbm", "hoc luc", "hanh kiem", "ren luyen", "khuyet tat", "doi tuong", "khu vuc", "dien uu tien", "nghe nghiep", "ton giao", "email", "anh the", "ky ten", "chu ky", "xep loai")) return (Field.Ignored, 0.8);
        var phone = Has("dien thoai", "sdt", "so dt", "dt", "phone", "tel", "mobile", "di dong", "zalo");
        if (IsPerson(folded))
        {
            if (phone) return (Field.GuardianPhone, 0.85);
            if (Has("nam sinh", "ngay sinh", "cccd", "cmnd", "dan toc", "birth", "dia chi", "noi lam viec")) return (Field.Ignored, 0.8);
            if (Has("me", "mother")) return Has("cha", "bo", "father") ? (Field.Guardian, 0.7) : (Field.Mother, 0.8);
            if (Has("cha", "bo", "father")) return (Field.Father, 0.8);
            return (Field.Guardian, 0.8);
        }

        if (Has("so bao danh", "sbd", "candidate number", "candidate no")) return (Field.CandidateNumber, 0.85);
        if (Has("cccd", "can cuoc", "dinh danh ca nhan", "cmnd", "ddcn", "citizen")) return (Field.CitizenId, 0.85);
        if (Has("dinh danh", "ma hoc sinh", "ma hs", "ma so hoc sinh", "moet")) return (Field.MinistryId, 0.8);
        if (phone) return (Field.Phone, 0.8);
        if (Has("ngay sinh", "ngay thang nam sinh", "date of birth", "birth date", "sinh ngay")) return (Field.BirthDate, 0.85);
        if (Has("nam sinh", "year of birth")) return (Field.BirthYear, 0.8);
        if (Has("noi sinh", "place of birth")) return (Field.PlaceOfBirth, 0.8);
        if (Has("gioi tinh", "phai", "gender", "sex")) return (Field.Gender, 0.85);
        if (Has("dan toc", "ethnic")) return (Field.Ethnicity, 0.85);
        if (Has("trung tuyen") && Has("vao", "truong", "noi", "tai", "thpt")) return (Field.AdmittedTo, 0.8);
        if (Has("trung tuyen", "dau", "do") && Outcomes.WishIn(folded) is not null) return (Field.IsAdmitted, 0.75);
        if (Has("nguyen vong", "nv") && Has("trung tuyen")) return (Field.WishNumber, 0.75);
        if (Has("ket qua", "ket luan", "kq") && !Has("hoc tap")) return (Field.Outcome, 0.75);
        if (Has("uu tien", "ut") && Has("diem", "cong", "d")) return (Field.PriorityPoints, 0.8);
        if (Has("khuyen khich", "kk", "diem thuong", "diem cong")) return (Field.BonusPoints, 0.75);
        if (Has("tong diem", "diem xet tuyen", "tong cong", "tong so diem", "diem tong", "total")) return (Field.Total, 0.8);
        if (Has("nguyen vong 1", "nv1", "nv 1")) return (Field.Wish1, 0.75);
        if (Has("nguyen vong 2", "nv2", "nv 2")) return (Field.Wish2, 0.75);
        if (Has("nguyen vong 3", "nv3", "nv 3")) return (Field.Wish3, 0.75);
        if (Has("ngu van", "mon van")) return (Field.Literature, 0.75);
        if (Has("mon toan", "diem toan")) return (Field.Mathematics, 0.75);
        if (Has("ngoai ngu", "tieng anh")) return (Field.ForeignLanguage, 0.75);
        if (Has("mon chuyen", "diem chuyen")) return (Field.Specialised, 0.75);
        if (Has("hoi dong", "diem coi thi", "cum thi")) return (Field.Council, 0.75);
        if (Has("phong thi", "phong so")) return (Field.ExamRoom, 0.75);
        if (Has("ma truong")) return (Field.SchoolCode, 0.8);
        if (Has("ho va ten", "ho ten", "full name", "student name") || folded.EndsWith("ten hoc sinh", StringComparison.Ordinal)) return (Field.FullName, 0.8);
        if (Has("thcs", "truong", "noi hoc", "school")) return (Field.School, 0.7);
        if (Has("dia chi", "cho o", "ho khau", "thuong tru", "noi o", "address", "tam tru")) return (Field.Address, 0.7);
        if (Has("thon", "xom", "khoi pho", "to dan pho", "ban")) return (Field.Hamlet, 0.65);
        if (Has("xa", "phuong", "commune", "ward")) return Has("cu", "truoc", "old") ? (Field.OldCommune, 0.7) : (Field.Commune, 0.7);
        if (Has("huyen", "quan", "district")) return (Field.District, 0.7);
        if (Has("tinh", "province")) return (Field.Province, 0.65);
        if (Has("ghi chu", "note")) return (Field.Note, 0.7);
        if (Has("lop", "class")) return (Field.Class, 0.65);
        return (Field.Ignored, 0);
    }

    private static bool IsPerson(string folded)
    {
        var padded = " " + folded + " ";
        return new[] { " cha ", " bo ", " me ", " giam ho ", " phu huynh ", " father ", " mother ", " guardian ", " parent ", " parents ", " ph ", " phhs ", " cmhs ", " bo me ", " nguoi lien he " }
            .Any(word => padded.Contains(word, StringComparison.Ordinal)) && !padded.Contains(" hoi dong ", StringComparison.Ordinal) && !padded.Contains(" so gd ", StringComparison.Ordinal)
            && !padded.Contains(" bo gd ", StringComparison.Ordinal) && !padded.Contains(" bo giao duc ", StringComparison.Ordinal) && !padded.Contains(" toan bo ", StringComparison.Ordinal);
    }

    /// <summary>"Điểm Toán (sau phúc khảo)" is a mark in mathematics.</summary>
    [GeneratedRegex("(?:^| )(?:(?:sau|truoc) (?:khi )?)?(?:phuc khao|pk)(?= |$)")]
    private static partial Regex Review();

    private static string WithoutBrackets(string text)
    {
        var open = text.IndexOfAny(['(', '[']);
        if (open <= 0) return text;
        var close = text.IndexOfAny([')', ']'], open);
        return close < 0 ? text[..open] : text[..open] + " " + text[(close + 1)..];
    }

    private static FrozenDictionary<string, Field> BuildExact() => Lookup(
        (Field.Ordinal, "stt|tt|so tt|so thu tu|thu tu|no|index|s t t|t t|row|id"),
        (Field.CandidateNumber, "sbd|so bao danh|so bd|so b d|s b d|ma du thi|so bao danh thi|candidate number|candidate no|candidate id|candidate|exam number|ma thi sinh|so bao danh thi sinh|so phieu|so phieu du thi|" +
            "registration number|ma ho so|so ho so|so bao danh sbd|bao danh"),
        (Field.MinistryId, "ma dinh danh|ma dinh danh bo gd dt|ma dinh danh bo gddt|ma dinh danh bo|ma dinh danh bo giao duc|ma dinh danh bo giao duc va dao tao|ma dinh danh hoc sinh|ma dinh danh hs|ma dinh danh moet|moet id|moet|" +
            "ministry id|pupil id|student id|student code|ma hoc sinh|ma hs|ma so hoc sinh|ma dinh danh csdl|ma dinh danh csdl nganh|ma csdl|ma csdl nganh|ma so dinh danh|ma dd|ma dinh danh gd|mdd|ma dinh danh so gd"),
        (Field.CitizenId, "cccd|so cccd|can cuoc cong dan|so can cuoc cong dan|can cuoc|so can cuoc|cmnd|so cmnd|cmnd cccd|cccd cmnd|so cmnd cccd|so cccd cmnd|ddcn|so ddcn|ma ddcn|ma dinh danh ca nhan|so dinh danh ca nhan|dinh danh ca nhan|" +
            "ma so dinh danh ca nhan|so dinh danh|ma so ca nhan|citizen id|national id|id card|identity number|cccd ddcn|ddcn cccd|so cccd ddcn|so the can cuoc|the can cuoc|so cccd dinh danh|cccd dinh danh ca nhan|so ddcn cccd|cccd so dinh danh ca nhan"),
        (Field.FullName, "ho va ten|ho ten|ho va ten hoc sinh|ho ten hoc sinh|ho va ten hs|ho ten hs|ho va ten thi sinh|ho ten thi sinh|ten hoc sinh|ten thi sinh|ten hs|full name|name|student name|candidate name|pupil name|student|" +
            "ho va ten khai sinh|ho chu dem va ten|ho chu dem ten|ho dem va ten|ho dem ten|ho ten khai sinh|ho ten dem|ho va ten theo khai sinh|ho chu dem va ten khai sinh|hoc sinh|thi sinh|ho va ten nguoi hoc"),
        (Field.SurnameAndMiddleName, "ho dem|ho va dem|ho va ten dem|ho lot|ho va chu lot|ho chu lot|ho va chu dem|ho chu dem|ho va ten lot|ho va lot|surname and middle name|last and middle name|ho va tdem|ho ten lot"),
        (Field.Surname, "ho|surname|last name|family name"),
        (Field.MiddleName, "dem|ten dem|chu dem|ten lot|chu lot|lot|middle|middle name"),
        (Field.GivenName, "ten|given|given name|first name"),
        (Field.BirthDate, "ngay sinh|ngay thang nam sinh|ngay thang sinh|sinh ngay|ngay thang nam|dob|date of birth|birth date|birthday|birth|ntns|n sinh|ng sinh|ngsinh|ngay thang n sinh|nts|ngay nam sinh|ngay sinh dd mm yyyy|ngay sinh hs"),
        (Field.BirthDay, "ngay sinh ngay|birth day of month"),
        (Field.BirthMonth, "thang sinh|birth month|ngay sinh thang"),
        (Field.BirthYear, "nam sinh|birth year|year of birth|ngay sinh nam|ns"),
        (Field.Gender, "gioi tinh|gioi|phai|gt|g tinh|sex|gender|nam nu|gioi tinh nam nu"),
        (Field.IsFemale, "nu|la nu|female|gioi tinh nu|hs nu"),
        (Field.IsMale, "nam|la nam|male|gioi tinh nam"),
        (Field.Ethnicity, "dan toc|d toc|dtoc|ethnic|ethnicity|ethnic group|thanh phan dan toc|dt"),
        (Field.School, "truong|truong thcs|hoc sinh truong thcs|hoc sinh truong|hs truong|hs truong thcs|ten truong|ten truong thcs|truong hoc|truong lop 9|truong thcs lop 9|noi hoc|noi hoc thcs|noi hoc lop 9|truong dang hoc|don vi|" +
            "truong trung hoc co so|thcs|school|lower secondary school|school name|truong tot nghiep|truong tot nghiep thcs|hoc tai truong|noi hoc thcs lop 9|truong hoc lop 9|don vi truong|truong thcs dang hoc|noi hoc lop 9 thcs|truong cap 2"),
        (Field.SchoolCode, "ma truong|school code|ma truong thcs|ma don vi|ma so truong|ma truong hoc"),
        (Field.Grade, "khoi|khoi lop|nhom lop|grade|khoi hoc"),
        (Field.Class, "lop|lop hoc|ten lop|class|lop 9|lop thcs|hoc lop|class name"),
        (Field.Council, "hoi dong|hoi dong thi|hoi dong coi thi|hdt|hd thi|hdct|council|exam council|exam council prefix|ma hoi dong|ma hdt|ma hoi dong thi|hoi dong tuyen sinh|dia diem thi|cum thi|diem thi so|hd coi thi|ten hoi dong|ten hoi dong thi|hdts|hd"),
        (Field.ExamRoom, "phong thi|phong|so phong thi|so phong|exam room|room|p thi"),
        (Field.PlaceOfBirth, "noi sinh|place of birth|birthplace|birth place"),
        (Field.Hamlet, "thon xom|thon|xom|khoi xom|khoi pho|to dan pho|xom ban|ban|thon xom ban|thon ban|thon to|hamlet|khoi xom ban|thon to dan pho|village"),
        (Field.Commune, "xa phuong|xa|phuong|xa phuong thi tran|phuong xa|xa p tt|commune|ward|ten xa|xa phuong dac khu|xa moi|new ward|new commune|xa phuong moi|xa phuong tt|phuong xa thi tran|ten xa phuong|ma xa"),
        (Field.OldCommune, "xa cu|xa phuong cu|old commune|old ward|xa phuong truoc sap nhap|xa cu truoc sap nhap|xa phuong thi tran cu"),
        (Field.District, "huyen|quan huyen|huyen thi|district|quan|huyen thanh thi|quan huyen thi xa|old district|huyen tp tx|huyen quan|huyen thi xa|huyen thi xa thanh pho|huyen tx tp|huyen cu"),
        (Field.Province, "tinh|tinh thanh pho|tinh thanh|province|tinh tp|thanh pho|city"),
        (Field.Address, "dia chi|cho o hien nay|cho o|noi o|noi o hien nay|ho khau|ho khau thuong tru|ho khau tt|thuong tru|noi thuong tru|dia chi lien he|dia chi thuong tru|noi cu tru|dia chi lien lac|address|noi dang ky thuong tru|hktt|dia chi nha|" +
            "cho o hien tai|noi o hien tai|dia chi hien tai"),
        (Field.Phone, "sdt|so dt|dien thoai|so dien thoai|sdt lien he|dien thoai lien he|so dien thoai lien he|so dt lien he|phone|phone number|tel|mobile|di dong|so di dong|dien thoai hs|sdt hoc sinh|sdt hs|dt lien he|d thoai|so d thoai|telephone|" +
            "dt di dong|dien thoai di dong|so may"),
        (Field.GuardianPhone, "guardian phone|parent phone|sdt phu huynh|sdt cha me|sdt bo me|sdt ph|sdt cha|sdt bo|sdt me|dien thoai phu huynh|dien thoai cha me|so dien thoai phu huynh|sdt nguoi giam ho|sdt cmhs|sdt phhs|dt phu huynh"),
        (Field.Guardian, "nguoi giam ho|ten nguoi giam ho|ho ten nguoi giam ho|ho va ten nguoi giam ho|phu huynh|ho ten phu huynh|ho va ten phu huynh|cha me|ho ten cha me|guardian|parent|nguoi lien he|guardian name|parent name|ten phu huynh|ho ten cha hoac me"),
        (Field.Father, "ten cha|ho ten cha|ho va ten cha|ten bo|ho ten bo|ho va ten bo|cha|bo|father|father name"),
        (Field.Mother, "ten me|ho ten me|ho va ten me|me|mother|mother name"),
        (Field.PriorityPoints, "uu tien|diem uu tien|ut|diem ut|d ut|diem cong uu tien|tong diem uu tien|priority|priority points|tong diem ut|d uu tien|cong uu tien"),
        (Field.BonusPoints, "khuyen khich|diem khuyen khich|kk|diem kk|d kk|diem cong|diem thuong|diem cong them|bonus|bonus points|diem khuyen khich nghe|diem nghe|diem cong kk|cong khuyen khich|diem cong khuyen khich"),
        (Field.Total, "tong|tong diem|tong diem xt|diem xt|diem xet tuyen|tong diem xet tuyen|tong cong|tong so diem|diem tong|diem xet|total|total score|sum|tong diem thi|tong diem 3 mon|tong diem bai thi|tong 3 mon|tong diem ba mon|tong so|tong d|" +
            "tong diem 3 bai thi|tong diem cac mon|tong xt|dxt|diem tong cong"),
        (Field.Rank, "xep hang|thu hang|hang|rank|xep thu|vi thu"),
        (Field.WishNumber, "nv|nguyen vong|nguyen vong so|thu tu nv|thu tu nguyen vong|nv trung tuyen|nv tt|wish|dau nv|trung tuyen nv|trung tuyen nguyen vong|nguyen vong trung tuyen|so nv|wish number|nv do|tt nv"),
        (Field.Wish1, "nv1|nguyen vong 1|wish 1|truong nv1|nguyen vong i|nv i"),
        (Field.Wish2, "nv2|nguyen vong 2|wish 2|truong nv2|nguyen vong ii|nv ii"),
        (Field.Wish3, "nv3|nguyen vong 3|wish 3|truong nv3|nguyen vong iii|nv iii"),
        (Field.Outcome, "ket qua|ket qua xet tuyen|ket qua tuyen sinh|ket luan|kq|kq xt|kqxt|result|outcome|ket qua trung tuyen|do truot|dau rot|trang thai trung tuyen|ket qua xt|ket qua thi tuyen|kq xet tuyen|dau hong|do hong|admission result"),
        (Field.IsAdmitted, "trung tuyen|dau|do|admitted|da trung tuyen"),
        (Field.AdmittedTo, "trung tuyen vao|truong trung tuyen|trung tuyen vao truong|noi trung tuyen|trung tuyen tai|truong thpt trung tuyen|truong thpt|admitted to|trung tuyen truong|do vao truong|trung tuyen vao lop 10 truong|trung tuyen truong thpt|dau truong"),
        (Field.Status, "trang thai|tinh trang|trang thai hoc sinh|status|tinh trang hoc sinh"),
        (Field.Note, "ghi chu|note|notes|remark|remarks|gc|chu thich|ghi chu khac|comment"));

    private static FrozenDictionary<string, Field> Lookup(params (Field Field, string Words)[] lists)
    {
        var found = new Dictionary<string, Field>(StringComparer.Ordinal);
        foreach (var (field, words) in lists)
        {
            foreach (var word in words.Split('|')) found.TryAdd(word.Replace(" ", "", StringComparison.Ordinal), field);
        }

        return found.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenSet<string> Squeezed(string words) =>
        words.Split('|').Select(word => word.Replace(" ", "", StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);
}
