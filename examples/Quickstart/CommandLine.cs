using System.CommandLine;
using System.Text.RegularExpressions;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace Quickstart;

/// <summary>The options, their ranges, and what the exit code says.</summary>
internal sealed partial class CommandLine
{
    private readonly Option<string?> _data = Text("--data", "FOLDER",
        "Images to search and train on, a folder for each class [default: data/train of this repository]",
        "a folder", IsName);

    private readonly Option<string?> _testData = Text("--test-data", "FOLDER",
        "Images to score, with the same class folders [default: a stratified 20 % held back from --data; without "
        + "--data, data/test of this repository]",
        "a folder", IsName);

    private readonly Option<int?> _limit = Number<int>("--limit",
        "Take at most N images of --data, as many of each class [default: all]", "at least 2", n => n >= 2);

    private readonly Option<double?> _labelFraction = Number<double>("--label-fraction",
        "Part of the labels that fine-tuning sees, stratified", "above 0, to 1", f => f is > 0 and <= 1, 0.1);

    private readonly Option<string?> _unlabelled = Text("--unlabelled", "USE",
        "What images without a label are for in fine-tuning: pseudo-labels (the network learns from its own predictions of "
        + "them) or ignore",
        "pseudo-labels or ignore", use => use is "pseudo-labels" or "ignore", "pseudo-labels");

    private readonly Option<string?> _teacher = Text("--teacher", "TEACHER",
        "A pre-trained network to learn from: resnet18, or an ONNX file with one image input [N, 3, H, W], from 0 to 1, and one "
        + "vector output [default: none]",
        "resnet18 or the path of an ONNX file", IsName);

    private readonly Option<string?> _rival = Text("--rival", "BOOL",
        "Whether to train a linear classifier on ResNet-18's features, too, for comparison", "true or false",
        text => bool.TryParse(text, out _), "true");

    private readonly Option<string?> _preset = Text("--preset", "NAME",
        "Size of the search and of fine-tuning: laptop (minutes), smoke (seconds, to try the program) or paper (days "
        + "without a GPU)",
        "laptop, smoke or paper", name => name is "laptop" or "smoke" or "paper", "laptop");

    private readonly Option<string?> _strategy = Text("--strategy", "NAME",
        "How the architecture is chosen: gradient (the paper's), random, trainingfree (scored before training) or hybrid [default: the preset's]",
        "gradient, random, trainingfree or hybrid", IsNameOf<SearchStrategy>);

    private readonly Option<int?> _searchEpochs = Number<int>("--search-epochs",
        "Epochs of the search [default: the preset's; with --preset laptop and --data, 150]", "at least 3", n => n >= 3);

    private readonly Option<int?> _fineTuneEpochs = Number<int>("--fine-tune-epochs",
        "Epochs of each fine-tuning run [default: the preset's]", "at least 1", n => n >= 1);

    private readonly Option<int?> _channels = Number<int>("--channels",
        "Width of the first cell, an even number [default: the preset's; with --preset laptop and --data, 16]", "an even number from 2 to 1024",
        n => n is >= 2 and <= 1024 && n % 2 == 0);

    private readonly Option<int?> _cells = Number<int>("--cells",
        "Depth of the network in cells [default: the preset's]", "3 to 64", n => n is >= 3 and <= 64);

    private readonly Option<int?> _imageSize = Number<int>("--image-size",
        "Side in pixels to which images are cropped and resized [default: the shorter side of the first image, rounded "
        + "down to a multiple of 4, at most 64; with the stems strided and imagenet to one of 16 or 32, at most 128]", "a multiple of 4 from 8 to 512",
        n => n is >= 8 and <= 512 && n % 4 == 0);

    private readonly Option<string?> _stem = Text("--stem", "NAME",
        "What the network does to an image first: cifar (keeps its size), strided (a quarter of the side, for 64 to 128 pixels) or imagenet (an eighth) [default: the preset's]",
        "cifar, strided or imagenet", IsNameOf<StemKind>);

    private readonly Option<bool> _anyOrientation = new("--any-orientation")
    {
        Description = "The images may be turned by quarters, as those of parts or slides: the search learns to overlook it "
            + "[default: without --data]",
    };

    private readonly Option<int?> _batch = Number<int>("--batch",
        "Images of a search step; fine-tuning keeps the preset's [default: the preset's]", "at least 2", n => n >= 2);

    private readonly Option<int?> _seed = Number<int>("--seed",
        "Seed of everything random; the same seed gives the same result", "a whole number", _ => true, 1);

    private readonly Option<string?> _device = Text("--device", "NAME",
        "Where to compute: auto (the first GPU, else the CPU), cpu, cuda or cuda:N",
        "auto, cpu, cuda or cuda:N", name => DevicePattern().IsMatch(name), "auto");

    private readonly Option<int?> _threads = Number<int>("--threads",
        "CPU threads; the result does not depend on it [default: all cores]", "1 to 1024", n => n is >= 1 and <= 1024);

    private readonly Option<string?> _output = Text("--output", "FOLDER",
        "Folder for model.zip, model.onnx, search-result, results.json and report.html; files of an earlier run are replaced",
        "a folder", IsName, Path.Combine("output", "quickstart"));

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Say nothing but the table of results" };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Say what the library logs, too" };

    /// <summary>Runs the program; errors go to stderr, one message each.</summary>
    /// <returns>0 for success, 1 for a failure, 2 for bad usage, 130 when stopped.</returns>
    public Task<int> RunAsync(string[] args)
    {
        RootCommand root = new(
            "Searches a network on images without their labels, fine-tunes it with few labels, once from the weights "
            + "that the search trained along (concomitant), once from random ones and once with the images without a label, and "
            + "scores all of them on test images.")
        {
            _data, _testData, _limit, _labelFraction, _unlabelled, _teacher, _rival, _preset, _strategy, _searchEpochs,
            _fineTuneEpochs, _channels, _cells, _imageSize, _stem, _anyOrientation, _batch, _seed, _device, _threads, _output, _quiet, _verbose,
        };
        root.Validators.Add(result =>
        {
            if (result.GetValue(_quiet) && result.GetValue(_verbose))
                result.AddError("--quiet and --verbose came together; one of them was expected.");
            if (result.GetValue(_teacher) is not null && result.GetValue(_unlabelled) == "ignore")
                result.AddError("--teacher and --unlabelled ignore came together; a teacher teaches on images without a label.");
        });
        return ConsoleRun.Of(root, args, (parsed, cancel) => Run(Options(parsed), cancel));
    }

    private static bool IsNameOf<T>(string text)
        where T : struct, Enum => Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase);

    private static T? Named<T>(string? text)
        where T : struct, Enum => text is null ? null : Enum.Parse<T>(text, ignoreCase: true);

    private static int Run(QuickstartOptions options, CancellationToken cancel)
    {
        OutputFolder output = OutputFolder.Prepare(options.Output);
        try
        {
            Results results = Display.Show(
                options.Verbosity, display => new Pipeline(options, output, display, cancel).Run());
            output.Write(OutputFolder.ResultsName, file => File.WriteAllText(file, results.ToJson()));
            output.Write(OutputFolder.ReportName, file => results.Search.WriteReport(file, results.ToReport()));
            output.DeleteCheckpoints();
            results.ShowTable(output.Root);
            return 0;
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            Console.Error.WriteLine(Directory.Exists(output.Checkpoints)
                ? $"Stopped. The same command goes on where it was; to start over, remove {output.Checkpoints}."
                : "Stopped before there was anything to go on from.");
            return ConsoleRun.Stopped;
        }
    }

    private QuickstartOptions Options(ParseResult parsed) => new()
    {
        Data = parsed.GetValue(_data),
        TestData = parsed.GetValue(_testData),
        Limit = parsed.GetValue(_limit),
        LabelFraction = parsed.GetValue(_labelFraction)!.Value,
        Unlabelled = parsed.GetValue(_unlabelled) == "pseudo-labels",
        Teacher = parsed.GetValue(_teacher),
        Rival = bool.Parse(parsed.GetValue(_rival)!),
        Preset = parsed.GetValue(_preset)!,
        Strategy = Named<SearchStrategy>(parsed.GetValue(_strategy)),
        SearchEpochs = parsed.GetValue(_searchEpochs),
        FineTuneEpochs = parsed.GetValue(_fineTuneEpochs),
        Channels = parsed.GetValue(_channels),
        Cells = parsed.GetValue(_cells),
        ImageSize = parsed.GetValue(_imageSize),
        Stem = Named<StemKind>(parsed.GetValue(_stem)),
        AnyOrientation = parsed.GetValue(_anyOrientation) || parsed.GetValue(_data) is null,
        Batch = parsed.GetValue(_batch),
        Seed = parsed.GetValue(_seed)!.Value,
        Device = parsed.GetValue(_device)!,
        Threads = parsed.GetValue(_threads),
        Output = parsed.GetValue(_output)!,
        Verbosity = parsed.GetValue(_quiet) ? Verbosity.Quiet : parsed.GetValue(_verbose) ? Verbosity.Verbose : Verbosity.Normal,
    };

    [GeneratedRegex("^(auto|cpu|cuda(:[0-9]{1,3})?)$")]
    private static partial Regex DevicePattern();
}
