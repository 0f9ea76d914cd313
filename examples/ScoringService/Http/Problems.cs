using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace ScoringService.Http;

/// <summary>Errors as RFC 7807 has them.</summary>
internal static class Problems
{
    private const string Paths = "POST /score, GET /health, GET /openapi/v1.json and GET / are there.";

    public static ProblemHttpResult Of(HttpContext context, Refusal refusal)
    {
        if (refusal.RetryAfter is int seconds) context.Response.Headers.RetryAfter = FormattableString.Invariant($"{seconds}");
        Dictionary<string, object?> more = refusal.Files.Count == 0 ? [] : new() { ["files"] = refusal.Files };
        return TypedResults.Problem(refusal.Message, statusCode: refusal.Status, extensions: more);
    }

    /// <summary>Writes an error where no endpoint can return one.</summary>
    public static Task Write(HttpContext context, Refusal refusal) => Of(context, refusal).ExecuteAsync(context);

    /// <summary>Says something where ASP.NET knows the status only.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        HttpRequest request = context.HttpContext.Request;
        context.ProblemDetails.Title ??= ReasonPhrases.GetReasonPhrase(context.HttpContext.Response.StatusCode);
        context.ProblemDetails.Detail ??= context.HttpContext.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => $"There is nothing at this path. {Paths}",
            StatusCodes.Status405MethodNotAllowed => $"{request.Method} came. {Paths}",
            >= 500 => "The request could not be answered because of a fault in the service; its log says more.",
            _ => Paths,
        };
    }
}
