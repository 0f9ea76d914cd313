using System.CommandLine;
using Microsoft.ML;
using SswpNas.MLNet.Examples;
using SswpNas.MLNet.Numerics;
using SswpNasTool.Images;
using SswpNasTool.Training;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace SswpNasTool.Commands;

/// <summary><c>compare</c>: what stock ML.NET comes to on the same labelled images, by the same folds.</summary>
internal sealed class CompareCommand : ToolCommand
{
    private const string ModelName = "rival.zip.tmp";

    private readonly Argument<string> _data = NameArgument("DATA", "The folder or the CSV file that train was given");

    private readonly Option<string[]> _labels = new("--labels")
    {
        Description = "The CSV files of labels that train was given",
        HelpName = "CSV",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _output = Text("--output", "DIR", "The folder that train wrote; its folds are taken", "a folder", IsName, "sswpnas-output");

    private readonly Option<int?> _seed = Number<int>("--seed", "Seed of everything random", "a whole number", _ => true, 1);

    public CompareCommand()
        : base("compare", "Cross-validates a linear classifier on the features of a pre-trained ResNet-18, by the folds of train, and shows both.",
            "sswpnas compare parts")
    {
        Arguments.Add(_data);
        foreach (Option option in (Option[])[_labels, _output, _seed]) Options.Add(option);
    }

    protected override ToolAnswer Run(ParseResult parsed, CancellationToken cancel)
    {
        string output = Path.GetFullPath(parsed.GetValue(_output)!);
        IReadOnlyList<CrossValidatedImage> ours = CrossValidation.Read(Path.Combine(output, CrossValidation.FileName));
        MLContext ml = new(parsed.GetValue(_seed)!.Value);
        ImageSet set = new ImageSetReader(ml, Console.Error.WriteLine).Read(parsed.GetValue(_data)!, parsed.GetValue(_labels) ?? []);
        EnsureSame(ours, set);
        int folds = ours.Max(image => image.Fold);
        double right = 0, seconds = 0;
        List<Rival> rivals = [];
        for (int fold = 1; fold <= folds; fold++)
        {
            cancel.ThrowIfCancellationRequested();
            Console.Error.WriteLine($"ResNet-18 and a linear classifier: fold {fold} of {folds} ...");
            HashSet<string> held = [.. ours.Where(image => image.Fold == fold).Select(image => image.Path)];
            int[] labelled = [.. set.LabelledRows];
            IDataView train = set.View(ml, labelled.Where(i => !held.Contains(set.Paths[i]))), test = set.View(ml, labelled.Where(i => held.Contains(set.Paths[i])));
            rivals.Add(Rival.Train(parsed.GetValue(_seed)!.Value, train, test, Path.Combine(output, ModelName)));
            right += rivals[^1].Micro * held.Count;
            seconds += rivals[^1].Seconds;
        }

        return Answer(ours, right / ours.Count, seconds / folds, rivals[^1], Path.Combine(output, OutputFolder.OnnxName));
    }

    private static void EnsureSame(IReadOnlyList<CrossValidatedImage> ours, ImageSet set)
    {
        Dictionary<string, string> labels = set.LabelledRows
            .ToDictionary(i => set.Paths[i], i => set.ClassNames[set.Labels[i]]);
        int other = ours.Count(image => !labels.TryGetValue(image.Path, out string? label) || label != image.Label);
        if (other == 0 && labels.Count == ours.Count) return;
        throw new InvalidDataException(
            $"There are {labels.Count} labelled images, and train had {ours.Count}, of which {other} are not there or have another label now; the same images "
            + "and labels were expected. Give the --labels that train was given, or train again.");
    }

    private static ToolAnswer Answer(IReadOnlyList<CrossValidatedImage> images, double rival, double seconds, Rival last, string onnx)
    {
        NamedImages named = new(images);
        double ours = named.Accuracy;
        double megabytes = File.Exists(onnx) ? Scoring.Megabytes(onnx) : double.NaN;
        (double Low, double High) a = named.Interval, b = Proportion.Interval(rival, images.Count);
        bool isDecided = a.Low > b.High || b.Low > a.High;
        return new ToolAnswer(ConsoleRun.Done, new Dictionary<string, object?>
        {
            ["images"] = images.Count,
            ["folds"] = images.Max(image => image.Fold),
            ["train.accuracy"] = ours,
            ["train.low"] = a.Low,
            ["train.high"] = a.High,
            ["train.megabytes"] = double.IsNaN(megabytes) ? null : megabytes,
            ["rival.accuracy"] = rival,
            ["rival.low"] = b.Low,
            ["rival.high"] = b.High,
            ["rival.seconds"] = Math.Round(seconds, 3),
            ["rival.millisecondsPerImage"] = Math.Round(last.MillisecondsPerImage, 3),
            ["rival.megabytes"] = Math.Round(last.Megabytes, 3),
        },
        [
            FormattableString.Invariant($"train: {100 * ours:F1} % (95 % interval {100 * a.Low:F1} to {100 * a.High:F1} %), {megabytes:F2} MB."),
            FormattableString.Invariant(
                $"ResNet-18 features and a linear classifier: {100 * rival:F1} % ({100 * b.Low:F1} to {100 * b.High:F1} %), {last.Megabytes:F1} MB, {last.MillisecondsPerImage:F1} ms an image, {seconds:F0} s to train."),
            $"The same {images.Count} labelled images in the same {images.Max(image => image.Fold)} folds. "
                + (isDecided ? "The intervals do not overlap." : "The intervals overlap: so many images do not decide between the two for sure."),
        ]);
    }
}
