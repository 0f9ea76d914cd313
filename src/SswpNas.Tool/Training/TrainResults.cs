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

    private Dictionary<string, object?> Hardware { get; } = Machine.Hardware();

    private Dictionary<string, object?> Versions { get; } = Machine.Versions();

    private long Parameters { get; } = Tuned.Parameters;

    public Dictionary<string, object?> Figures()
    {
        (double low, double high) = Folds.Interval;
        Dictionary<string, object?> figures = new()
        {
            ["accuracy"] = Folds.Accuracy,
            ["accuracy.low"] = low,
            ["accuracy.high"] = high,
            ["accuracy.macro"] = Folds.Macro,
            ["accuracy.images"] = Folds.Images.Count,
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
        if (Tuned.Rejection is Rejection rejection)
        {
            figures["rejection.below"] = rejection.Below;
            figures["rejection.precision"] = Named(rejection.Below).Precision;
            figures["rejection.coverage"] = Named(rejection.Below).Coverage;
        }

        return figures;
    }

    public IReadOnlyList<string> Words()
    {
        (double low, double high) = Folds.Interval;
        List<string> lines =
        [
            Invariant(
                $"{100 * Folds.Accuracy:F1} % of the labelled images are named correctly by models that have not learnt from them (95 % interval {100 * low:F1} to {100 * high:F1} %, n = {Folds.Images.Count}, {Settings.Folds} folds; the search has seen them without labels, and the learning rate was chosen on all)."),
        ];
        if (Tuned.Rejection is Rejection rejection)
        {
            (double precision, double coverage) = Named(rejection.Below);
            lines.Add(Invariant(
                $"No class is named below a probability of {rejection.Below:F3}: so {100 * coverage:F1} % of these images are named, {100 * precision:F1} % of those correctly."));
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
        Title = $"{Folds.Images.Count} labelled images of {Path.GetFileName(Path.GetFullPath(Request.Data))}, cross-validated",
        FineTunings = [new ReportFineTuning("on all labels", Tuned)],
        Test = test,
        Hardware = Texts(Hardware),
        Versions = Texts(Versions),
        Seconds = Seconds,
    };

    // Of the cross-validated images that would be named, how many rightly; and how many would be.
    private (double Precision, double Coverage) Named(double below)
    {
        CrossValidatedImage[] named = [.. Folds.Images.Where(image => image.Probability >= below)];
        double right = named.Count(image => image.Predicted == image.Label);
        return (named.Length == 0 ? 0 : right / named.Length, (double)named.Length / Folds.Images.Count);
    }

    private static Dictionary<string, string> Texts(Dictionary<string, object?> values) =>
        values.ToDictionary(v => v.Key, v => Invariant($"{v.Value}"));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
