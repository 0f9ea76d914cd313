using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>How many images and labels there were.</summary>
internal sealed record ImageCounts(int Search, int Labels, int Test);

/// <summary>What one fine-tuning came to.</summary>
/// <param name="Start">What it started from and learnt from.</param>
/// <param name="IsKept">Whether its model is the one that is kept.</param>
/// <param name="LearningRate">The one that was chosen on the validation part.</param>
/// <param name="ValidationAccuracy">Accuracy there, 0 to 1; null where there was nothing to choose.</param>
/// <param name="Parameters">Trainable parameters of the network.</param>
/// <param name="Micro">Accuracy on the test images, 0 to 1: every image counts the same.</param>
/// <param name="Macro">The mean of the classes' accuracies, 0 to 1: every class counts the same.</param>
/// <param name="Seconds">Its duration, the choice of the learning rate included.</param>
/// <param name="Trials">Its training runs.</param>
internal sealed record FineTuned(
    Start Start, bool IsKept, double LearningRate, double? ValidationAccuracy, long Parameters, double Micro, double Macro, double Seconds,
    IReadOnlyList<FineTuneTrial> Trials);

/// <summary>What the run came to: results.json, report.html and the table at its end.</summary>
/// <param name="Options">What the command line asked for.</param>
/// <param name="ImageSize">Side of the images in pixels.</param>
/// <param name="Images">How many there were.</param>
/// <param name="Search">What the search found.</param>
/// <param name="SearchSeconds">Its duration.</param>
/// <param name="Probe">Accuracy of a linear classifier on the frozen features, on the test images, 0 to 1.</param>
/// <param name="Tuned">The fine-tunings.</param>
/// <param name="Test">What the model that is kept made of the test images.</param>
internal sealed record Results(
    QuickstartOptions Options, int ImageSize, ImageCounts Images, SearchResult Search, double SearchSeconds,
    double Probe, IReadOnlyList<FineTuned> Tuned, ReportTest Test)
{
    private static readonly JsonSerializerOptions _json =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public double PeakMemoryMiB { get; } = Machine.PeakMemoryMiB();

    /// <summary>Time to compute the teacher's features; 0 without a teacher.</summary>
    public double TeacherSeconds { get; init; }

    /// <summary>The stock line on the same split; null where it was left out.</summary>
    public RivalResult? Rival { get; init; }

    /// <summary>Median time of the kept model for an image from its file, one at a time.</summary>
    public double MillisecondsAnImage { get; init; }

    /// <summary>Size of model.onnx.</summary>
    public double Megabytes { get; init; }

    private FineTuned Kept => Tuned.Single(t => t.IsKept);

    public string ToJson()
    {
        Dictionary<string, object?> json = [];
        foreach (FineTuned tuned in Tuned)
        {
            json[$"accuracy.{tuned.Start.Name}.micro"] = tuned.Micro;
            json[$"accuracy.{tuned.Start.Name}.macro"] = tuned.Macro;
            json[$"accuracy.{tuned.Start.Name}.seconds"] = Math.Round(tuned.Seconds, 3);
            json[$"validationAccuracy.{tuned.Start.Name}"] = tuned.ValidationAccuracy;
            json[$"learningRate.{tuned.Start.Name}"] = tuned.LearningRate;
        }

        if (Rival is not null)
        {
            json["accuracy.rival.micro"] = Rival.Micro;
            json["accuracy.rival.macro"] = Rival.Macro;
            json["accuracy.rival.seconds"] = Math.Round(Rival.Seconds, 3);
            json["millisecondsAnImage.rival"] = Math.Round(Rival.MillisecondsAnImage, 3);
            json["megabytes.rival"] = Math.Round(Rival.Megabytes, 3);
        }

        json["accuracy.probe.micro"] = Probe;
        json["model"] = Kept.Start.Name;
        json["millisecondsAnImage"] = Math.Round(MillisecondsAnImage, 3);
        json["megabytes"] = Math.Round(Megabytes, 3);
        json["seconds.search"] = Math.Round(SearchSeconds, 3);
        json["seconds.teacher"] = Math.Round(TeacherSeconds, 3);
        json["seconds.fineTune"] = Math.Round(Tuned.Sum(t => t.Seconds), 3);
        json["peakMemoryMiB"] = Math.Round(PeakMemoryMiB, 1);
        json["parameters"] = Kept.Parameters;
        json["genotype"] = Search.Genotype.Cells.Select(cell => cell.ToString());
        json["images.search"] = Images.Search;
        json["images.labels"] = Images.Labels;
        json["images.test"] = Images.Test;
        json["options"] = Effective();
        json["seed"] = Options.Seed;
        json["hardware"] = Machine.Hardware();
        json["versions"] = Machine.Versions();
        return JsonSerializer.Serialize(json, _json);
    }

    public void ShowTable(string folder)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("fine-tuning").NoWrap());
        foreach (string name in new[] { "learning rate", "validation", "test micro", "test macro", "seconds" })
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap().Padding(0, 1));
        foreach (FineTuned tuned in Tuned) table.AddRow(Row(tuned));
        if (Rival is not null)
        {
            table.AddRow(
                $"{Rival.Name} + linear", "-", "-", Invariant($"{100 * Rival.Micro:F1} %"), Invariant($"{100 * Rival.Macro:F1} %"),
                Invariant($"{Rival.Seconds:F0}"));
        }

        AnsiConsole.Write(table);
        Console.WriteLine(Invariant($"Linear probe (a stock trainer on the search's features): test micro {100 * Probe:F1} %"));
        string rival = Rival is null ? "" : Invariant($"; {Rival.Name}: {Rival.MillisecondsAnImage:F1} ms, {Rival.Megabytes:F1} MB");
        Console.WriteLine(Invariant(
            $"Model ({Kept.Start.Words}): {MillisecondsAnImage:F2} ms for an image from its file, {Megabytes:F2} MB{rival}"));
        Console.WriteLine(Invariant(
            $"Search {SearchSeconds:F0} s{(TeacherSeconds > 0 ? Invariant($", teacher's features {TeacherSeconds:F0} s") : "")}, {Kept.Parameters} parameters, peak memory {PeakMemoryMiB:F0} MiB"));
        Console.WriteLine($"Written to {folder}: model.zip, model.onnx, search-result, results.json, report.html");
    }

    /// <summary>What report.html shows besides the search.</summary>
    public ReportContent ToReport() => new()
    {
        Title = $"Quickstart: {Images.Search} images, {Images.Labels} labels",
        // The kept model first.
        FineTunings = [.. Tuned.OrderByDescending(t => t.IsKept).Select(Curves)],
        Test = Test,
        Hardware = Texts(Machine.Hardware()),
        Versions = Texts(Machine.Versions()),
        Seconds = Seconds(),
    };

    private Dictionary<string, double> Seconds()
    {
        Dictionary<string, double> seconds = new() { ["search with its preparations"] = SearchSeconds };
        if (TeacherSeconds > 0) seconds["teacher's features"] = TeacherSeconds;
        foreach (FineTuned tuned in Tuned) seconds[$"fine-tuning, {tuned.Start.Words}"] = tuned.Seconds;
        return seconds;
    }

    private ReportFineTuning Curves(FineTuned run) => new(run.Start.Words, run.Trials)
    {
        LearningRate = run.LearningRate,
        ValidationAccuracy = run.ValidationAccuracy,
        TestAccuracy = run.Micro,
        Parameters = run.Parameters,
        Seconds = run.Seconds,
        Options = Options.FineTune(run.Start, null, new Progress<FineTuneProgress>(), null, CancellationToken.None),
    };

    private static Dictionary<string, string> Texts(Dictionary<string, object?> values) =>
        values.ToDictionary(v => v.Key, v => Invariant($"{v.Value}"));

    private static string[] Row(FineTuned run) =>
    [
        run.Start.Words, Invariant($"{run.LearningRate}"), run.ValidationAccuracy is double v ? Invariant($"{100 * v:F1} %") : "-",
        Invariant($"{100 * run.Micro:F1} %"), Invariant($"{100 * run.Macro:F1} %"), Invariant($"{run.Seconds:F0}"),
    ];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>The options as they took effect, the preset's and the data's defaults filled in.</summary>
    private Dictionary<string, object?> Effective()
    {
        SearchOptions search = Options.Search(new Progress<SearchProgress>(), null, CancellationToken.None);
        FineTuneOptions fineTune = Options.FineTune(
            Kept.Start, null, new Progress<FineTuneProgress>(), null, CancellationToken.None);
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
            ["unlabelled"] = fineTune.Unlabelled.ToString(),
            ["unlabelledSteps"] = fineTune.SemiSupervised.Steps,
            ["minimumSteps"] = fineTune.MinimumSteps,
            ["teacher"] = Options.Teacher,
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
