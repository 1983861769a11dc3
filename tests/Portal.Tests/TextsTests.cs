using System.Text.RegularExpressions;
using System.Xml.Linq;
using CareerPlatform.Testing;

namespace CareerPlatform.Portal.Tests;

/// <summary>Every text a person sees stands in the resources, in both languages, and nothing else does.</summary>
public sealed partial class TextsTests
{
    private const string VietnameseLetters = "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]";

    /// <summary>Written the same in both languages, and why.</summary>
    private static readonly HashSet<string> SameInBoth = ["Pipeline.Share", "Comparator.exactly", "Unit.percent"];

    /// <summary>The name of the other language, in that language.</summary>
    private const string OtherLanguage = "Frame.OtherLanguage";

    private static readonly string Folder = Path.Combine(SharedData.Repository, "services", "Portal");
    private static readonly Dictionary<string, string> Vietnamese = Read("Texts.resx");
    private static readonly Dictionary<string, string> English = Read("Texts.en.resx");

    private static readonly Dictionary<string, string> Sources = Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".razor" && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(Folder, file), File.ReadAllText);

    [Fact]
    public void Every_text_that_a_page_asks_for_is_there()
    {
        var groups = Vietnamese.Keys.Select(key => key.Split('.')[0]).ToHashSet();
        var asked = Sources.SelectMany(source =>
            AskedKey().Matches(source.Value).Select(match => (source.Key, Text: match.Groups[1].Value))
                .Concat(Literal().Matches(source.Value).Select(match => (source.Key, Text: match.Groups[1].Value)).Where(found => groups.Contains(found.Text.Split('.')[0])))).ToList();

        asked.Count.ShouldBeGreaterThan(100);
        asked.Where(found => !Vietnamese.ContainsKey(found.Text)).Select(found => $"{found.Key}: {found.Text}").Distinct().ShouldBeEmpty();
        Sources.SelectMany(source => AskedGroup().Matches(source.Value).Select(match => match.Groups[1].Value + match.Groups[2].Value)).Distinct()
            .Where(group => !groups.Contains(group)).ShouldBeEmpty("a code's texts have a group of their own");
    }

    [Fact]
    public void Every_text_is_asked_for_by_a_page()
    {
        var all = string.Join('\n', Sources.Values);
        var byCode = AskedGroup().Matches(all).Select(match => match.Groups[1].Value + match.Groups[2].Value).ToHashSet();

        Vietnamese.Keys.Where(key => !byCode.Contains(key.Split('.')[0]) && !all.Contains($"\"{key}\"", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    /// <summary>A code's text is alive while a service, or the portal itself, still says that code; fields of training are a circular's, and where a contact comes from is written in lists.</summary>
    [Fact]
    public void No_text_is_left_of_a_code_that_nobody_says_any_more()
    {
        var all = string.Join('\n', Sources.Values);
        var said = string.Join('\n', new[] { "services", "Import", "ServiceDefaults" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(SharedData.Repository, folder), "*.*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".json" or ".sql" && !Path.GetRelativePath(SharedData.Repository, file).Split('/').Any(part => part is "obj" or "bin" or "Portal")).Select(File.ReadAllText)) + all;
        var words = Word().Matches(said).Select(match => match.Value).ToHashSet();
        var members = words.Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName).ToHashSet();

        Vietnamese.Keys.Where(key => !all.Contains($"\"{key}\"", StringComparison.Ordinal) && key.Split('.') is [var group, var code] && group is not ("TrainingField" or "ContactSource") && !words.Contains(code) && !members.Contains(code)).ShouldBeEmpty();
    }

    [Fact]
    public void Tones_are_spelt_in_one_way() =>
        Vietnamese.Where(text => Regex.IsMatch(text.Value, "(óa|òa|ỏa|õa|ọa|óe|òe|ỏe|õe|ọe|úy|ùy|ủy|ũy|ụy)(?![\\p{L}])", RegexOptions.IgnoreCase)).Select(text => $"{text.Key}: {text.Value}").ShouldBeEmpty("hoá, xoá, uỷ: the tone stands on the main vowel");

    /// <summary>Classes of the style sheet that no page and no script has, and the other way round.</summary>
    [Fact]
    public void The_style_sheet_has_the_classes_that_pages_have_and_no_others()
    {
        var style = Regex.Replace(Regex.Replace(File.ReadAllText(Path.Combine(Folder, "Assets", "portal.css")), @"/\*.*?\*/", "", RegexOptions.Singleline), @"\{[^{}]*\}", " ");
        var classes = Regex.Matches(style, @"\.([a-zA-Z][\w-]*)").Select(match => match.Groups[1].Value).ToHashSet();
        var scripts = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Folder, "Assets"), "*.js").Select(File.ReadAllText));
        var pages = string.Join('\n', Sources.Where(source => source.Key.EndsWith(".razor", StringComparison.Ordinal)).Select(source => source.Value));
        var words = Word().Matches(pages + scripts).Select(match => match.Value).ToHashSet();

        classes.Where(name => !words.Contains(name) && name != "htmx-request").ShouldBeEmpty("no page has them");
        Regex.Matches(pages, "class=\"([a-z][a-z -]*)\"").SelectMany(match => match.Groups[1].Value.Split(' ')).Distinct().Where(name => !classes.Contains(name) && !Hooks.Contains(name)).ShouldBeEmpty("the style sheet does not know them");
    }

    /// <summary>Where tests and scripts find a part of a page; they look like the rest.</summary>
    private static readonly string[] Hooks = ["log", "more", "programme", "requests", "language"];

    [Fact]
    public void Every_meaning_that_an_import_may_find_for_a_column_has_a_name()
    {
        var meanings = EnumMember().Matches(File.ReadAllText(Path.Combine(SharedData.Repository, "Import", "Field.cs"))).Select(match => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups[1].Value)).ToList();

        meanings.Count.ShouldBeGreaterThan(40);
        meanings.Where(meaning => !Vietnamese.ContainsKey($"Field.{meaning}")).ShouldBeEmpty();
    }

    [Fact]
    public void Both_languages_have_the_same_texts_with_the_same_places_for_values()
    {
        English.Keys.Order().ShouldBe(Vietnamese.Keys.Order());

        Vietnamese.Where(text => Places(text.Value) != Places(English[text.Key])).Select(text => text.Key).ShouldBeEmpty();
        Vietnamese.Concat(English).Where(text => string.IsNullOrWhiteSpace(text.Value)).ShouldBeEmpty();
    }

    [Fact]
    public void No_text_was_left_in_the_other_language()
    {
        English.Where(text => text.Key != OtherLanguage && Regex.IsMatch(text.Value, VietnameseLetters, RegexOptions.IgnoreCase)).Select(text => text.Key).ShouldBeEmpty();
        Vietnamese.Where(text => text.Key != OtherLanguage && EnglishWord().IsMatch(text.Value)).Select(text => $"{text.Key}: {text.Value}").ShouldBeEmpty();
        Vietnamese.Where(text => text.Value == English[text.Key]).Select(text => text.Key).Where(key => !SameInBoth.Contains(key)).ShouldBeEmpty();
    }

    [Fact]
    public void P18_no_child_is_said_to_have_failed()
    {
        Vietnamese.Where(text => Regex.IsMatch(text.Value, @"\b(trượt|rớt|hỏng thi|thất bại|không đỗ|không trúng tuyển)\b", RegexOptions.IgnoreCase)).ShouldBeEmpty();
        English.Where(text => Regex.IsMatch(text.Value, @"\bfail(ed|ure|s)?\b|\brejected\b|\bunsuccessful\b", RegexOptions.IgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public void A_page_holds_no_words_of_its_own()
    {
        foreach (var (file, source) in Sources.Where(source => source.Key.EndsWith(".razor", StringComparison.Ordinal)))
            Words(source).ShouldBeEmpty($"{file} has text outside the resources");
    }

    /// <summary>What is left of a page's text without its code: nothing with letters.</summary>
    private static List<string> Words(string razor)
    {
        var text = Regex.Replace(razor, @"@\*.*?\*@", "", RegexOptions.Singleline);
        var code = text.IndexOf("@code", StringComparison.Ordinal);
        if (code >= 0) text = text[..code];
        return [.. TextNode().Matches(Plain(text)).Select(match => match.Groups[1].Value.Trim()).Where(node => Regex.IsMatch(node, @"\p{L}{2,}"))];
    }

    /// <summary>Without expressions and control flow.</summary>
    private static string Plain(string text)
    {
        text = Regex.Replace(text, @"@\((?>[^()]+|\((?<depth>)|\)(?<-depth>))*(?(depth)(?!))\)", " ");
        text = Regex.Replace(text, @"(@|\belse |^|\s)(else\s+if|if|foreach|for|switch|else)\b\s*(\((?>[^()]+|\((?<depth>)|\)(?<-depth>))*(?(depth)(?!))\))?", " ");
        text = Regex.Replace(text, @"@[\w.]+(\((?>[^()]+|\((?<depth>)|\)(?<-depth>))*(?(depth)(?!))\)|\.|\w)*", " ");
        return Regex.Replace(text, @"&\w+;", " ");
    }

    private static string Places(string text) => string.Concat(Regex.Matches(text, @"\{(\d+)").Select(match => match.Groups[1].Value).Distinct().Order());

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(Folder, "Resources", file)).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex("\\bT\\(\"([^\"]+)\"")]
    private static partial Regex AskedKey();

    [GeneratedRegex("\"([A-Z][A-Za-z]+\\.[A-Za-z_0-9]+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("\\bT\\(\\$\"(\\w+)\\.\\{|\\bCode\\(\"(\\w+)\"")]
    private static partial Regex AskedGroup();

    [GeneratedRegex(@"^\s{4}([A-Z]\w+)(?: = 0)?,", RegexOptions.Multiline)]
    private static partial Regex EnumMember();

    [GeneratedRegex(@"[\w-]+")]
    private static partial Regex Word();

    [GeneratedRegex(@">([^<>]+)<(?=[/a-zA-Z!])")]
    private static partial Regex TextNode();

    [GeneratedRegex(@"\b(the|of|and|with|not|this|your|for|from|are|was|please|error|page|button)\b", RegexOptions.IgnoreCase)]
    private static partial Regex EnglishWord();
}
