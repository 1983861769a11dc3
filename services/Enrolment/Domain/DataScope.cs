using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>For what an agreement gives data away, and which fields: nothing else ever leaves.</summary>
/// <remarks>Never scores, never a national id, never the reason for having no place (minimisation, Law 91/2025/QH15).</remarks>
public static class DataScope
{
    public const string VocationalGuidance = "vocational_guidance";

    public static readonly string[] Purposes = [VocationalGuidance];
    public static readonly string[] Fields = ["name", "area", "interests", "phone", "guardian"];

    /// <summary>What is shown of a family that is contacted through the platform only (mode B).</summary>
    public static readonly string[] WithoutName = ["area", "interests"];

    public static void MustBeKnown(IReadOnlyList<string> purposes, IReadOnlyList<string> fields)
    {
        if (purposes.Count == 0 || purposes.Except(Purposes).Any())
            throw new RuleBroken("purpose_not_allowed", "Mục đích không được phép", $"Purposes: {string.Join(", ", Purposes)}.", 422);
        if (fields.Except(Fields).Any())
            throw new RuleBroken("field_not_allowed", "Trường dữ liệu không được phép chia sẻ", $"Fields: {string.Join(", ", Fields)}.", 422);
    }
}
