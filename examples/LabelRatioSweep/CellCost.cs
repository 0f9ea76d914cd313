using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>What cells cost, by a trial of three epochs with two batches.</summary>
/// <param name="FineTune">How cells are fine-tuned.</param>
/// <param name="SecondsAnImage">Seconds of training an image once.</param>
/// <param name="ScoringSeconds">Seconds of judging a cell.</param>
/// <param name="MiB">Largest memory of this process after the trial, which has the cells' batch and network.</param>
internal sealed record CellCost(FineTuneOptions FineTune, double SecondsAnImage, double ScoringSeconds, double MiB)
{
    private const int Epochs = 3;
    private const int Scored = 200;

    // Judging an image is the forward third of training on it.
    private const double Forward = 1.0 / 3;

    public static CellCost Measure(
        MLContext ml, SweepImages images, Scale scale, SearchResult? search, FineTuneOptions options, CancellationToken cancel)
    {
        IDataView few = Few(ml, images.Labelled, 2 * options.BatchSize);
        List<TimeSpan> ends = [];
        Told<FineTuneProgress> progress = new(p => ends.Add(p.Elapsed));
        using ClassifierTransformer model = search is null
            ? FromLiterature(ml, scale, options, progress, cancel).Fit(few)
            : ml.SswpNas().FineTune("Label", "Pixels", options with
            {
                Initialization = WeightInitialization.Random,
                LearningRates = [options.LearningRates[0]],
                Epochs = Epochs,
                WarmUpEpochs = 0,
                Progress = progress,
                CancellationToken = cancel,
            }, search).Fit(few);
        // The first epoch warms up what is compiled and allocated.
        double trained = (ends[^1] - ends[0]).TotalSeconds / ((Epochs - 1) * Labels(few));
        long start = Stopwatch.GetTimestamp();
        IDataView some = ml.Data.TakeRows(images.Test, Scored);
        _ = ml.MulticlassClassification.Evaluate(model.Transform(some));
        double scoring = Stopwatch.GetElapsedTime(start).TotalSeconds * Images.Count(images.Test) / Images.Count(some);
        return new CellCost(options, trained, scoring, Machine.PeakMemoryMiB());
    }

    /// <summary>A fine-tuning on all labels; before it, where there is a choice of rates, one for each on a part of them.</summary>
    public double Seconds(int labels)
    {
        double runs = 1;
        if (FineTune.LearningRates.Count > 1)
            runs += FineTune.LearningRates.Count * (1 - FineTune.ValidationFraction + (Forward * FineTune.ValidationFraction));
        return (labels * FineTune.Epochs * runs * SecondsAnImage) + ScoringSeconds;
    }

    public static int Labels(IDataView rows) => rows.GetColumn<uint>("Label").Count(key => key != 0);

    private static IDataView Few(MLContext ml, IDataView labelled, int images)
    {
        double fraction = (double)images / Labels(labelled);
        return fraction >= 1 ? labelled : ml.SswpNas().MaskLabels(labelled, "Label", fraction, seed: 1);
    }

    private static ArchitectureTrainEstimator FromLiterature(
        MLContext ml, Scale scale, FineTuneOptions options, IProgress<FineTuneProgress> progress, CancellationToken cancel) =>
        ml.SswpNas().Train(
            new Architecture(KnownGenotypes.DARTS_V2(scale.Search.Cells), scale.Search.InitialChannels), "Label", "Pixels",
            new TrainOptions
            {
                Epochs = Epochs,
                BatchSize = options.BatchSize,
                LearningRate = options.LearningRates[0],
                DropPath = options.DropPath,
                CutoutLength = options.CutoutLength,
                AuxiliaryWeight = options.AuxiliaryWeight,
                Seed = 1,
                Device = options.Device,
                Threads = options.Threads,
                Progress = progress,
                CancellationToken = cancel,
            });
}
