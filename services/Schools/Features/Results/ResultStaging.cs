using System.Text.Encodings.Web;
using System.Text.Json;
using CareerPlatform.Import;
using CareerPlatform.Schools.Data;
using CareerPlatform.Schools.Domain;
using CareerPlatform.ServiceDefaults;
using NpgsqlTypes;

namespace CareerPlatform.Schools.Features.Results;

/// <summary>Copies the rows of a results file to a temporary table, as they are read and whatever their number.</summary>
public static class ResultStaging
{
    static readonly JsonSerializerOptions Notes = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> Copy(Work work, ContactSeal seal, IEnumerable<RowVerdict> rows, CancellationToken ct)
    {
        await work.Execute(
            """
            create temporary table result_in (
              row_no int, verdict varchar, ident varchar, candidate_number varchar, ministry_id varchar, citizen_id varchar, sealed_name bytea, name_key bytea, name_fold bytea, sealed_birth bytea,
              school varchar, school_key varchar, school_code varchar, council varchar, literature numeric(5, 2), mathematics numeric(5, 2), foreign_language numeric(5, 2), total numeric(6, 2),
              absent boolean, outcome varchar, admitted_to varchar, wish int, print bigint, notes jsonb) on commit drop
            """);
        using var names = new SealedNames(seal.Names(work.Tenant));
        var count = 0;
        var schoolKeys = new Dictionary<string, string>();
        await using (var copy = await work.Connection.BeginBinaryImportAsync("copy result_in from stdin (format binary)", ct))
        {
            await foreach (var (verdict, name) in rows.Select(verdict => (verdict, verdict.Row?.FullName is { } name ? names.Of(name) : null)).Ahead(ct))
            {
                count++;
                var row = verdict.Row;
                await copy.StartRowAsync(ct);
                await copy.WriteAsync(verdict.SourceRow, NpgsqlDbType.Integer, ct);
                await Text(row is not null ? null : verdict.Faults.Count > 0 ? "refused" : "duplicate");
                await Text(row is null ? null : Ident(row));
                await Text(row?.CandidateNumber);
                await Text(row?.MinistryId);
                await Text(row?.CitizenId);
                await Bytes(name?.Box);
                await Bytes(name?.Key);
                await Bytes(name?.Fold);
                await Bytes(row?.BirthDate is { } birth ? seal.SealDate(work.Tenant, birth) : null);
                await Text(row?.School ?? row?.SchoolCode);
                await Text(KeyOf(row?.School));
                await Text((row?.SchoolCode ?? row?.School)?.ToLowerInvariant());
                await Text(row is null ? null : Council(row));
                await Number(row?.Literature.Value);
                await Number(row?.Mathematics.Value);
                await Number(row?.ForeignLanguage.Value);
                await Number(row?.Total);
                await copy.WriteAsync(row?.Absent ?? false, NpgsqlDbType.Boolean, ct);
                await Text(row is null ? null : OutcomeOf(row));
                await Text(row?.AdmittedTo);
                await (row?.WishNumber is { } wish ? copy.WriteAsync(wish, NpgsqlDbType.Integer, ct) : copy.WriteNullAsync(ct));
                await copy.WriteAsync(row is null ? 0 : Print(row), NpgsqlDbType.Bigint, ct);
                await (verdict.Faults.Count + verdict.Warnings.Count == 0
                    ? copy.WriteNullAsync(ct)
                    : copy.WriteAsync(JsonSerializer.Serialize(new RowNotes(verdict.Faults, verdict.Warnings), Notes), NpgsqlDbType.Jsonb, ct));
            }
            await copy.CompleteAsync(ct);

            Task Text(string? value) => value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, NpgsqlDbType.Varchar, ct);
            Task Bytes(byte[]? value) => value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value, NpgsqlDbType.Bytea, ct);
            Task Number(decimal? value) => value is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(value.Value, NpgsqlDbType.Numeric, ct);
        }
        return count;

        string? KeyOf(string? school)
        {
            if (school is null) return null;
            if (!schoolKeys.TryGetValue(school, out var key)) schoolKeys[school] = key = SchoolKey.Of(school);
            return key;
        }
    }

    /// <summary>What tells one result of the file from another; null where the file carries no number or id.</summary>
    static string? Ident(ResultRow row) => Number(row) is { } number && row.WishNumber is { } wish ? $"{number}#{wish}" : Number(row);

    static string? Number(ResultRow row) => row.CandidateNumber is { } number ? $"c{number}" : row.MinistryId is { } ministry ? $"m{ministry}" : row.CitizenId is { } citizen ? $"z{citizen}" : null;

    /// <summary>The council stated, or the first two digits of a six-digit candidate number, which name it where no column does.</summary>
    static string? Council(ResultRow row) => row.Council ?? (row.CandidateNumber is { Length: 6 } number ? number[..2] : null);

    /// <summary>Who sat nothing was absent, whatever else the file says of them; only a place counts for more.</summary>
    static string? OutcomeOf(ResultRow row) => row.Outcome switch
    {
        Outcome.Admitted => "admitted",
        _ when row.Absent => "absent",
        Outcome.NotAdmitted or Outcome.Disqualified => "without_place",
        Outcome.Waiting => "waiting",
        _ => null,
    };

    /// <summary>A digest of what the row says (FNV-1a, 64 bit), to see what a corrected file changed.</summary>
    static long Print(ResultRow row)
    {
        var hash = 14695981039346656037UL;
        Mix(row.CandidateNumber);
        Mix(row.MinistryId);
        Mix(row.CitizenId);
        Mix(row.FullName);
        Mix(row.School ?? row.SchoolCode);
        Mix(row.Council);
        Mix(row.AdmittedTo);
        Value(row.BirthDate?.DayNumber ?? -1);
        Mark(row.Literature.Value);
        Mark(row.Mathematics.Value);
        Mark(row.ForeignLanguage.Value);
        Mark(row.Total);
        Value((int?)row.Outcome ?? -1);
        Value(row.Absent ? 1 : 0);
        Value(row.WishNumber ?? -1);
        return unchecked((long)hash);

        void Value(int value) => hash = unchecked((hash ^ (uint)value) * 1099511628211UL);
        void Mark(decimal? mark) => Value(mark is null ? -1 : (int)(mark.Value * 1000));
        void Mix(string? text)
        {
            foreach (var character in text ?? "\u0001") hash = unchecked((hash ^ character) * 1099511628211UL);
            hash = unchecked((hash ^ 0x1F) * 1099511628211UL);
        }
    }
}

/// <summary>What was found out about a row: faults keep it out, warnings want a look.</summary>
public sealed record RowNotes(IReadOnlyList<RowFault> Faults, IReadOnlyList<RowFault> Warnings);
