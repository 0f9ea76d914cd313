using System.CommandLine;
using System.Text.RegularExpressions;
using SswpNas.MLNet.Examples;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace RatioSweep;

/// <summary>The verbs and their options.</summary>
internal sealed partial class CommandLine
{
    private readonly Option<string?> _output = Text("--output", "FOLDER",
        "Folder of the sweep: the found network, the cells and in the end the results. All processes of a sweep share it",
        "a folder", IsName, Path.Combine("output", "sweep"));

    private readonly Option<string?> _scale = Text("--scale", "NAME",
        "Size of the search and of the fine-tunings: toy (minutes), small (half an hour), paper (weeks without GPUs) or smoke "
        + "(seconds, to try the program) [default: the folder's, else toy]", string.Join(", ", Scale.Names), Scale.Names.Contains);

    private readonly Option<string?> _data = Text("--data", "FOLDER",
        "Images to search and train on, a folder for each class [default: the folder's, else data/train of this repository]",
        "a folder", IsName);

    private readonly Option<string?> _testData = Text("--test-data", "FOLDER",
        "Images to score, with the same class folders [default: the folder's, else a stratified part held back from --data; "
        + "without --data, data/test of this repository]", "a folder", IsName);

    private readonly Option<double[]?> _ratios = Numbers<double>("--ratios",
        "Fractions of the labels that are kept [default: the folder's, else 0.9,0.7,0.5,0.3,0.1]",
        "fractions above 0, to 1, with commas between them, none twice", ratio => ratio is > 0 and <= 1);

    private readonly Option<int[]?> _seeds = Numbers<int>("--seeds",
        "Seeds; each keeps other labels and has other fresh weights [default: the folder's, else 1,2,3]",
        "whole numbers with commas between them, none twice", _ => true);

    private readonly Option<string?> _device = Text("--device", "NAME",
        "Where to compute: auto (the first GPU, else the CPU), cpu, cuda or cuda:N [default: the folder's, else auto]",
        "auto, cpu, cuda or cuda:N", name => DevicePattern().IsMatch(name));

    private readonly Option<int?> _threads = Number<int>("--threads",
        "CPU threads of all processes together; no figure depends on it [default: all cores]", "1 to 1024",
        n => n is >= 1 and <= 1024);

    private readonly Option<int?> _parallel = Number<int>("--parallel",
        "Processes that share the cells; each has its part of the threads", "1 to 256", n => n is >= 1 and <= 256, 1);

    private readonly Option<int?> _cell = Number<int>("--cell", "Run this cell only, by its number in the plan",
        "0 or more", n => n >= 0);

    private readonly Option<bool> _retryFailed = new("--retry-failed") { Description = "Run cells again that have failed" };

    private readonly Option<bool> _partial = new("--partial") { Description = "Merge although cells are missing" };

    private readonly Option<bool> _count = new("--count") { Description = "Print the number of cells and nothing else" };

    // Given by a run to its own processes: they end when it does.
    private readonly Option<bool> _worker = new("--worker") { Hidden = true };

    public ParseResult Parse(IReadOnlyList<string> args) => ConsoleRun.Parse(Root(), args);

    /// <summary>Runs the program; errors go to stderr, one message each.</summary>
    /// <returns>0 for success, 1 for a failure, 2 for bad usage, 130 when stopped.</returns>
    public Task<int> RunAsync(string[] args) => ConsoleRun.Of(Root(), args);

    private RootCommand Root()
    {
        Command search = Verb("search", "Searches the network on images without labels, and pre-trains the same architecture "
            + "with SimCLR for the two-stage baseline. What is there already is kept", SearchVerb.Run, _threads);
        Command run = Verb("run", "Runs the cells that are left, or one of them, and ends when they have ended. Several of it, "
            + "on several machines too, share the work of one folder",
            RunVerb.Run, _threads, _parallel, _cell, _retryFailed, _worker);
        run.Validators.Add(result =>
        {
            if (result.GetResult(_cell) is not null && result.GetResult(_parallel) is { Implicit: false })
                result.AddError("--cell and --parallel were given; one of them was expected.");
        });
        Command merge = Verb("merge", "Puts the cells together as sweep.csv, sweep.json, sweep.md and sweep.svg",
            MergeVerb.Run, _partial);
        Command plan = Verb("plan", "Lists the cells, with what each will take", PlanVerb.Run, _threads, _count);
        return new RootCommand(
            "How good is a model with 90, 70, 50, 30, 10 % of the labels, from concomitant, random and SimCLR-pre-trained "
            + "weights of the same architecture? A sweep in parts that can be run again after any fault.")
        {
            search, run, merge, plan,
        };
    }

    private Command Verb(string name, string help, Func<Request, CancellationToken, int> work, params Option[] options)
    {
        Command verb = new(name, help);
        foreach (Option option in (Option[])[_output, _scale, _data, _testData, _ratios, _seeds, _device, .. options])
            verb.Options.Add(option);
        ConsoleRun.SetAction(verb, (parsed, cancel) =>
            work(Of(parsed), parsed.GetValue(_worker) ? ParentProcess.EndsWith(cancel) : cancel));
        return verb;
    }

    private Request Of(ParseResult parsed) => new()
    {
        Output = parsed.GetValue(_output)!,
        Scale = parsed.GetValue(_scale),
        Data = parsed.GetValue(_data),
        TestData = parsed.GetValue(_testData),
        Ratios = NullIfEmpty(parsed.GetValue(_ratios)),
        Seeds = NullIfEmpty(parsed.GetValue(_seeds)),
        Device = parsed.GetValue(_device),
        Threads = parsed.GetValue(_threads),
        Parallel = parsed.GetValue(_parallel) ?? 1,
        Cell = parsed.GetValue(_cell),
        RetryFailed = parsed.GetValue(_retryFailed),
        Partial = parsed.GetValue(_partial),
        Count = parsed.GetValue(_count),
    };

    private static T[]? NullIfEmpty<T>(T[]? values) => values is { Length: > 0 } ? values : null;

    [GeneratedRegex("^(auto|cpu|cuda(:[0-9]{1,3})?)$")]
    private static partial Regex DevicePattern();
}
