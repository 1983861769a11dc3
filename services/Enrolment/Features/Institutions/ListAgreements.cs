using System.Text.Json;
using CareerPlatform.Enrolment.Data;
using CareerPlatform.Enrolment.Domain;
using CareerPlatform.Enrolment.Features.Leads;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Enrolment.Features.Institutions;

/// <summary>Agreements on the transfer of personal data: all of the province for staff, its own for an institution.</summary>
public static class ListAgreements
{
    public sealed record Item
    {
        public required Guid AgreementId { get; init; }
        public required Guid InstitutionId { get; init; }
        public required DateOnly ValidFrom { get; init; }
        public required DateOnly ValidTo { get; init; }

        /// <summary>`future`, `in_force` or `expired`, by today's date in Vietnam.</summary>
        public required string State { get; init; }
        public required string[] Purposes { get; init; }
        public required string[] Fields { get; init; }

        /// <summary>Null: all of the province.</summary>
        public required string[]? Areas { get; init; }

        /// <summary>Null: all programmes.</summary>
        public required string[]? TrainingCodes { get; init; }

        /// <summary>Leads the institution may read in a day.</summary>
        public required int DailyReads { get; init; }
        public required AgreementContents Contents { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/agreements", Handle).RequireAuthorization(policy => policy.RequireRole(
            Policies.Officer, Policies.Approver, Policies.AreaOffice, Policies.Inspector, Policies.Institution)).WithTags("Institutions");

    public static async Task<Ok<IReadOnlyList<Item>>> Handle(Person reader, Database db, DailyReads daily, TimeProvider clock, CancellationToken ct)
    {
        var today = clock.Today();
        await using var work = await db.BeginFor(reader, ct);
        var rows = await work.Query<Row>(
            "select agreement_id, institution_id, valid_from, valid_to, purposes, fields, areas, training_codes, daily_reads, contents::text as contents from agreement where tenant_id = @Tenant order by institution_id, valid_from",
            new { work.Tenant });
        return TypedResults.Ok<IReadOnlyList<Item>>([.. rows.Select(row => new Item
        {
            AgreementId = row.AgreementId, InstitutionId = row.InstitutionId, ValidFrom = row.ValidFrom, ValidTo = row.ValidTo,
            State = today < row.ValidFrom ? "future" : today > row.ValidTo ? "expired" : "in_force",
            Purposes = row.Purposes, Fields = row.Fields, Areas = row.Areas, TrainingCodes = row.TrainingCodes, DailyReads = daily.Limit(reader.Tenant, row.DailyReads), Contents = JsonSerializer.Deserialize<AgreementContents>(row.Contents, StrictJson.Options)!,
        })]);
    }

    [method: Dapper.ExplicitConstructor]
    private sealed record Row(Guid AgreementId, Guid InstitutionId, DateOnly ValidFrom, DateOnly ValidTo, string[] Purposes, string[] Fields, string[]? Areas, string[]? TrainingCodes, int? DailyReads, string Contents);
}
