using System.CommandLine;
using System.Text.RegularExpressions;
using Spectre.Console;
using SswpNas.MLNet.Examples;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace Ablations;

/// <summary>The options, their ranges, and what the exit code says.</summary>
internal sealed partial class CommandLine
{
    private readonly Option<string?> _table = Text("--table", "NAME",
        "Which of the paper's tables: 3a (objective and pruning), 3b (split of the phases), 3c (skip dropout), 4a (learning "
        + "rates of fine-tuning) or 4b (relative gains)",
        string.Join(", ", PaperTables.Names), name => PaperTables.Names.Contains(name));

    private readonly Option<string?> _scale = Text("--scale", "NAME",
        "toy (minutes on two cores, embedded data), small (an hour or so a table, CIFAR-10), paper (the published settings; "
        + "weeks without a GPU) or smoke (seconds, to try the program; its figures mean nothing)",
        string.Join(", ", Scale.Names), name => Scale.Names.Contains(name), "toy");

    private readonly Option<int?> _seeds = Number<int>("--seeds",
        "Runs of each row, with the seeds 1 to N; each changes the search, the training and, in table 4, the labels",
        "1 to 100", n => n is >= 1 and <= 100, 1);

    private readonly Option<string?> _data = Text("--data", "FOLDER",
        "Images to search and train on: a folder for each class, or the unpacked binary version of CIFAR-10 or CIFAR-100 "
        + "[default with toy and smoke: data/train of this repository]",
        "a folder", IsName);

    private readonly Option<string?> _testData = Text("--test-data", "FOLDER",
        "Images to score, with the same class folders [default: the test part of CIFAR; of class folders, a stratified part of "
        + "--data; without --data, data/test of this repository]",
        "a folder", IsName);

    private readonly Option<int?> _limit = Number<int>("--limit",
        "Take at most N images of --data, as many of each class [default: 5000 with small, else all]", "at least 2",
        n => n >= 2);

    private readonly Option<string?> _output = Text("--output", "FOLDER",
        "Folder for table.md and table.json, and a file for each row and seed that is done: a rerun goes on where it stopped "
        + "[default: output/ablations/SCALE-TABLE]",
        "a folder", IsName);

    private readonly Option<string?> _cache = Text("--cache", "FOLDER",
        "Folder for searches and trainings that several tables have in common [default: 'shared' beside --output]",
        "a folder", IsName);

    private readonly Option<string?> _device = Text("--device", "NAME",
        "Where to compute: auto (the first GPU, else the CPU), cpu, cuda or cuda:N",
        "auto, cpu, cuda or cuda:N", name => DevicePattern().IsMatch(name), "auto");

    private readonly Option<int?> _threads = Number<int>("--threads",
        "CPU threads; the result does not depend on it [default: all cores]", "1 to 1024", n => n is >= 1 and <= 1024);

    private readonly Option<bool> _estimate = new("--estimate")
    {
        Description = "Measure a step, say what the table would take, and stop",
    };

    private readonly Option<bool> _yes = new("--yes")
    {
        Description = "Start with --scale paper, which only says what it would take otherwise",
    };

    private readonly Option<string?> _note = Text("--note", "TEXT",
        "A sentence for the head of the table, for example on what else the machine was doing", "a text",
        text => !string.IsNullOrWhiteSpace(text));

    /// <summary>Runs the program; errors go to stderr, one message each.</summary>
    /// <returns>0 for success, 1 for a failure, 2 for bad usage, 130 when stopped.</returns>
    public Task<int> RunAsync(string[] args)
    {
        _table.Required = true;
        RootCommand root = new(
            "Repeats a table of the paper: searches, trains or fine-tunes each of its configurations, scores it on test images, "
            + "and sets the figures beside the paper's.")
        {
            _table, _scale, _seeds, _data, _testData, _limit, _output, _cache, _device, _threads, _estimate, _yes, _note,
        };
        return ConsoleRun.Of(root, args, (parsed, cancel) => Run(Options(parsed, args), cancel));
    }

    private static int Run(AblationOptions options, CancellationToken cancel)
    {
        if (options is { Estimate: false, Scale: Scale.Paper, Yes: false })
        {
            Display.Show(display => TableRun.Estimate(options, display, cancel));
            throw new UsageException("Nothing was started: say --yes to start, or choose a smaller --scale.");
        }

        if (options.Estimate)
        {
            Display.Show(display => TableRun.Estimate(options, display, cancel));
            return 0;
        }

        TableResult result = Display.Show(display => new TableRun(options, display, cancel).Run());
        AnsiConsole.Write(result.ToConsole());
        Console.WriteLine($"Written to {Path.GetFullPath(options.Output)}: table.md, table.json");
        return result.Failures.Count == 0 ? 0 : 1;
    }

    private AblationOptions Options(ParseResult parsed, string[] args)
    {
        string table = parsed.GetValue(_table)!, scale = parsed.GetValue(_scale)!;
        string output = parsed.GetValue(_output) ?? Path.Combine("output", "ablations", $"{scale}-{table}");
        string beside = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)))
            ?? throw new UsageException($"--output is '{output}'; a folder below another one was expected.");
        return new AblationOptions
        {
            Table = table,
            Scale = scale,
            Seeds = parsed.GetValue(_seeds)!.Value,
            Data = parsed.GetValue(_data),
            TestData = parsed.GetValue(_testData),
            Limit = parsed.GetValue(_limit),
            Output = output,
            Cache = parsed.GetValue(_cache) ?? Path.Combine(beside, "shared"),
            Device = parsed.GetValue(_device)!,
            Threads = parsed.GetValue(_threads),
            Estimate = parsed.GetValue(_estimate),
            Yes = parsed.GetValue(_yes),
            Note = parsed.GetValue(_note),
            Arguments = args,
        };
    }

    [GeneratedRegex("^(auto|cpu|cuda(:[0-9]{1,3})?)$")]
    private static partial Regex DevicePattern();
}
