using SswpNas.MLNet;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;

namespace SswpNasTool.Training;

/// <summary>From what was asked for and chosen to the options of search and fine-tuning.</summary>
/// <param name="Request">What the command line asks for.</param>
/// <param name="Settings">What was chosen.</param>
/// <param name="HasUnlabelled">Whether there are images without a label.</param>
internal sealed record Recipe(TrainRequest Request, TrainSettings Settings, bool HasUnlabelled)
{
    private const int EpochsToACheckpoint = 5;

    /// <summary>From this side in pixels on the network reduces images first: 96 would take nine times as long as 32 otherwise.</summary>
    public const int SmallestForStrides = 96;

    /// <summary>The column of the fine-tuned network's features in the model.</summary>
    public const string Features = "Features";

    /// <summary>What the network does to images of a size first.</summary>
    public static StemKind Stem(int imageSize) =>
        imageSize >= SmallestForStrides && imageSize % (1 << Network(StemKind.Strided, imageSize).Halvings) == 0 ? StemKind.Strided : StemKind.Cifar;

    /// <summary>The side in pixels of what the cells see of images of a size.</summary>
    public static int CellSide(int imageSize) => imageSize >> Network(Stem(imageSize), imageSize).StemHalvings;

    public SearchOptions Search(IProgress<SearchProgress>? progress, string? checkpoints, CancellationToken cancel) =>
        (Request.Smoke ? SearchOptions.Smoke : SearchOptions.Laptop) with
        {
            Epochs = Settings.Epochs,
            InitialChannels = Settings.Channels,
            Stem = Settings.Stem,
            BatchSize = Settings.BatchSize,
            Seed = Request.Seed,
            Threads = Request.Threads,
            Progress = progress,
            Checkpoints = Checkpoints(checkpoints),
            CancellationToken = cancel,
        };

    public FineTuneOptions FineTune(IProgress<FineTuneProgress>? progress, string? checkpoints, CancellationToken cancel)
    {
        FineTuneOptions preset = Request.Smoke ? FineTuneOptions.Smoke : FineTuneOptions.Laptop;
        bool isTaught = Request.Teacher is not null;
        return preset with
        {
            Epochs = Settings.FineTuneEpochs,
            WarmUpEpochs = Math.Min(preset.WarmUpEpochs, Settings.FineTuneEpochs / 5),
            MinimumSteps = Settings.LabelSteps,
            Unlabelled = isTaught ? UnlabelledImages.Teacher : HasUnlabelled ? UnlabelledImages.PseudoLabels : UnlabelledImages.Ignore,
            TeacherColumnName = isTaught ? SswpNas.MLNet.Examples.Teacher.Column : null,
            SemiSupervised = preset.SemiSupervised with { Steps = Settings.UnlabelledSteps },
            Rejection = new RejectionOptions { Precision = Request.Precision },
            Calibrate = false,    // by the cross-validation, which knows all labels
            FeaturesColumnName = Features,
            Seed = Request.Seed,
            Threads = Request.Threads,
            Progress = progress,
            Checkpoints = Checkpoints(checkpoints),
            CancellationToken = cancel,
        };
    }

    /// <summary>A fine-tuning of which nothing is chosen any more: it keeps no labels back, so it names a class for every image.</summary>
    public FineTuneOptions Chosen(double learningRate, IProgress<FineTuneProgress>? progress, string? checkpoints, CancellationToken cancel)
    {
        FineTuneOptions options = FineTune(progress, checkpoints, cancel);
        return options with
        {
            LearningRates = [learningRate],
            Rejection = new RejectionOptions(),
            FeaturesColumnName = null,
            SemiSupervised = options.SemiSupervised with { ComparesWithPlain = false },
        };
    }

    private static MacroStructure Network(StemKind stem, int imageSize) =>
        new(stem, SearchOptions.Laptop.InitialChannels, SearchOptions.Laptop.Cells, new ImageShape(3, imageSize, imageSize));

    private static CheckpointOptions? Checkpoints(string? folder) =>
        folder is null ? null : new CheckpointOptions { Folder = folder, EveryEpochs = EpochsToACheckpoint };
}
