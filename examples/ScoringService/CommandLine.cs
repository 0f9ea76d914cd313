using System.CommandLine;
using System.CommandLine.Parsing;
using System.ComponentModel;
using System.Reflection;
using ScoringService.Load;
using ScoringService.Model;
using SswpNas.MLNet.Examples;

namespace ScoringService;

/// <summary>The service itself, and the verb <c>load</c> that measures one.</summary>
internal sealed class CommandLine
{
    private const string Urls = "urls";

    private readonly Option<string?> _urls = new("--urls")
    {
        Description = "Where to listen, as ASP.NET takes it; port 0 takes a free one [default: http://localhost:5000]",
        HelpName = "URLS",
    };

    // The name of an option in the configuration, and the option.
    private readonly Dictionary<string, Option<string?>> _settings = typeof(ServiceOptions).GetProperties()
        .ToDictionary(property => ServiceOptions.Key(property.Name), Setting);

    /// <summary>Runs the program; errors go to stderr, one message each.</summary>
    /// <returns>0 after a stop, 1 for a failure, 2 for bad usage.</returns>
    public Task<int> RunAsync(string[] args)
    {
        RootCommand root = new(
            "Scores images over HTTP with a model.onnx: POST /score, GET /health, GET /openapi/v1.json, a page at /.")
        {
            _urls, new LoadCommand(), new TrialCommand(),
        };
        foreach (Option<string?> option in _settings.Values) root.Options.Add(option);
        return ConsoleRun.Of(root, args, Serve);
    }

    // ASP.NET takes Ctrl-C and SIGTERM itself.
    private int Serve(ParseResult parsed, CancellationToken _)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(Given(parsed));
        ServiceOptions options = ServiceOptions.Of(builder.Configuration);
        ScoringApp.Build(builder, options).Run();
        return ConsoleRun.Done;
    }

    private IEnumerable<KeyValuePair<string, string?>> Given(ParseResult parsed) => _settings
        .Append(new(Urls, _urls))
        .Where(setting => parsed.GetResult(setting.Value) is OptionResult { Implicit: false })
        .Select(setting => KeyValuePair.Create(setting.Key, parsed.GetValue(setting.Value)));

    private static Option<string?> Setting(PropertyInfo property)
    {
        string help = property.GetCustomAttribute<DescriptionAttribute>()!.Description;
        object standard = property.GetValue(new ServiceOptions())!;
        return new Option<string?>(NameOf(property.Name))
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{help} [default: {standard}]"),
            HelpName = standard is string ? "FILE" : standard is Enum ? "NAME" : "N",
        };
    }

    /// <summary>The name of a property on the command line.</summary>
    public static string NameOf(string property) => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(property)}";
}
