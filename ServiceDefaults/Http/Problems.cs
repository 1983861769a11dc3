using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CareerPlatform.ServiceDefaults;

/// <summary>A rule of the domain refuses the act. Over HTTP it becomes problem details with this code; consumers do not retry it.</summary>
/// <param name="code">Stable code in snake or kebab case, part of the API.</param>
/// <param name="title">What is wrong, in Vietnamese, for the person; never a personal value.</param>
/// <param name="detail">What is wrong and what to do, in English, for the developer; never a personal value.</param>
/// <param name="status">HTTP status.</param>
public sealed class RuleBroken(string code, string title, string detail, int status = StatusCodes.Status409Conflict) : Exception(detail)
{
    public string Code { get; } = code;
    public string Title { get; } = title;
    public int Status { get; } = status;

    /// <summary>Where in the input the rule is broken; empty when it is not about one place.</summary>
    public IReadOnlyList<Fault> Faults { get; private init; } = [];

    /// <summary>Seconds after which the same request may succeed; sent as Retry-After.</summary>
    public int? RetryAfter { get; private init; }

    /// <summary>Where to go on instead; null when there is no such place.</summary>
    public string? Link { get; private init; }

    /// <summary>The same refusal with the places it is about.</summary>
    public RuleBroken With(params IReadOnlyList<Fault> faults) => new(Code, Title, Message, Status) { Faults = faults, RetryAfter = RetryAfter, Link = Link };

    /// <summary>The same refusal, saying when to try again.</summary>
    public RuleBroken After(int seconds) => new(Code, Title, Message, Status) { Faults = Faults, RetryAfter = seconds, Link = Link };

    /// <summary>The same refusal, saying where to go on.</summary>
    public RuleBroken See(string link) => new(Code, Title, Message, Status) { Faults = Faults, RetryAfter = RetryAfter, Link = link };
}

/// <summary>One place in an input that is wrong. Never carries the value itself.</summary>
/// <param name="Pointer">JSON pointer into the request body; null for files.</param>
/// <param name="Row">Row in the uploaded file, from 1 as a spreadsheet shows it; null for JSON bodies.</param>
/// <param name="Column">Column heading in the uploaded file.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Hint">What to do about it, in Vietnamese.</param>
public sealed record Fault(string? Pointer, int? Row, string? Column, string Code, string? Hint);

/// <summary>Turns every error answer into RFC 9457 problem details with a stable code, a Vietnamese title and an English detail.</summary>
internal static class Problems
{
    private static readonly Dictionary<int, (string Code, string Title, string Detail)> ByStatus = new()
    {
        [400] = ("request_invalid", "Yêu cầu không hợp lệ", "The request is not valid."),
        [401] = ("token_invalid", "Cần đăng nhập lại", "A valid bearer token is required."),
        [403] = ("forbidden", "Không có quyền thực hiện", "The caller's role does not allow this."),
        [404] = ("not_found", "Không tìm thấy", "There is nothing here that the caller may see."),
        [405] = ("method_not_allowed", "Phương thức không được hỗ trợ", "This method is not allowed on this resource."),
        [408] = ("request_timeout", "Gửi dữ liệu quá chậm", "The request body arrived too slowly."),
        [409] = ("conflict", "Dữ liệu đã thay đổi", "The request conflicts with the current state."),
        [413] = ("body_too_large", "Dữ liệu gửi lên quá lớn", "The request body is larger than allowed here."),
        [415] = ("content_type_mismatch", "Định dạng không được hỗ trợ", "The content type is not supported here."),
        [422] = ("input_invalid", "Dữ liệu không hợp lệ", "The input breaks a rule."),
        [429] = ("rate_limited", "Quá nhiều yêu cầu, hãy thử lại sau", "Too many requests; retry after the given time."),
        [500] = ("internal_error", "Lỗi hệ thống, đã được ghi nhận", "An unexpected error happened; give the trace id to the operator."),
        [502] = ("service_unavailable", "Dịch vụ tạm thời không trả lời", "A service behind the gateway did not answer."),
        [503] = ("storage_unavailable", "Hệ thống tạm thời không sẵn sàng", "Storage is not reachable right now; retry later."),
        [504] = ("service_timeout", "Dịch vụ trả lời quá chậm", "A service behind the gateway did not answer in time."),
    };

    internal static void AddProblems(this IServiceCollection services)
    {
        services.AddExceptionHandler<Handler>();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context => Complete(context.ProblemDetails, context.HttpContext));
    }

    private static void Complete(ProblemDetails problem, HttpContext http)
    {
        var status = problem.Status ?? http.Response.StatusCode;
        if (!problem.Extensions.ContainsKey("code"))
        {
            var (code, title, detail) = ByStatus.GetValueOrDefault(status, ByStatus[status >= 500 ? 500 : 400]);
            if (http.Items[nameof(Problems)] is (string itemCode, string itemDetail)) (code, detail) = (itemCode, itemDetail);
            (problem.Title, problem.Detail) = (title, detail);
            problem.Extensions["code"] = code;
            problem.Type = $"urn:careerplatform:problem:{code}";
        }
        problem.Status = status;
        problem.Extensions["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
    }

    /// <summary>Names the code and detail of an answer that another part of the pipeline (authentication) is about to give.</summary>
    internal static void Say(HttpContext http, string code, string detail) => http.Items[nameof(Problems)] = (code, detail);

    private sealed class Handler(IProblemDetailsService problems, ILogger<Handler> log) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken ct)
        {
            if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
            {
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;
            }

            var refusal = exception as RuleBroken ?? Translate(exception);
            if (refusal is null)
            {
                // The message may hold values from the database or the input, so only the kind and the place are logged.
                log.LogError("Unhandled {Exception} at {Place}", exception.GetType().FullName, exception.StackTrace);
            }

            var problem = new ProblemDetails { Status = refusal?.Status ?? 500 };
            if (refusal is not null)
            {
                (problem.Title, problem.Detail, problem.Type) = (refusal.Title, refusal.Message, $"urn:careerplatform:rule:{refusal.Code}");
                problem.Extensions["code"] = refusal.Code;
                if (refusal.Faults.Count > 0) problem.Extensions["errors"] = refusal.Faults;
                if (refusal.Link is { } link) problem.Extensions["link"] = link;
                if (refusal.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            http.Response.StatusCode = problem.Status.Value;
            return await problems.TryWriteAsync(new() { HttpContext = http, ProblemDetails = problem, Exception = exception });
        }

        private static RuleBroken? Translate(Exception exception) => exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Json(json),
            BadHttpRequestException bad when ByStatus.TryGetValue(bad.StatusCode, out var known) => new(known.Code, known.Title, bad.StatusCode == 400 ? Neutral(bad.Message) : known.Detail, bad.StatusCode),
            JsonException json => Json(json),
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => Storage("storage_full", "Storage is full; nothing was written."),
            PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => Storage("busy", "Too many requests are waiting for storage; retry shortly."),
            PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => Storage("busy", "Another request holds what this one needs; retry shortly."),
            VersionConflict or PostgresException { SqlState: "40001" or "40P01" } => new("version_conflict", "Dữ liệu vừa được người khác thay đổi", "Somebody else changed this at the same time; read it again and retry."),
            PostgresException { SqlState: "22P05" or "22021" } => new("character_not_allowed", "Văn bản có ký tự không được phép", "The text holds a character that cannot be stored (NUL).", 400),
            PostgresException { SqlState: "57P01" or "57P02" or "57P03" } or NpgsqlException { IsTransient: true } => Storage("storage_unavailable", "Storage is not reachable right now; retry later."),
            NpgsqlException { InnerException: TimeoutException or IOException or System.Net.Sockets.SocketException } => Storage("storage_unavailable", "Storage is not reachable right now; retry later."),
            _ => null,
        };

        private static RuleBroken Storage(string code, string detail) => new RuleBroken(code, ByStatus[503].Title, detail, 503).After(5);

        private static RuleBroken Json(JsonException json)
        {
            var code = json.Message.Contains("could not be mapped", StringComparison.Ordinal) ? "unknown_field"
                : json.Message.Contains("uplicate", StringComparison.Ordinal) ? "duplicate_field"
                : json.Message.Contains("required", StringComparison.Ordinal) ? "field_missing"
                : "json_invalid";
            var pointer = json.Path?.Replace("$", "", StringComparison.Ordinal).Replace('.', '/');
            return new RuleBroken(code, "Nội dung JSON không hợp lệ", $"The JSON body is refused: {code}.", 400).With(new Fault(pointer, null, null, code, null));
        }

        /// <summary>The framework's message names the parameter but may end with the value; the value is cut off.</summary>
        private static string Neutral(string message)
        {
            var from = message.IndexOf(" from \"", StringComparison.Ordinal);
            return from < 0 ? message : message[..from] + ".";
        }
    }
}
