using System.CommandLine;
using Microsoft.Extensions.Logging.Console;
using ScoringService;
using SswpNas.MLNet.Examples;
using SswpNasTool.Models;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace SswpNasTool.Commands;

/// <summary><c>serve</c>: the scoring service of examples/ScoringService, for a model of this tool.</summary>
internal sealed class ServeCommand : ToolCommand
{
    private const string Urls = "urls";

    private readonly Argument<string> _model = NameArgument("MODEL", "A model.onnx, a model.zip, or a folder that train wrote");

    private readonly Option<int?> _port = Number<int>("--port", "The port; 0 takes a free one", "0 to 65535", n => n is >= 0 and <= 65_535, 5000);

    private readonly Option<bool> _public = new("--public") { Description = "Answer other machines, too [default: this machine alone]" };

    private readonly Option<int?> _megabytes = Number<int>("--request-megabytes", "MiB of a request, at most", "1 to 1024", n => n is >= 1 and <= 1024, 16);

    private readonly Option<int?> _files = Number<int>("--files", "Images of a request, at most", "1 to 10000", n => n is >= 1 and <= 10_000, 32);

    public ServeCommand()
        : base("serve", "Scores images over HTTP until it is stopped: POST /score with a form of images, GET /health, GET /openapi/v1.json, a page at /.",
            "sswpnas serve sswpnas-output --port 8080")
    {
        Arguments.Add(_model);
        foreach (Option option in (Option[])[_port, _public, _megabytes, _files]) Options.Add(option);
    }

    // ASP.NET takes Ctrl-C and SIGTERM itself.
    protected override ToolAnswer Run(ParseResult parsed, CancellationToken cancel)
    {
        DirectoryInfo? temporary = null;
        try
        {
            string model = Onnx(parsed.GetValue(_model)!, ref temporary);
            ServiceOptions options = new()
            {
                Model = model,
                MaxRequestBytes = (long)parsed.GetValue(_megabytes)!.Value << 20,
                MaxFiles = parsed.GetValue(_files)!.Value,
            };
            string host = parsed.GetValue(_public) ? "0.0.0.0" : "127.0.0.1";
            using WebApplication app = Build(options, FormattableString.Invariant($"http://{host}:{parsed.GetValue(_port)}"));
            app.Start();
            Show(parsed, new Dictionary<string, object?> { ["urls"] = app.Urls, ["model"] = model }, [$"{model} is served at {string.Join(", ", app.Urls)}; Ctrl-C stops it."]);
            app.WaitForShutdown();
            return new ToolAnswer(ConsoleRun.Done, null, []);
        }
        finally
        {
            temporary?.Delete(recursive: true);
        }
    }

    private static WebApplication Build(ServiceOptions options, string url)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration[Urls] = url;
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        return ScoringApp.Build(builder, options);
    }

    private static string Onnx(string model, ref DirectoryInfo? temporary)
    {
        string path = Path.GetFullPath(model);
        if (Directory.Exists(path)) path = Path.Combine(path, OutputFolder.OnnxName);
        if (!File.Exists(path))
            throw new UsageException($"There is no model '{path}'; a model.onnx, a model.zip, or a folder that 'sswpnas train' wrote, was expected.");
        if (Path.GetExtension(path) != ".zip") return path;
        temporary = Directory.CreateTempSubdirectory("sswpnas-");
        string onnx = Path.Combine(temporary.FullName, OutputFolder.OnnxName);
        File.WriteAllBytes(onnx, ExportedNetwork.Of(path));
        Console.Error.WriteLine($"The network of '{path}' is served from a copy; a new model.zip is not noticed, a new model.onnx would be.");
        return onnx;
    }
}
