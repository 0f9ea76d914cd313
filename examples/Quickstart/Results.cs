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
internal sealed record FineTuned(
    double LearningRate, double? ValidationAccuracy, long Parameters, double Micro, double Macro, double Seconds,
    IReadOnlyList<FineTuneTrial> Trials);

/// <summary>What the run came to: results.json, report.html and the table at its end.</summary>
/// <param name="Options">What the command line asked for.</param>
/// <param name="ImageSize">Side of the images in pixels.</param>
/// <param name="Images">How many there were.</param>
/// <param name="Search">What the search found.</param>
/// <param name="SearchSeconds">Its duration.</param>
/// <param name="Probe">Accuracy of a linear classifier on the frozen features, on the test images, 0 to 1.</param>
/// <param name="Concomitant">Fine-tuning from the search's weights.</param>
/// <param name="Random">Fine-tuning from fresh ones.</param>
/// <param name="Test">What the concomitant model made of the test images.</param>
internal sealed record Results(
    QuickstartOptions Options, int ImageSize, ImageCounts Images, SearchResult Search, double SearchSeconds,
    double Probe, FineTuned Concomitant, FineTuned Random, ReportTest Test)
{
    private static readonly JsonSerializerOptions _json =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public double PeakMemoryMiB { get; } = Machine.PeakMemoryMiB();

    public string ToJson() => JsonSerializer.Serialize(
        new Dictionary<string, object?>
        {
            ["accuracy.concomitant.micro"] = Concomitant.Micro,
            ["accuracy.concomitant.macro"] = Concomitant.Macro,
            ["accuracy.random.micro"] = Random.Micro,
            ["accuracy.random.macro"] = Random.Macro,
            ["accuracy.probe.micro"] = Probe,
            ["validationAccuracy.concomitant"] = Concomitant.ValidationAccuracy,
            ["validationAccuracy.random"] = Random.ValidationAccuracy,
            ["learningRate.concomitant"] = Concomitant.LearningRate,
            ["learningRate.random"] = Random.LearningRate,
            ["seconds.search"] = Math.Round(SearchSeconds, 3),
            ["seconds.fineTune"] = Math.Round(Concomitant.Seconds + Random.Seconds, 3),
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
        table.AddColumn(new TableColumn("initialisation").NoWrap());
        foreach (string name in new[] { "learning rate", "validation", "test micro", "test macro", "seconds" })
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap().Padding(0, 1));
        table.AddRow(Row("concomitant", Concomitant));
        table.AddRow(Row("random", Random));
        AnsiConsole.Write(table);
        Console.WriteLine(Invariant($"Linear probe (a stock trainer on the search's features): test micro {100 * Probe:F1} %"));
        Console.WriteLine(Invariant(
            $"Search {SearchSeconds:F0} s, {Concomitant.Parameters} parameters, peak memory {PeakMemoryMiB:F0} MiB"));
        Console.WriteLine($"Written to {folder}: model.zip, model.onnx, search-result, results.json, report.html");
    }

    /// <summary>What report.html shows besides the search.</summary>
    public ReportContent ToReport() => new()
    {
        Title = $"Quickstart: {Images.Search} images, {Images.Labels} labels",
        FineTunings = [Curves("concomitant", WeightInitialization.Concomitant, Concomitant), Curves("random", WeightInitialization.Random, Random)],
        Test = Test,
        Hardware = Texts(Machine.Hardware()),
        Versions = Texts(Machine.Versions()),
        Seconds = new Dictionary<string, double>
        {
            ["search with its preparations"] = SearchSeconds,
            ["fine-tuning, concomitant"] = Concomitant.Seconds,
            ["fine-tuning, random"] = Random.Seconds,
        },
    };

    private ReportFineTuning Curves(string name, WeightInitialization start, FineTuned run) => new(name, run.Trials)
    {
        LearningRate = run.LearningRate,
        ValidationAccuracy = run.ValidationAccuracy,
        TestAccuracy = run.Micro,
        Parameters = run.Parameters,
        Seconds = run.Seconds,
        Options = Options.FineTune(start, new Progress<FineTuneProgress>(), null, CancellationToken.None),
    };

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
            ["preset"] = Options.Preset,
            ["searchEpochs"] = search.Epochs,
            ["fineTuneEpochs"] = fineTune.Epochs,
            ["channels"] = search.InitialChannels,
            ["cells"] = search.Cells,
            ["imageSize"] = ImageSize,
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
