using CareerPlatform.Careerctl.Plans;
using CareerPlatform.Testing;

namespace CareerPlatform.Careerctl.Tests;

/// <summary>`careerctl plan check`: what an editor needs to jump to a fault, and an exit code.</summary>
public sealed class PlanCheckTests : IDisposable
{
    private static readonly string Held = Path.Combine(SharedData.Repository, "services/Targets/Plans");

    private readonly string folder = Directory.CreateTempSubdirectory("plans-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_plan_held_in_the_repository_passes()
    {
        var files = Directory.GetFiles(Held, "*.json").Where(file => !file.EndsWith(".schema.json", StringComparison.Ordinal)).ToArray();

        var (code, output, _) = Check("en", files);

        code.ShouldBe(0, output);
        files.Length.ShouldBeGreaterThanOrEqualTo(6);
        output.ShouldContain("nghe-an-3129-2021.json: valid: 23 targets, 38 tasks, 2 reports");
    }

    [Fact]
    public void A_fault_is_one_line_with_file_line_column_code_and_words_in_both_languages()
    {
        var file = Broken("\"high\": 25,", "\"high\": 15,", out var line);

        var (code, output, _) = Check("both", file);

        code.ShouldBe(1);
        output.ShouldBe($"{file}:{line}:7: range_reversed: đầu trên của khoảng phải lớn hơn đầu dưới | the upper end of a range lies above its lower end\n");
        Check("vi", file).Output.ShouldEndWith(": range_reversed: đầu trên của khoảng phải lớn hơn đầu dưới\n");
        Check("en", file).Output.ShouldEndWith(": range_reversed: the upper end of a range lies above its lower end\n");
    }

    [Theory]
    [InlineData("\"code\": \"funding_need\"", "\"code\": \"funding\"", "unknown_indicator")]
    [InlineData("[\"4.1\", \"5.1\"]", "[\"4.1\", \"5.2\"]", "dependency_cycle")]
    [InlineData("\"leads\": [\"labour_department\"]", "\"leads\": [\"labor\"]", "unknown_function")]
    [InlineData("\"code\": \"2.17\"", "\"code\": \"2.16\"", "duplicate_code")]
    [InlineData("\"date\": \"2022-03-01\"", "\"date\": \"2031-03-01\"", "outside_period")]
    [InlineData("\"date\": \"2022-03-01\"", "\"date\": \"1/3/2022\"", "wrong_form")]
    [InlineData("\"recurrence\": \"once\"", "\"recurence\": \"once\"", "unknown_member")]
    [InlineData("\"period\": {", "\"period\": [", "not_json")]
    public void Faults_of_form_and_of_meaning_are_found_where_they_stand(string right, string wrong, string code)
    {
        var file = Broken(right, wrong, out var line);

        var (exit, output, _) = Check("en", file);

        exit.ShouldBe(1);
        output.Split('\n').ShouldContain(said => said.StartsWith($"{file}:{line}:", StringComparison.Ordinal) && said.Contains($": {code}: ", StringComparison.Ordinal), output);
    }

    [Fact]
    public void A_parent_is_found_beside_the_file_and_what_is_said_about_it_is_checked()
    {
        var parent = File.ReadAllText(Path.Combine(Held, "nghe-an-3129-2021.json"));
        File.WriteAllText(Path.Combine(folder, "parent.json"), parent);
        var file = Path.Combine(folder, "child.json");
        var child = File.ReadAllText(Path.Combine(Held, "tra-vinh-1138-2023.json")).Replace("\"id\": \"tra-vinh-1138-2023\"", "\"id\": \"child\"", StringComparison.Ordinal)
            .Replace("\"parent\": { ", "\"parent\": { \"plan\": \"nghe-an-3129-2021\", ", StringComparison.Ordinal);

        File.WriteAllText(file, child);
        Check("en", file).Code.ShouldBe(0);

        File.WriteAllText(file, child.Replace("\"externalTargets\"", "\"drops\": [{ \"target\": \"NA-99\", \"reason\": { \"vi\": \"a\", \"en\": \"a\" }, \"clause\": \"II\" }],\n  \"externalTargets\"", StringComparison.Ordinal));
        Check("en", file).Output.ShouldContain(": unknown_target: there is no target NA-99");

        File.Delete(Path.Combine(folder, "parent.json"));
        Check("en", file).Output.ShouldContain(": unknown_plan: there is no plan nghe-an-3129-2021");
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_another_exit_code_and_the_others_are_still_checked()
    {
        var (code, output, errors) = Check("en", Path.Combine(folder, "absent.json"), Path.Combine(Held, "demo-97-2026.json"));

        code.ShouldBe(2);
        errors.ShouldContain("absent.json");
        output.ShouldContain("demo-97-2026.json: valid");
    }

    [Fact]
    public void A_file_in_another_encoding_is_named_and_a_byte_order_mark_does_no_harm()
    {
        var file = Path.Combine(folder, "plan.json");
        var text = File.ReadAllText(Path.Combine(Held, "demo-97-2026.json"));

        File.WriteAllText(file, text, System.Text.Encoding.Unicode);
        Check("en", file).Output.ShouldContain(":1:1: not_utf8: ");
        File.WriteAllText(file, text, new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Check("en", file).Code.ShouldBe(0);
    }

    private string Broken(string right, string wrong, out int line)
    {
        var text = File.ReadAllText(Path.Combine(Held, "nghe-an-3129-2021.json"));
        var at = text.IndexOf(right, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(-1, right);
        line = text[..at].Count(letter => letter == '\n') + 1;
        var file = Path.Combine(folder, "broken.json");
        File.WriteAllText(file, text[..at] + wrong + text[(at + right.Length)..]);
        return file;
    }

    private static (int Code, string Output, string Errors) Check(string language, params string[] files)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        return (CheckPlan.Check(files, language, output, errors), output.ToString(), errors.ToString());
    }
}
