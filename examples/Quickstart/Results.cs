using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>How many images and labels there were.</summary>
internal sealed record ImageCounts(int Search, int Labels, int Test);

/// <summary>What one fine-tuning came to.</summary>
/// <param name="LearningRate">The one that was chosen on the validation part.</param>
/// <param name="ValidationAccuracy">Accuracy there, 0 to 1; null where there was nothing to choose.</param>
/// <param name="Parameters">Trainable parameters of the network.</param>
/// <param name="Micro">Accuracy on the test images, 0 to 1: every image counts the same.</param>
/// <param name="Macro">The mean of the classes' accuracies, 0 to 1: every class counts the same.</param>
/// <param name="Seconds">Its duration, the choice of the learning rate included.</param>
/// <param name="Trials">Its training runs.</param>
/// <param name="Calibration">How its probabilities were scaled; null where nothing was kept to scale them by.</param>
internal sealed record FineTuned(
    double LearningRate, double? ValidationAccuracy, long Parameters, double Micro, double Macro, double Seconds,
    IReadOnlyList<FineTuneTrial> Trials, Calibration? Calibration);

/// <summary>What the run came to: results.json, report.html and the table at its end.</summary>
/// <param name="Options">What the command line asked for.</param>
/// <param name="ImageSize">Side of the images in pixels.</param>
/// <param name="Images">How many there were.</param>
/// <param name="Search">What the search found.</param>
/// <param name="SearchSeconds">Its duration.</param>
/// <param name="Probe">Accuracy of a linear classifier on the frozen features, on the test images, 0 to 1.</param>
/// <param name="Concomitant">Fine-tuning from the search's weights.</param>
/// <param name="Random">Fine-tuning from fresh ones.</param>
/// <param name="Unlabelled">Fine-tuning with images without a label, taught where there is a teacher; null where there was none.</param>
/// <param name="Rival">A linear classifier on ResNet-18's features; null where it was not asked for.</param>
/// <param name="Test">What the saved model made of the test images.</param>
internal sealed record Results(
    QuickstartOptions Options, int ImageSize, ImageCounts Images, SearchResult Search, double SearchSeconds,
    double Probe, FineTuned Concomitant, FineTuned Random, FineTuned? Unlabelled, Rival? Rival,
    ReportTest Test)
{
    public const string ConcomitantName = "concomitant";
    public const string RandomName = "random";

    private static readonly JsonSerializerOptions _json =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public double PeakMemoryMiB { get; } = Machine.PeakMemoryMiB();

    /// <summary>To score one image with the saved model, decoding included.</summary>
    public required double MillisecondsPerImage { get; init; }

    /// <summary>Of model.onnx.</summary>
    public required double Megabytes { get; init; }

    /// <summary>The images to search and train on.</summary>
    public required ReportData Data { get; init; }

    /// <summary>How many labels of each class the fine-tunings learnt from.</summary>
    public required IReadOnlyDictionary<string, int> LabelCounts { get; init; }

    // Of model.zip.
    private Calibration? Calibration => (Unlabelled ?? Concomitant).Calibration;

    private string UnlabelledKey => Options.Teacher is null ? "semiSupervised" : "taught";

    private IEnumerable<(string Name, string Key, WeightInitialization Start, FineTuned Run)> Runs()
    {
        yield return (ConcomitantName, ConcomitantName, WeightInitialization.Concomitant, Concomitant);
        yield return (RandomName, RandomName, WeightInitialization.Random, Random);
        if (Unlabelled is not null)
            yield return (Options.UnlabelledName, UnlabelledKey, WeightInitialization.Concomitant, Unlabelled);
    }

    private Dictionary<string, object?> Accuracies()
    {
        Dictionary<string, object?> found = [];
        foreach ((_, string key, _, FineTuned run) in Runs()) Add(key, run.Micro, run.Macro, run.Seconds);
        if (Rival is not null)
        {
            Add("rival", Rival.Micro, Rival.Macro, Rival.Seconds);
            found["rival.millisecondsPerImage"] = Math.Round(Rival.MillisecondsPerImage, 3);
            found["rival.megabytes"] = Math.Round(Rival.Megabytes, 3);
        }

        return found;

        void Add(string key, double micro, double macro, double seconds)
        {
            found[$"accuracy.{key}.micro"] = micro;
            found[$"accuracy.{key}.macro"] = macro;
            found[$"accuracy.{key}.seconds"] = Math.Round(seconds, 3);
        }
    }

    public string ToJson() => JsonSerializer.Serialize(
        new Dictionary<string, object?>(Accuracies())
        {
            ["accuracy.probe.micro"] = Probe,
            ["search.strategy"] = Search.Strategy.ToString(),
            ["search.pathEntropy"] = Search.PathEntropy,
            ["search.margin"] = Search.Margin,
            ["millisecondsPerImage"] = Math.Round(MillisecondsPerImage, 3),
            ["megabytes"] = Math.Round(Megabytes, 3),
            ["validationAccuracy.concomitant"] = Concomitant.ValidationAccuracy,
            ["validationAccuracy.random"] = Random.ValidationAccuracy,
            ["learningRate.concomitant"] = Concomitant.LearningRate,
            ["learningRate.random"] = Random.LearningRate,
            ["calibration.temperature"] = Calibration?.Temperature,
            ["calibration.images"] = Calibration?.Images,
            ["calibration.testError"] = Test.CalibrationError,
            ["seconds.search"] = Math.Round(SearchSeconds, 3),
            ["seconds.fineTune"] = Math.Round(Runs().Sum(run => run.Run.Seconds), 3),
            ["peakMemoryMiB"] = Math.Round(PeakMemoryMiB, 1),
            ["parameters"] = Concomitant.Parameters,
            ["genotype"] = Search.Genotype.Cells.Select(cell => cell.ToString()),
            ["images.search"] = Images.Search,
            ["images.labels"] = Images.Labels,
            ["images.test"] = Images.Test,
            ["options"] = Effective(),
            ["seed"] = Options.Seed,
            ["hardware"] = Machine.Hardware(),
            ["versions"] = Machine.Versions(),
        },
        _json);

    public void ShowTable(string folder)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("fine-tuning").NoWrap());
        foreach (string name in new[] { "learning rate", "validation", "test micro", "test macro", "seconds" })
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap().Padding(0, 1));
        foreach ((string name, _, _, FineTuned run) in Runs()) table.AddRow(Row(name, run));
        if (Rival is not null)
        {
            table.AddRow(
                "ResNet-18, linear", "-", "-", Invariant($"{100 * Rival.Micro:F1} %"), Invariant($"{100 * Rival.Macro:F1} %"),
                Invariant($"{Rival.Seconds:F0}"));
        }

        AnsiConsole.Write(table);
        Console.WriteLine(Invariant($"Linear probe (a stock trainer on the search's features): test micro {100 * Probe:F1} %"));
        Console.WriteLine(Invariant(
            $"Search {SearchSeconds:F0} s, {Concomitant.Parameters} parameters, peak memory {PeakMemoryMiB:F0} MiB"));
        string rival = Rival is null
            ? "" : Invariant($"; ResNet-18 with its classifier {Rival.MillisecondsPerImage:F1} ms and {Rival.Megabytes:F1} MB");
        Console.WriteLine(Invariant($"Scoring: {MillisecondsPerImage:F2} ms an image, one at a time, {Megabytes:F2} MB{rival}"));
        string scaled = Calibration is null ? "" : Invariant($", after scaling by {Calibration.Images} validation images");
        if (Test.CalibrationError is double error)
            Console.WriteLine(Invariant($"Probabilities: calibration error {error:F3} on the test images{scaled}"));
        Console.WriteLine($"Written to {folder}: model.zip, model.onnx, search-result, results.json, report.html");
    }

    /// <summary>What report.html shows besides the search.</summary>
    public ReportContent ToReport() => new()
    {
        Title = $"Quickstart: {Images.Search} images, {Images.Labels} labels",
        FineTunings = [.. Runs().Select(run => Curves(run.Name, run.Start, run.Run))],
        Test = Test,
        Comparisons = [.. Models()],
        LabelCounts = LabelCounts,
        Data = Data,
        Hardware = Texts(Machine.Hardware()),
        Versions = Texts(Machine.Versions()),
        Seconds = new Dictionary<string, double>(
            Runs().Select(run => KeyValuePair.Create($"fine-tuning, {run.Name}", run.Run.Seconds))
                .Prepend(KeyValuePair.Create("search with its preparations", SearchSeconds))),
    };

    /// <summary>The model that is kept, and what it is compared with.</summary>
    private IEnumerable<ReportComparison> Models()
    {
        ReportComparison Kept(string name, FineTuned run) =>
            new(name, run.Micro) { IsAnswer = true, Milliseconds = MillisecondsPerImage, Megabytes = Megabytes };

        if (Unlabelled is null)
        {
            yield return Kept("search's weights, labels alone", Concomitant);
        }
        else
        {
            yield return Kept($"search's weights, {Options.UnlabelledName}", Unlabelled);
            yield return new ReportComparison("search's weights, labels alone", Concomitant.Micro);
        }

        yield return new ReportComparison("random start, labels alone", Random.Micro);
        yield return new ReportComparison("linear probe on the search's features", Probe);
        if (Rival is not null)
        {
            yield return new ReportComparison("ResNet-18, linear classifier", Rival.Micro)
            {
                Milliseconds = Rival.MillisecondsPerImage,
                Megabytes = Rival.Megabytes,
            };
        }
    }

    private ReportFineTuning Curves(string name, WeightInitialization start, FineTuned run) => new(name, run.Trials)
    {
        LearningRate = run.LearningRate,
        ValidationAccuracy = run.ValidationAccuracy,
        TestAccuracy = run.Micro,
        Parameters = run.Parameters,
        Seconds = run.Seconds,
        Options = OptionsOf(start, run),
    };

    private FineTuneOptions OptionsOf(WeightInitialization start, FineTuned run)
    {
        FineTuneOptions plain = Options.FineTune(start, new Progress<FineTuneProgress>(), null, CancellationToken.None);
        return ReferenceEquals(run, Unlabelled) ? Options.WithUnlabelled(plain, Concomitant.LearningRate) : plain;
    }

    private static Dictionary<string, string> Texts(Dictionary<string, object?> values) =>
        values.ToDictionary(v => v.Key, v => Invariant($"{v.Value}"));

    private static string[] Row(string name, FineTuned run) =>
    [
        name, Invariant($"{run.LearningRate}"), run.ValidationAccuracy is double v ? Invariant($"{100 * v:F1} %") : "-",
        Invariant($"{100 * run.Micro:F1} %"), Invariant($"{100 * run.Macro:F1} %"), Invariant($"{run.Seconds:F0}"),
    ];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>The options as they took effect, the preset's and the data's defaults filled in.</summary>
    private Dictionary<string, object?> Effective()
    {
        SearchOptions search = Options.Search(new Progress<SearchProgress>(), null, CancellationToken.None);
        FineTuneOptions fineTune = Options.FineTune(
            WeightInitialization.Concomitant, new Progress<FineTuneProgress>(), null, CancellationToken.None);
        return new Dictionary<string, object?>
        {
            ["data"] = Options.Data,
            ["testData"] = Options.TestData,
            ["limit"] = Options.Limit,
            ["labelFraction"] = Options.LabelFraction,
            ["unlabelled"] = Options.Unlabelled,
            ["teacher"] = Options.Teacher,
            ["rival"] = Options.Rival,
            ["preset"] = Options.Preset,
            ["strategy"] = search.Strategy.ToString(),
            ["searchEpochs"] = search.Epochs,
            ["fineTuneEpochs"] = fineTune.Epochs,
            ["channels"] = search.InitialChannels,
            ["cells"] = search.Cells,
            ["imageSize"] = ImageSize,
            ["stem"] = search.Stem.ToString(),
            ["anyOrientation"] = Options.AnyOrientation,
            ["batch"] = search.BatchSize,
            ["fineTuneBatch"] = fineTune.BatchSize,
            ["learningRates"] = fineTune.LearningRates,
            ["temperature"] = search.Temperature,
            ["seed"] = Options.Seed,
            ["device"] = Options.Device,
            ["threads"] = Options.Threads,
            ["output"] = Options.Output,
        };
    }
}
