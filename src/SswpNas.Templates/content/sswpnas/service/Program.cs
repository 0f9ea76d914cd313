using Microsoft.ML;
using Microsoft.ML.Data;

// POST /score with an image as the body gives its class and the probabilities as JSON; GET /health says whether it can.
// Start it with ORT_DISABLE_TELEMETRY=1 where ONNX Runtime is not to send telemetry.
const int MostBytes = 16 << 20;
string file = Environment.GetEnvironmentVariable("MODEL") ?? "model.zip";

MLContext ml = new();
ITransformer model = ml.Model.Load(file, out _);
// An engine is for one thread at a time.
using ThreadLocal<PredictionEngine<Photo, Answer>> engines = new(
    () => ml.Model.CreatePredictionEngine<Photo, Answer>(model, new PredictionEngineOptions { OwnsTransformer = false }));
string[] classes = ClassNames(engines.Value!.OutputSchema);

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MostBytes);
WebApplication app = builder.Build();
app.MapGet("/health", () => new { status = "ready", classes });
app.MapPost("/score", async (HttpRequest request, CancellationToken cancel) =>
{
    string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.image");
    try
    {
        await using (FileStream upload = File.Create(path)) await request.Body.CopyToAsync(upload, cancel);
        Answer answer = engines.Value!.Predict(new Photo { ImagePath = path });
        // A model with rejection names no class (key 0) where it is unsure.
        string? name = answer.PredictedLabel == 0 ? null : classes[answer.PredictedLabel - 1];
        return Results.Ok(new
        {
            @class = name, probability = answer.Score.Max(), scores = classes.Zip(answer.Score).ToDictionary(s => s.First, s => s.Second),
        });
    }
    catch (Exception problem) when (problem is InvalidOperationException or ArgumentException or FormatException)
    {
        return Results.Problem("The body is no image that can be read; a PNG, JPEG, GIF, BMP or WebP file was expected.", statusCode: 422);
    }
    finally
    {
        File.Delete(path);
    }
});
app.Run();

static string[] ClassNames(DataViewSchema schema)
{
    VBuffer<ReadOnlyMemory<char>> names = default;
    schema["PredictedLabel"].GetKeyValues(ref names);
    return [.. names.DenseValues().Select(name => name.ToString())];
}

public sealed class Photo
{
    public string ImagePath { get; set; } = "";
}

public sealed class Answer
{
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}
