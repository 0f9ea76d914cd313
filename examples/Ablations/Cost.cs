using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Ablations;

/// <summary>What a table would take: its steps, and hours from steps that were measured now.</summary>
internal static class Cost
{
    // A search's epoch of five weight steps has one architecture step.
    private const int Steps = 5;

    public static IEnumerable<string> Of(
        MLContext ml, Images images, Scale scale, PaperTable table, AblationOptions options, CancellationToken cancel)
    {
        bool onGpu = options.Device != "cpu" && TorchSharp.torch.cuda.is_available();
        // Half of the images that are taken are for the weights, for Steps whole batches.
        int batch = Math.Clamp(scale.TimedBatch(onGpu), 2, Math.Max(2, images.TrainCount / (2 * Steps)));
        double searching = SecondsOfSearch(ml, images, table.Base, scale, options, batch, cancel);
        double training = SecondsOfTraining(ml, images, scale, options, batch, cancel);
        Stage[] stages = [.. table.Rows.SelectMany(row => row.Recipe.Stages(images.TrainCount)).DistinctBy(stage => stage.Key)];
        double hours = options.Seeds * stages.Sum(s => s.Images * (s.Kind == StageKind.Search ? searching : training)) / 3600;
        yield return Text(
            $"Table {table.Name} at scale {scale.Name}: {table.Rows.Count} rows, {options.Seeds} seed(s), {images.TrainCount} images.");
        foreach (IGrouping<StageKind, Stage> kind in stages.GroupBy(s => s.Kind))
        {
            string name = kind.Key == StageKind.Search ? "search and pre-training" : "training";
            double milliseconds = 1000 * (kind.Key == StageKind.Search ? searching : training);
            yield return Text($"{kind.Count()} runs of {name} a seed, {kind.Sum(s => s.Steps)} steps in all.");
            yield return Text($"Measured with a batch of {batch}: {milliseconds:F2} ms for each image of a step.");
        }

        yield return Text($"Estimate on this machine: {hours:F1} hours ({hours / 24:F1} days), without what is done already.");
    }

    /// <summary>Seconds for each image of a weight step, the architecture steps between them included.</summary>
    private static double SecondsOfSearch(
        MLContext ml, Images images, Recipe recipe, Scale scale, AblationOptions options, int batch, CancellationToken cancel)
    {
        SearchOptions like = recipe switch
        {
            FromScratch => scale.Search,
            ChosenArchitecture => scale.StrategySearch,
            _ => scale.WeightSearch,
        };
        SearchOptions short3 = like with
        {
            Epochs = 3,
            BatchSize = batch,
            ArchitectureInterval = Steps,
            ArchitectureFraction = 0.5,
            Phases = new PhaseSplit(0.34, 0.66, 0),
            PruneDirection = PruneDirection.None,
            MinimumWarmUpEpochs = 0,
            FinalTrainingFraction = 0,
            LowResolutionFraction = 0,
            Seed = 1,
            Threads = options.Threads,
            CancellationToken = cancel,
        };
        using SswpNasSearchTransformer found =
            ml.SswpNas().Search(options: short3).Fit(ml.Data.TakeRows(images.Train, 2 * Steps * batch));
        return found.Result.History.Skip(1).Min(e => e.Seconds) / (Steps * batch);
    }

    private static double SecondsOfTraining(
        MLContext ml, Images images, Scale scale, AblationOptions options, int batch, CancellationToken cancel)
    {
        List<long> ends = [];
        TrainOptions short3 = scale.Train with
        {
            Epochs = 3,
            WarmUpEpochs = 0,
            BatchSize = batch,
            Seed = 1,
            Threads = options.Threads,
            CancellationToken = cancel,
            Progress = new Told<FineTuneProgress>(_ => ends.Add(Stopwatch.GetTimestamp())),
        };
        Architecture darts = new(KnownGenotypes.DARTS_V2(scale.Search.Cells), scale.Search.InitialChannels);
        // As many of each class as there are rows for: a training needs two classes.
        double part = Math.Min(0.5, Math.Max(2.0, Steps * batch) / images.TrainCount);
        IDataView few = ml.SswpNas().MaskLabels(images.Train, "Label", part, seed: 1);
        int count = few.GetColumn<uint>("Label").Count(key => key != 0);
        using ArchitectureTrainTransformer trained = ml.SswpNas().Train(darts, options: short3).Fit(few);
        double fastest = Math.Min(
            Stopwatch.GetElapsedTime(ends[0], ends[1]).TotalSeconds, Stopwatch.GetElapsedTime(ends[1], ends[2]).TotalSeconds);
        return fastest / count;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
