using System.CommandLine;
using System.CommandLine.Invocation;
using PooledService;

// Serves a saved model over HTTP from a pool of prediction engines. Stock ML.NET only: the model needs neither the library that made
// it nor libtorch. Exit codes: 0 stopped, 2 nothing could be done.
const int unusable = 2;
const int mostBytes = 16 << 20;
const int mostEngines = 1024;

Option<FileInfo> model = new("--model") { Description = "The model.zip.", DefaultValueFactory = _ => new FileInfo("model.zip") };
Option<int> engines = new("--engines")
{
    Description = "Prediction engines that the pool keeps, 1 to 1024.",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};
engines.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is int value and (< 1 or > mostEngines)) result.AddError($"--engines is {value}; 1 to {mostEngines} was expected.");
});
Option<string> urls = new("--urls") { Description = "Where to listen; port 0 takes a free one.", DefaultValueFactory = _ => "http://localhost:5000" };
RootCommand command = new("Serves a saved model over HTTP: POST /score with an image as the body, GET /health.") { model, engines, urls };
command.SetAction((result, stop) => Serve(
    result.GetRequiredValue(model), result.GetRequiredValue(engines), result.GetRequiredValue(urls), stop));
ParseResult parsed = command.Parse(args);
int code = await parsed.InvokeAsync();
return parsed.Action is ParseErrorAction ? unusable : code;

static async Task<int> Serve(FileInfo model, int engines, string urls, CancellationToken stop)
{
    try
    {
        using ModelPool pool = ModelPool.Load(model, engines);
        await using WebApplication app = Build(pool, urls);
        await app.StartAsync(stop);
        Console.WriteLine($"Listening on {app.Urls.First()}");
        await app.WaitForShutdownAsync(stop);
        return 0;
    }
    catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
    {
        Console.Error.WriteLine(problem.Message);
        return unusable;
    }
}

static WebApplication Build(ModelPool pool, string urls)
{
    WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
    builder.Logging.SetMinimumLevel(LogLevel.Warning);
    builder.WebHost.UseUrls(urls).ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = mostBytes);
    builder.Services.AddProblemDetails();
    WebApplication app = builder.Build();
    app.UseExceptionHandler();
    app.UseStatusCodePages();
    app.MapGet("/health", () => new { model = pool.File, classes = pool.ClassNames });
    app.MapPost("/score", async (HttpRequest request) =>
    {
        using MemoryStream image = new();
        try
        {
            await request.Body.CopyToAsync(image, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException refused)
        {
            return Results.Problem(refused.Message, statusCode: refused.StatusCode); // more than mostBytes
        }

        string? problem = pool.Score(image.GetBuffer(), (int)image.Length, out Answer? answer);
        return problem is null
            ? Results.Ok(answer)
            : Results.Problem($"The upload {problem}; the bytes of an image were expected as the body.", statusCode: StatusCodes.Status422UnprocessableEntity);
    });
    return app;
}
