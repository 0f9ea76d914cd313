using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SswpNas.MLNet.Benchmarks.Figures;
using SswpNas.MLNet.Benchmarks.Measuring;

namespace SswpNas.MLNet.Benchmarks;

/// <summary>The command line: its options, their ranges, and what is measured by which name.</summary>
internal sealed class BenchmarkCommand
{
    /// <summary>What child processes of a measurement are asked for; the help does not name them.</summary>
    public const string LoadChild = "load-here";

    public const string PhotographsChild = "photographs-here";

    public const string ProductMemoryChild = "product-memory-here";

    public const string PortMemoryChild = "port-memory-here";

    public const string RanksChild = "ranks-here";

    private const string Everything = "all";

    private static readonly string[] _children = [LoadChild, PhotographsChild, ProductMemoryChild, PortMemoryChild, RanksChild];

    private static readonly OrderedDictionary<string, IFigure> _figures = new()
    {
        ["search_step"] = new SearchStepFigure(),
        ["views"] = new ViewsFigure(),
        ["load"] = new LoadFigure(),
        ["photographs"] = new PhotographsFigure(),
        ["fine_tune_epoch"] = new FineTuneEpochFigure(),
        ["scoring"] = new ScoringFigure(),
        ["memory"] = new MemoryFigure(),
        ["breakdown"] = new BreakdownFigure(),
        ["linearity"] = new LinearityFigure(),
        ["data_parallel"] = new DataParallelFigure(),
    };

    private readonly Argument<string> _figure = new("FIGURE")
    {
        Description = "What to measure: "
            + string.Join("; ", _figures.Select(f => $"{f.Key} ({f.Value.Description})")) + $"; {Everything}",
        CustomParser = result => Text(
            result, "FIGURE", name => name == Everything || _figures.ContainsKey(name) || _children.Contains(name),
            $"{string.Join(", ", _figures.Keys)} or {Everything}"),
    };

    private readonly Option<NetworkSize?> _size = new("--size")
    {
        Description = "Width, depth and batch of the network [default: each figure's own sizes]",
        HelpName = "CHANNELSxCELLSxBATCH",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (NetworkSize.TryParse(text, out NetworkSize size)) return size;
            result.AddError($"--size is '{text}'; {NetworkSize.Expected} was expected.");
            return null;
        },
    };

    private readonly Option<string?> _json = new("--json")
    {
        Description = "Writes all figures with the machine, versions and the command into a file",
        HelpName = "FILE",
        CustomParser = result => Text(
            result, "--json", path => Path.GetFileName(path).Length > 0 && !Directory.Exists(path)
                && Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))),
            "a file in a folder that exists"),
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "Where both sides compute: cpu or cuda (build with -p:TorchBackend=cuda)",
        HelpName = "NAME",
        DefaultValueFactory = _ => "cpu",
        CustomParser = result => Text(result, "--device", name => name is "cpu" or "cuda", "cpu or cuda"),
    };

    private readonly Option<int> _rounds =
        Number("--rounds", "Measurements that count, after one that does not", 1, 1000, 7);

    private readonly Option<int> _threads =
        Number("--threads", "CPU threads of both sides", 1, 1024, Environment.ProcessorCount);

    private readonly RootCommand _root;

    public BenchmarkCommand()
    {
        _root = new RootCommand(
            "Measures the library, product and plain port by turns: medians, with quartiles in brackets.")
        {
            _figure, _size, _json, _device, _rounds, _threads,
        };
    }

    /// <summary>What was asked for: names of figures, or one of the names that child processes are asked for.</summary>
    public sealed record Request(
        IReadOnlyList<string> Figures, NetworkSize? Size, string? Json, string Device, int Rounds, int Threads);

    /// <summary>Parses a command line.</summary>
    /// <returns>What was asked for, or null and what is wrong; for a request for help, null and nothing.</returns>
    public Request? Parse(string[] args, out IReadOnlyList<string> errors)
    {
        ParseResult parsed = _root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        errors = [.. parsed.Errors.Select(e => e.Message)];
        if (errors.Count > 0 || parsed.Action is not null) return null;
        string figure = parsed.GetValue(_figure)!;
        return new Request(
            figure == Everything ? [.. _figures.Keys] : [figure], parsed.GetValue(_size), parsed.GetValue(_json),
            parsed.GetValue(_device)!, parsed.GetValue(_rounds), parsed.GetValue(_threads));
    }

    /// <summary>Says the help or the version.</summary>
    public void Help(string[] args) => _root.Parse(args).Invoke();

    public static void Measure(string figure, MeasureContext context)
    {
        if (figure == LoadChild) LoadFigure.MeasureHere(context.Rounds);
        else if (figure == PhotographsChild) PhotographsFigure.MeasureHere(context.Rounds);
        else if (figure == RanksChild) DataParallelFigure.MeasureHere(context);
        else if (_children.Contains(figure)) MemoryFigure.MeasureHere(context, figure == PortMemoryChild);
        else _figures[figure].Measure(context);
    }

    public static bool IsChild(string figure) => _children.Contains(figure);

    private static string Text(ArgumentResult result, string name, Func<string, bool> isValid, string expected)
    {
        string text = result.Tokens[0].Value;
        if (!isValid(text)) result.AddError($"{name} is '{text}'; {expected} was expected.");
        return text;
    }

    private static Option<int> Number(string name, string help, int least, int most, int standard) => new(name)
    {
        Description = help,
        HelpName = "N",
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int n);
            if (isNumber && n >= least && n <= most) return n;
            result.AddError($"{name} is '{text}'; {least} to {most} was expected.");
            return standard;
        },
    };
}
