namespace CareerPlatform.Gateway;

/// <summary>How a route is rationed, beside the limit that every caller has.</summary>
public enum Rate
{
    Standard,

    /// <summary>Where secrets and passwords are tried: few per address.</summary>
    Credentials,

    /// <summary>May wait for news: few at the same time per caller.</summary>
    LongPoll,

    /// <summary>Takes files: two at the same time per caller.</summary>
    Upload,

    /// <summary>Open to everybody without a sign-in: a share of its own per address, so that whoever copies the pages slows down nobody else.</summary>
    Public,
}

/// <summary>One entry of the registry: what the outside may ask of which service.</summary>
/// <param name="Service">Resource name in the AppHost.</param>
/// <param name="Path">Route template as the gateway matches it; more specific templates win.</param>
/// <param name="Methods">Space separated; anything else is 405.</param>
/// <param name="Body">Largest request body in bytes.</param>
/// <param name="Rate">How it is rationed.</param>
public sealed record Route(string Service, string Path, string Methods, long Body = 64 * 1024, Rate Rate = Rate.Standard)
{
    public string[] MethodList => Methods.Split(' ');
}

/// <summary>The one registry of what is reachable from outside. A test compares it with every service's OpenAPI document; `/internal` is never in it.</summary>
public static class Routes
{
    /// <summary>The pages. They describe themselves to people, so they have no OpenAPI document, and no event log.</summary>
    public const string Portal = "portal";

    private const long Form = 32 * 1024;
    private const long Page = 1024 * 1024;
    private const long List = 16L * 1024 * 1024;
    private const long File = 512L * 1024 * 1024;

    public static readonly IReadOnlyList<Route> All =
    [
        new(Portal, "/", "GET"),
        new(Portal, "/favicon.ico", "GET"),
        new(Portal, "/portal/{**rest}", "GET POST", Form),
        new(Portal, "/portal/family/signin", "GET POST", Form, Rate.Credentials),
        new(Portal, "/portal/rounds/{id}/file", "POST", File, Rate.Upload),
        new(Portal, "/portal/pupils/wishes", "POST", 2 * Page, Rate.Upload),
        new(Portal, "/portal/tasks/{id}/evidence", "POST", 11 * Page, Rate.Upload),
        new(Portal, "/portal/workbooks/{id}/returns", "POST", List, Rate.Upload),
        new(Portal, "/portal/enrolled/lists", "POST", List, Rate.Upload),
        new(Portal, "/portal/public/{**rest}", "GET", Form, Rate.Public),

        new("identity", "/.well-known/openid-configuration", "GET"),
        new("identity", "/.well-known/jwks.json", "GET"),
        new("identity", "/connect/token", "POST", Form, Rate.Credentials),
        new("identity", "/signin", "GET POST", Form, Rate.Credentials),
        new("identity", "/signin/style.css", "GET"),
        new("identity", "/signout", "POST", Form),
        new("identity", "/session/token", "POST", Form),
        new("identity", "/session/family", "POST", Form, Rate.Credentials),
        new("identity", "/session/password", "POST", Form, Rate.Credentials),
        new("identity", "/v1/access/{**rest}", "GET POST PUT DELETE"),

        new("schools", "/v1/areas/{**rest}", "GET PUT"),
        new("schools", "/v1/areas/imports", "POST", File, Rate.Upload),
        new("schools", "/v1/areas/official-lists/{list}", "POST", File, Rate.Upload),
        new("schools", "/v1/schools/{**rest}", "GET"),
        new("schools", "/v1/schools/imports", "POST", File, Rate.Upload),
        new("schools", "/v1/rosters/{year}", "GET"),
        new("schools", "/v1/rosters/imports", "POST", File, Rate.Upload),
        new("schools", "/v1/pupils/{**rest}", "GET POST PUT DELETE"),
        new("schools", "/v1/data-requests/{**rest}", "GET POST PUT"),
        new("schools", "/v1/consent-texts/{**rest}", "GET PUT"),
        new("schools", "/v1/contact-tasks", "GET"),
        new("schools", "/v1/consents/{**rest}", "POST"),
        new("schools", "/v1/guidance/{**rest}", "GET PUT"),
        new("schools", "/v1/guidance/{list}/imports", "POST", File, Rate.Upload),
        new("schools", "/v1/guidance/programmes/{school}/{year}/{programme}/file", "PUT", File, Rate.Upload),
        new("schools", "/v1/rounds/{**rest}", "GET POST PUT", Page),
        new("schools", "/v1/rounds/{id}/file", "PUT", File, Rate.Upload),
        new("schools", "/v1/graduations/{**rest}", "GET POST"),
        new("schools", "/v1/graduations/imports", "POST", File, Rate.Upload),

        new("enrolment", "/v1/institutions/{**rest}", "GET POST PUT"),
        new("enrolment", "/v1/programmes/{**rest}", "GET POST PUT"),
        new("enrolment", "/v1/agreements/{**rest}", "GET POST PUT"),
        new("enrolment", "/v1/legal-bases/{**rest}", "POST"),
        new("enrolment", "/v1/objections", "POST"),
        new("enrolment", "/v1/feed", "GET", Rate: Rate.LongPoll),
        new("enrolment", "/v1/leads/{**rest}", "GET"),
        new("enrolment", "/v1/leads:batchGet", "POST"),
        new("enrolment", "/v1/leads/{id}/messages", "GET POST"),
        new("enrolment", "/v1/allocation/{**rest}", "GET"),
        new("enrolment", "/v1/escalations", "GET"),
        new("enrolment", "/v1/subscriptions/{**rest}", "GET POST PUT"),
        new("enrolment", "/v1/domains/{**rest}", "GET POST"),
        new("enrolment", "/v1/notices", "GET"),
        new("enrolment", "/v1/revocations/{**rest}", "GET POST"),
        new("enrolment", "/v1/workbooks/{**rest}", "GET POST"),
        new("enrolment", "/v1/workbooks/{id}/returns", "POST", 16 * Page, Rate.Upload),
        new("enrolment", "/v1/families/{**rest}", "GET POST PUT"),
        new("enrolment", "/v1/contacts", "POST"),
        new("enrolment", "/v1/calls", "POST"),
        new("enrolment", "/v1/contact-rules", "GET"),
        new("enrolment", "/v1/applications", "POST"),
        new("enrolment", "/v1/enrolments/{**rest}", "POST"),
        new("enrolment", "/v1/enrolled-lists/{**rest}", "GET"),
        new("enrolment", "/v1/enrolled-lists", "POST", List, Rate.Upload),
        new("enrolment", "/v1/decoys", "GET POST", Page),
        new("enrolment", "/v1/decoys:report", "POST"),
        new("enrolment", "/v1/breaches/{**rest}", "GET POST PUT"),
        new("enrolment", "/v1/impact-file/{**rest}", "GET POST"),
        new("enrolment", "/v1/public/provinces", "GET", Rate: Rate.Public),
        new("enrolment", "/v1/public/{province}/programmes", "GET", Rate: Rate.Public),

        new("destinations", "/v1/graduates/{**rest}", "GET POST"),
        new("destinations", "/v1/cohorts/{**rest}", "GET"),

        new("targets", "/v1/plans/{**rest}", "GET PUT"),
        new("targets", "/v1/indicators/{**rest}", "GET POST"),
        new("targets", "/v1/tasks/{**rest}", "GET PUT"),
        new("targets", "/v1/tasks/{id}/evidence", "POST", 11 * Page, Rate.Upload),
        new("targets", "/v1/tasks/calendar/keys", "POST"),
        new("targets", "/v1/tasks/calendar/keys/{id}", "DELETE"),
        new("targets", "/v1/inspections/{**rest}", "GET PUT"),
        new("targets", "/v1/reports/{**rest}", "GET PUT"),
        new("targets", "/v1/budget/{**rest}", "GET PUT"),
        new("targets", "/v1/awards/{**rest}", "GET PUT"),
        new("targets", "/v1/conferences/{**rest}", "GET PUT"),
        new("targets", "/v1/labour/{**rest}", "GET PUT"),
        new("targets", "/v1/guard/{**rest}", "GET POST"),
        new("targets", "/v1/public/{province}/indicators/{**rest}", "GET", Rate: Rate.Public),
    ];

    public static readonly IReadOnlyList<string> Services = [.. All.Select(route => route.Service).Distinct()];

    /// <summary>Those whose API is described.</summary>
    public static readonly IReadOnlyList<string> Apis = [.. Services.Where(service => service != Portal)];

    /// <summary>The entry that a request would take: of those that match path and method the one with the most literal segments; null when none does.</summary>
    public static Route? Of(string path, string method) =>
        All.Where(route => route.MethodList.Contains(method, StringComparer.OrdinalIgnoreCase) && Matches(route.Path, path)).MaxBy(route => (Literals(route.Path), route.Path.Length));

    private static int Literals(string template) => template.Split('/').Count(segment => segment.Length > 0 && segment[0] != '{');

    private static bool Matches(string template, string path)
    {
        var (pattern, parts) = (template.Split('/'), path.Split('/'));
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i].StartsWith("{**", StringComparison.Ordinal)) return true;
            if (i >= parts.Length || (pattern[i][..Math.Min(1, pattern[i].Length)] != "{" && !pattern[i].Equals(parts[i], StringComparison.OrdinalIgnoreCase))) return false;
        }
        return parts.Length == pattern.Length;
    }
}
