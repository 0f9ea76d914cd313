using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace ScoringService.Http;

/// <summary>The page at <c>/</c>: one file without outside references, allowed to run its own script and nothing else.</summary>
internal static partial class Page
{
    private static readonly byte[] _html = Read();
    private static readonly string _policy = Policy(Encoding.UTF8.GetString(_html));

    public static void Map(WebApplication app) => app
        .MapGet("/", (HttpContext context) =>
        {
            IHeaderDictionary headers = context.Response.Headers;
            headers.ContentSecurityPolicy = _policy;
            headers.XContentTypeOptions = "nosniff";
            headers[HeaderNames.CacheControl] = "no-cache";
            return TypedResults.Bytes(_html, "text/html; charset=utf-8");
        })
        .ExcludeFromDescription()
        .DisableRateLimiting();

    private static byte[] Read()
    {
        using Stream stream = typeof(Page).Assembly.GetManifestResourceStream("page.html")!;
        using MemoryStream html = new();
        stream.CopyTo(html);
        return html.ToArray();
    }

    private static string Policy(string html) =>
        $"default-src 'none'; script-src {Sum(ScriptOf().Match(html))}; style-src {Sum(StyleOf().Match(html))}; "
        + "img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static string Sum(Match part) =>
        $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(part.Groups[1].Value)))}'";

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex ScriptOf();

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex StyleOf();
}
