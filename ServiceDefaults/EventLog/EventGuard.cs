using System.Text;
using System.Text.Json;

namespace CareerPlatform.ServiceDefaults;

/// <summary>Refuses to append what must never lie in a log, a queue or a dead letter: a fact that is too large, or personal data in clear.</summary>
public static class EventGuard
{
    /// <summary>256 KiB.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Last words of member names that hold a person's data when their value is text.</summary>
    private static readonly HashSet<string> Personal =
    [
        "phone", "mobile", "telephone", "zalo", "email", "mail", "address", "street", "guardian", "father", "mother", "birthdate", "birthday", "dob", "cccd", "cmnd",
        "surname", "sodienthoai", "dienthoai", "sdt", "diachi", "hoten", "hovaten", "ngaysinh", "phuhuynh", "nguoigiamho",
    ];

    /// <summary>Whole member names that hold a person's data when their value is text.</summary>
    private static readonly HashSet<string> PersonalNames =
    [
        "fullname", "firstname", "lastname", "middlename", "givenname", "familyname", "displayname", "username", "pupilname", "studentname", "personname", "candidatename", "childname",
        "guardianname", "parentname", "fathername", "mothername", "contactname", "graduatename", "nationalid", "identitynumber", "dateofbirth", "placeofbirth", "contact",
        "phonenumber", "emailaddress", "homeaddress",
    ];

    /// <summary>Members that make an object one about a person.</summary>
    private static readonly HashSet<string> PersonIds = ["pupilid", "personid", "studentid", "graduateid", "candidateid", "subject", "leadid"];

    /// <summary>The fact as JSON; throws <see cref="RuleBroken"/> with `event_too_large` or `event_personal_data`.</summary>
    public static string Serialize(string alias, object fact)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(fact, fact.GetType(), EventTypes.Json);
        if (bytes.Length > MaxBytes)
        {
            throw new RuleBroken("event_too_large", "Sự kiện quá lớn", $"{alias} has {bytes.Length} bytes; at most {MaxBytes} may be appended. Split it into parts.", 422);
        }
        if (PersonalMember(bytes) is { } member)
        {
            throw new RuleBroken("event_personal_data", "Sự kiện không được chứa dữ liệu cá nhân", $"{alias} carries the member {member}: contact data travels sealed only.", 422);
        }
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Name of the first member that holds personal data in clear, or null.</summary>
    /// <remarks>`name` is allowed beside a `code` (an area, a school, a programme) unless the object is about a person.</remarks>
    public static string? PersonalMember(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var objects = new Stack<Members>();
        string? member = null;
        var array = false;   // the elements of an array have their array's name
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    member = reader.GetString()!;
                    continue;
                case JsonTokenType.StartArray:
                    array = true;
                    continue;
                case JsonTokenType.StartObject:
                    if (member is not null && IsPersonal(member)) return member;
                    objects.Push(new Members());
                    break;
                case JsonTokenType.EndObject:
                    var seen = objects.Pop();
                    if (seen.Name && (!seen.Code || seen.Person)) return "name";
                    break;
                case JsonTokenType.String or JsonTokenType.Number when member is not null:
                    var text = reader.TokenType is JsonTokenType.String;
                    if (text && IsPersonal(member)) return member;
                    objects.Peek().Note(member, text);
                    if (array) continue;
                    break;
            }
            (member, array) = (null, false);
        }
        return null;
    }

    private static bool IsPersonal(string member)
    {
        var plain = member.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        return PersonalNames.Contains(plain) || Personal.Contains(plain) || Personal.Contains(LastWord(member));
    }

    private static string LastWord(string member)
    {
        var start = member.Length - 1;
        while (start > 0 && !char.IsUpper(member[start]) && member[start] != '_') start--;
        return member[start..].TrimStart('_').ToLowerInvariant();
    }

    private sealed class Members
    {
        internal bool Name { get; private set; }
        internal bool Code { get; private set; }
        internal bool Person { get; private set; }

        internal void Note(string member, bool text)
        {
            var plain = member.ToLowerInvariant();
            Name |= text && plain == "name";
            Code |= plain is "code" || plain.EndsWith("code", StringComparison.Ordinal);
            Person |= PersonIds.Contains(plain);
        }
    }
}
