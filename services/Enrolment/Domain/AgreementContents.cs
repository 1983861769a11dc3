using CareerPlatform.ServiceDefaults;

namespace CareerPlatform.Enrolment.Domain;

/// <summary>The seven things an agreement on the transfer of personal data must state.</summary>
/// <remarks>Decree 356/2025/ND-CP, Art. 7(1); missing ones are fined under Decree 330/2026, Art. 52.</remarks>
public sealed record AgreementContents
{
    public string? Purpose { get; init; }

    /// <summary>Whose data and which types of data.</summary>
    public string? DataTypes { get; init; }

    /// <summary>How long the data are processed, and how they are deleted or destroyed.</summary>
    public string? Period { get; init; }

    public string? LegalBasis { get; init; }
    public string? Protection { get; init; }

    /// <summary>Who answers the requests of the people concerned, and how.</summary>
    public string? SubjectRights { get; init; }

    /// <summary>How the parties work together when the rules are broken.</summary>
    public string? Violations { get; init; }

    /// <summary>Refuses an agreement that leaves one of the seven out, and says which.</summary>
    public void MustBeComplete()
    {
        (string Name, string? Text)[] seven =
        [
            ("purpose", Purpose), ("dataTypes", DataTypes), ("period", Period), ("legalBasis", LegalBasis),
            ("protection", Protection), ("subjectRights", SubjectRights), ("violations", Violations),
        ];
        var missing = seven.Where(content => string.IsNullOrWhiteSpace(content.Text)).ToList();
        if (missing.Count == 0) return;

        throw new RuleBroken("agreement_contents_missing", "Thoả thuận còn thiếu nội dung bắt buộc",
            "Decree 356/2025/ND-CP, Art. 7(1) asks for seven contents; some are missing.", 422)
            .With([.. missing.Select(content => new Fault($"/contents/{content.Name}", null, null, "content_missing", "Bổ sung nội dung này"))]);
    }
}
