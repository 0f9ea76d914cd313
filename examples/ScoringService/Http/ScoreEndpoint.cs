using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using ScoringService.Model;

namespace ScoringService.Http;

/// <summary><c>POST /score</c>: images in, labels and scores out.</summary>
internal static class ScoreEndpoint
{
    private static readonly object _received = new();

    public static void Map(WebApplication app, ServiceOptions options) => app
        .MapPost("/score", Score)
        .WithName("score")
        .WithTags(ApiDescription.Tag)
        .WithSummary("Scores images.")
        .WithDescription("Takes a form with one or more images. All are scored, by one model, or none is.")
        .AddOpenApiOperationTransformer(ApiDescription.AddForm)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status408RequestTimeout)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithRequestTimeout(new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(options.RequestSeconds),
            WriteTimeoutResponse = context => Problems.Write(context, Late(context, options)),
        });

    private static async Task<Results<Ok<ScoreAnswer>, ProblemHttpResult>> Score(
        HttpContext context, UploadReader uploads, UploadMemory memory, ImageReader images, ModelSlot slot, CancellationToken cancel)
    {
        try
        {
            using UploadMemory.Share share = memory.Open();
            IReadOnlyList<UploadedFile> files = await uploads.Read(context.Request, share, cancel);
            context.Items[_received] = true;
            await using ModelSlot.Loan loan = slot.Borrow() ?? throw HealthEndpoint.NoModel();
            float[][] pixels = await images.Read(files, loan.Model.Pixels, cancel);
            share.Dispose(); // what follows needs the files no more
            float[][] scores = await loan.Model.Score(pixels, cancel);
            return TypedResults.Ok(ScoreAnswer.Of(loan.Model.Description, files, scores));
        }
        catch (Refusal refusal)
        {
            return Problems.Of(context, refusal);
        }
    }

    private static Refusal Late(HttpContext context, ServiceOptions options) => context.Items.ContainsKey(_received)
        ? new Refusal(
            StatusCodes.Status503ServiceUnavailable,
            $"The service was too busy to answer within {options.RequestSeconds} s. Try again later, with fewer images.")
        {
            RetryAfter = Math.Max(1, (int)options.RequestSeconds),
        }
        : new Refusal(
            StatusCodes.Status408RequestTimeout,
            $"The request was not whole within {options.RequestSeconds} s. Send fewer or smaller images at a time.");
}

/// <summary>The answer of <c>POST /score</c>.</summary>
/// <param name="Model">The model that scored.</param>
/// <param name="Images">The images in the order of the request.</param>
public sealed record ScoreAnswer(ModelName Model, IReadOnlyList<ImageScore> Images)
{
    internal static ScoreAnswer Of(ModelDescription model, IReadOnlyList<UploadedFile> files, float[][] scores)
    {
        Debug.Assert(files.Count == scores.Length, "A row of scores a file.");
        return new ScoreAnswer(
            new ModelName(model.File, model.Sha256), [.. files.Zip(scores, (file, row) => ImageScore.Of(model, file.Name, row))]);
    }
}

/// <summary>Which model scored.</summary>
/// <param name="File">The name of its file.</param>
/// <param name="Sha256">The SHA-256 sum of its file.</param>
public sealed record ModelName(string File, string Sha256);

/// <summary>What the model says of an image.</summary>
/// <param name="File">The file's name as it came, without folders.</param>
/// <param name="Label">The class with the highest score; null where that is below the model's bound.</param>
/// <param name="Score">The highest score, a probability from 0 to 1.</param>
/// <param name="Scores">All classes in the model's order.</param>
public sealed record ImageScore(string File, string? Label, float Score, IReadOnlyList<ClassScore> Scores)
{
    internal static ImageScore Of(ModelDescription model, string file, float[] row)
    {
        int best = Array.IndexOf(row, row.Max());
        return new ImageScore(
            file, row[best] < (float)model.RejectBelow ? null : model.Classes[best], row[best],
            [.. model.Classes.Zip(row, (name, score) => new ClassScore(name, score))]);
    }
}

/// <summary>The score of a class.</summary>
/// <param name="Class">The class's name.</param>
/// <param name="Score">A probability, 0 to 1.</param>
public sealed record ClassScore(string Class, float Score);
