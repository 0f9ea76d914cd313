using Microsoft.AspNetCore.Http.HttpResults;
using ScoringService.Model;

namespace ScoringService.Http;

/// <summary><c>GET /health</c>: whether the service can score, and with which model.</summary>
internal static class HealthEndpoint
{
    private const int Retry = 5;

    public static void Map(WebApplication app) => app
        .MapGet("/health", Answer)
        .WithName("health")
        .WithTags(ApiDescription.Tag)
        .WithSummary("Says whether the service can score, and with which model.")
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .DisableRateLimiting();

    /// <summary>There is no model to score with.</summary>
    public static Refusal NoModel(RefusedModel? refused = null) => new(
        StatusCodes.Status503ServiceUnavailable,
        refused is null
            ? "No model is loaded: its file was not there yet. Put a model.onnx where --model says."
            : $"No model is loaded: {refused.Problem}")
    {
        RetryAfter = Retry,
    };

    private static async Task<Results<Ok<Health>, ProblemHttpResult>> Answer(HttpContext context, ModelSlot slot)
    {
        await using ModelSlot.Loan? loan = slot.Borrow();
        return loan is null
            ? Problems.Of(context, NoModel(slot.Refused))
            : TypedResults.Ok(new Health("ready", loan.Model.Description, slot.Refused));
    }
}

/// <summary>The answer of <c>GET /health</c> where a model is loaded.</summary>
/// <param name="Status">"ready".</param>
/// <param name="Model">The model that scores.</param>
/// <param name="Refused">A newer file that is not used, with the reason; null where there is none.</param>
public sealed record Health(string Status, ModelDescription Model, RefusedModel? Refused);
