using SswpNas.MLNet;
using SswpNas.MLNet.Examples;
using SswpNasTool.Images;

namespace SswpNasTool.Training;

/// <summary>What a run of <c>train</c> came to: results.json, report.html and the words at its end.</summary>
internal sealed record TrainResults(
    TrainRequest Request, ImageSet Set, TrainSettings Settings, SearchResult Search, ConcomitantFineTuneTransformer Tuned, CrossValidation Folds)
{
    public required IReadOnlyDictionary<string, double> Seconds { get; init; }

    public required long OnnxBytes { get; init; }

    /// <summary>How the model names the test images; null where there are none.</summary>
    public required TestImages? Test { get; init; }

    private Dictionary<string, object?> Hardware { get; } = Machine.Hardware();

    private Dictionary<string, object?> Versions { get; } = Machine.Versions();

    private long Parameters { get; } = Tuned.Parameters;

    public Dictionary<string, object?> Figures()
    {
        NamedImages folds = Folds.Summary;
        (double low, double high) = folds.Interval;
        Dictionary<string, object?> figures = new()
        {
            ["accuracy"] = folds.Accuracy,
            ["accuracy.low"] = low,
            ["accuracy.high"] = high,
            ["accuracy.macro"] = folds.Macro,
            ["accuracy.images"] = folds.Count,
            ["folds"] = Settings.Folds,
            ["images"] = Set.Paths.Length,
            ["images.labelled"] = Set.Labelled,
            ["images.leftOut"] = Set.LeftOut,
            ["classes"] = Set.ClassNames,
            ["smoke"] = Request.Smoke,
            ["teacher"] = Request.Teacher,
            ["seed"] = Request.Seed,
            ["minutes"] = Request.Minutes,
            ["settings.imageSize"] = Settings.ImageSize,
            ["settings.stem"] = Settings.Stem.ToString(),
            ["settings.channels"] = Settings.Channels,
            ["settings.searchEpochs"] = Settings.Epochs,
            ["settings.batchSize"] = Settings.BatchSize,
            ["settings.fineTuneEpochs"] = Settings.FineTuneEpochs,
            ["settings.labelSteps"] = Settings.LabelSteps,
            ["settings.unlabelledSteps"] = Settings.UnlabelledSteps,
            ["learningRate"] = Tuned.LearningRate,
            ["temperature"] = Tuned.Calibration?.Temperature,
            ["parameters"] = Parameters,
            ["onnxBytes"] = OnnxBytes,
            ["genotype"] = Search.Genotype.Cells.Select(cell => cell.ToString()).ToArray(),
            ["peakMemoryMiB"] = Math.Round(Machine.PeakMemoryMiB(), 1),
            ["output"] = Path.GetFullPath(Request.Output),
            ["hardware"] = Hardware,
            ["versions"] = Versions,
        };
        foreach ((string part, double seconds) in Seconds) figures[$"seconds.{part}"] = Math.Round(seconds, 3);
        AddTest(figures);
        if (Tuned.Rejection is Rejection rejection)
        {
            figures["rejection.below"] = rejection.Below;
            (figures["rejection.precision"], figures["rejection.coverage"]) = folds.From(rejection.Below);
            if (Test is not null) (figures["rejection.testPrecision"], figures["rejection.testCoverage"]) = Test.Named.From(rejection.Below);
        }

        return figures;
    }

    public IReadOnlyList<string> Words()
    {
        NamedImages folds = Folds.Summary;
        (double low, double high) = folds.Interval;
        List<string> lines =
        [
            Invariant(
                $"{100 * folds.Accuracy:F1} % of the labelled images are named correctly by models that have not learnt from them (95 % interval {100 * low:F1} to {100 * high:F1} %, n = {folds.Count}, {Settings.Folds} folds; the search has seen them without labels, and the learning rate was chosen on all)."),
        ];
        if (Tuned.Rejection is Rejection rejection) lines.Add($"No class is named below a probability of {Invariant($"{rejection.Below:F3}")}: {Named(folds, rejection)}.");
        if (Test is not null)
        {
            (low, high) = Test.Named.Interval;
            lines.Add(Invariant(
                $"{100 * Test.Named.Accuracy:F1} % of the test images are named correctly ({100 * low:F1} to {100 * high:F1} %, n = {Test.Named.Count}). Calibration error {Test.Named.CalibrationError:F3}, without the temperature {Test.UnscaledError:F3}."));
            if (Tuned.Rejection is Rejection bound) lines.Add($"With that bound, {Named(Test.Named, bound)}.");
        }

        if (Request.Smoke) lines.Add("This was --smoke: the model is of no use.");
        lines.Add(Invariant($"{Parameters} parameters, {OnnxBytes / 1e6:F2} MB as ONNX, {Clock.Of(TimeSpan.FromSeconds(Seconds["all"]))} in all."));
        lines.Add(
            $"Written to {Path.GetFullPath(Request.Output)}: {OutputFolder.ModelName}, {OutputFolder.OnnxName}, {OutputFolder.SearchResultName}, "
            + $"{OutputFolder.ReportName}, {OutputFolder.ResultsName}, {CrossValidation.FileName}");
        return lines;
    }

    /// <summary>What report.html shows besides the search.</summary>
    public ReportContent ToReport(ReportTest test) => new()
    {
        Title = Test is null
            ? $"{Folds.Images.Count} labelled images of {Path.GetFileName(Path.GetFullPath(Request.Data))}, cross-validated"
            : $"{Test.Named.Count} test images of {Path.GetFileName(Path.GetFullPath(Request.TestData!))}",
        FineTunings = [new ReportFineTuning("on all labels", Tuned)],
        Test = test,
        Hardware = Texts(Hardware),
        Versions = Texts(Versions),
        Seconds = Seconds,
    };

    private void AddTest(Dictionary<string, object?> figures)
    {
        if (Test is null) return;
        (double low, double high) = Test.Named.Interval;
        figures["test.accuracy"] = Test.Named.Accuracy;
        figures["test.accuracy.low"] = low;
        figures["test.accuracy.high"] = high;
        figures["test.accuracy.macro"] = Test.Named.Macro;
        figures["test.images"] = Test.Named.Count;
        figures["test.calibrationError"] = Test.Named.CalibrationError;
        figures["test.calibrationError.unscaled"] = Test.UnscaledError;
    }

    private static string Named(NamedImages images, Rejection rejection)
    {
        (double precision, double coverage) = images.From(rejection.Below);
        return Invariant($"{100 * coverage:F1} % of these images are named, {100 * precision:F1} % of those correctly");
    }

    private static Dictionary<string, string> Texts(Dictionary<string, object?> values) =>
        values.ToDictionary(v => v.Key, v => Invariant($"{v.Value}"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
