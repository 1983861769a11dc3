using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>Where the results carry no outcome: the places of each council are set, and filled from the top of its ranking by the published tie rule (<see cref="Places"/>).</summary>
public static class SetPlaces
{
    public sealed record CouncilPlaces
    {
        public required string Council { get; init; }
        public required int Places { get; init; }
    }

    /// <param name="Places">Places of all councils.</param>
    /// <param name="Admitted">Results that got one.</param>
    /// <param name="WithoutPlace">Results that got none, the unranked ones among them.</param>
    /// <param name="Absent">Results of those who sat no paper.</param>
    /// <param name="NotRanked">Results of those who sat a paper and have no total; they are worth a look before finalising.</param>
    public sealed record Answer(int Places, int Admitted, int WithoutPlace, int Absent, int NotRanked);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut("/rounds/{roundId:guid}/places", Handle)
        .RequireAuthorization(Policies.Officer)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    public static async Task<Results<Ok<Answer>, NotFound>> Handle(Guid roundId, IReadOnlyList<CouncilPlaces> councils, Person person, Database db, CancellationToken ct)
    {
        await using var work = await db.Begin(person.Tenant, ct);
        if (await work.RoundForChange(roundId) is not { } round) return TypedResults.NotFound();

        round.StillOpen();
        if (round.AcceptedUpload is not { } upload) throw new RuleBroken("round_not_checked", "Kết quả chưa được kiểm tra", "Accept a results file before setting places.");
        if (await HasOutcomes(work, upload)) throw new RuleBroken("outcomes_in_file", "Tệp đã có kết quả trúng tuyển", "The file itself says who was admitted; places are not filled over it.");
        await Check(work, upload, councils);

        await work.Execute("delete from round_place where round_id = @roundId", new { roundId });
        await work.Execute("insert into round_place (tenant_id, round_id, council, places) select @Tenant, @roundId, c, p from unnest(@Councils, @Places) as u(c, p)",
            new { work.Tenant, roundId, Councils = councils.Select(council => council.Council).ToArray(), Places = councils.Select(council => council.Places).ToArray() });
        var answer = await Fill(work, upload, councils.ToDictionary(council => council.Council, council => council.Places, StringComparer.Ordinal), ct);
        work.Append("round", roundId, new PlacesFilled { RoundId = roundId, Places = answer.Places, Admitted = answer.Admitted, By = person.Subject });
        await work.Commit();
        return TypedResults.Ok(answer);
    }

    /// <summary>After a corrected file was accepted the same places are filled again.</summary>
    internal static async Task FillAgain(Work work, Round round, CancellationToken ct)
    {
        var places = (await work.Query<CouncilPlaces>("select council, places from round_place where round_id = @RoundId", new { round.RoundId })).ToDictionary(council => council.Council, council => council.Places, StringComparer.Ordinal);
        if (places.Count > 0 && !await HasOutcomes(work, round.AcceptedUpload!.Value)) await Fill(work, round.AcceptedUpload.Value, places, ct);
    }

    static Task<bool> HasOutcomes(Work work, Guid upload) => work.Single<bool>("select has_outcomes from upload where upload_id = @upload", new { upload });

    static async Task Check(Work work, Guid upload, IReadOnlyList<CouncilPlaces> councils)
    {
        var known = (await work.Query<string>("select distinct council from upload_row where upload_id = @upload and council is not null", new { upload })).ToHashSet(StringComparer.Ordinal);
        var faults = councils.Select((council, at) => (council, at)).Where(item => item.council.Places < 0 || !known.Contains(item.council.Council) || councils.Take(item.at).Any(earlier => earlier.Council == item.council.Council))
            .Select(item => new Fault($"/{item.at}", null, null, item.council.Places < 0 ? "value_invalid" : known.Contains(item.council.Council) ? "duplicate_row" : "council_unknown", null)).Take(100).ToList();
        faults.AddRange(known.Except(councils.Select(council => council.Council)).Take(100).Select(_ => new Fault("/", null, null, "council_missing", null)));
        if (faults.Count > 0) throw new RuleBroken(faults[0].Code, "Chỉ tiêu hội đồng không hợp lệ", "A council is not in the results, is in them and was not given, is named twice, or has a negative number of places.", 422).With([.. faults]);
    }

    static async Task<Answer> Fill(Work work, Guid upload, Dictionary<string, int> places, CancellationToken ct)
    {
        await work.WholeFiles();
        await work.Execute("create temporary table placed (row_no int primary key) on commit drop");
        var councils = work.Groups<Candidate>(
            """
            select row_no as row, council, coalesce(candidate_number, '') as number, (total * 100)::int as total, (literature * 100)::int as literature, (mathematics * 100)::int as mathematics,
                   (foreign_language * 100)::int as foreign_language, absent
            from upload_row where upload_id = @upload and verdict in ('matched', 'review', 'unmatched') and council is not null order by council
            """, new { upload }, candidate => candidate.Council, ct);
        var notRanked = 0;
        await foreach (var council in councils)
        {
            notRanked += council.Count(candidate => candidate is { Absent: false, Total: null });
            await work.ExecuteBulk("insert into placed select unnest(@Rows)", new { Rows = Places.Fill(council, places).ToArray() }, ct);
        }
        await work.ExecuteBulk(
            """
            analyze placed;
            update upload_row r set outcome = case when r.absent then 'absent' when r.council is null then null when p.row_no is not null then 'admitted' else 'without_place' end
            from upload_row x left join placed p using (row_no)
            where x.upload_id = @upload and r.upload_id = @upload and r.row_no = x.row_no and r.verdict in ('matched', 'review', 'unmatched')
            """, new { upload }, ct);
        var counts = await UploadReport.Count(work, upload, null, ct);
        return new Answer(places.Values.Sum(), counts.Admitted, counts.WithoutPlace, counts.Absent, notRanked);
    }
}
