using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>What the command line asks for; null stands for a default of the data or the preset.</summary>
internal sealed record QuickstartOptions
{
    // The embedded set is a demonstration of a few minutes; images of one's own are worth half an hour.
    private const int EpochsOnOwnData = 200;

    private const int EpochsToACheckpoint = 5;
    private const double TurnProbability = 0.75; // all four positions alike

    public required string? Data { get; init; }

    public required string? TestData { get; init; }

    public required int? Limit { get; init; }

    public required double LabelFraction { get; init; }

    public required string Preset { get; init; }

    public required int? SearchEpochs { get; init; }

    public required int? FineTuneEpochs { get; init; }

    public required int? Channels { get; init; }

    public required int? Cells { get; init; }

    public required int? ImageSize { get; init; }

    /// <summary>Whether images have no up and down.</summary>
    public required bool AnyOrientation { get; init; }

    /// <summary>Whether fine-tuning learns from images without a label.</summary>
    public required bool UsesUnlabelled { get; init; }

    /// <summary>The pre-trained network that teaches; null for none.</summary>
    public required string? Teacher { get; init; }

    /// <summary>Whether the pre-trained ResNet-18 is scored too.</summary>
    public required bool Rival { get; init; }

    public required int? Batch { get; init; }

    public required int Seed { get; init; }

    public required string Device { get; init; }

    public required int? Threads { get; init; }

    public required string Output { get; init; }

    public required Verbosity Verbosity { get; init; }

    /// <summary>The preset's search with what the command line changes.</summary>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="checkpoints">Folder of the run's checkpoints; null keeps none.</param>
    /// <param name="cancel">Stops it.</param>
    public SearchOptions Search(IProgress<SearchProgress> progress, string? checkpoints, CancellationToken cancel)
    {
        SearchOptions preset = Preset switch
        {
            "paper" => SearchOptions.Paper,
            "smoke" => SearchOptions.Smoke,
            _ => SearchOptions.Laptop,
        };
        int usual = Data is not null && preset == SearchOptions.Laptop ? EpochsOnOwnData : preset.Epochs;
        int epochs = SearchEpochs ?? usual;
        return preset with
        {
            Epochs = epochs,
            Views = Turned(preset.Views),
            MinimumWarmUpEpochs = Proportional(preset.MinimumWarmUpEpochs, epochs, preset.Epochs),
            InitialChannels = Channels ?? preset.InitialChannels,
            Cells = Cells ?? preset.Cells,
            BatchSize = Batch ?? preset.BatchSize,
            Seed = Seed,
            Device = Device,
            Threads = Threads,
            Progress = progress,
            Checkpoints = Checkpoints(checkpoints),
            CancellationToken = cancel,
        };
    }

    /// <summary>The preset's fine-tuning with what the command line changes.</summary>
    /// <param name="start">Which weights it starts from, and what images without a label are for.</param>
    /// <param name="learningRate">The learning rate of trainings with labels alone; null tries the preset's.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="checkpoints">Folder of the run's checkpoints; null keeps none.</param>
    /// <param name="cancel">Stops it.</param>
    public FineTuneOptions FineTune(
        Start start, double? learningRate, IProgress<FineTuneProgress> progress, string? checkpoints, CancellationToken cancel)
    {
        FineTuneOptions preset = Preset switch
        {
            "paper" => FineTuneOptions.Paper with { LearningRates = FineTuneOptions.Laptop.LearningRates },
            "smoke" => FineTuneOptions.Smoke,
            _ => FineTuneOptions.Laptop,
        };
        int epochs = FineTuneEpochs ?? preset.Epochs;
        return preset with
        {
            Initialization = start.Initialization,
            Unlabelled = start.Unlabelled,
            TeacherColumnName = start.IsTaught ? PretrainedNetwork.Column : null,
            LearningRates = learningRate is double rate ? [rate] : preset.LearningRates,
            Rotate90Probability = AnyOrientation ? TurnProbability : 0,
            SemiSupervised = SemiSupervised(preset.SemiSupervised, start),
            Epochs = epochs,
            WarmUpEpochs = Proportional(preset.WarmUpEpochs, epochs, preset.Epochs),
            Seed = Seed,
            Device = Device,
            Threads = Threads,
            Progress = progress,
            Checkpoints = Checkpoints(checkpoints),
            CancellationToken = cancel,
        };
    }

    private SemiSupervisedOptions SemiSupervised(SemiSupervisedOptions preset, Start start) => preset with
    {
        // A teacher has more to say than the labels.
        Steps = start.IsTaught ? preset.Steps * 3 / 2 : preset.Steps,
        Views = Turned(preset.Views),
        TruthColumnName = Pipeline.TruthColumn,
    };

    private ViewOptions Turned(ViewOptions views) => AnyOrientation ? views with { Rotate90Probability = TurnProbability } : views;

    private static CheckpointOptions? Checkpoints(string? folder) =>
        folder is null ? null : new CheckpointOptions { Folder = folder, EveryEpochs = EpochsToACheckpoint };

    // A shorter run keeps the preset's proportions; a longer one does not stretch its warm-up.
    private static int Proportional(int warmUp, int epochs, int presetEpochs) =>
        (int)Math.Min(warmUp, (long)warmUp * epochs / presetEpochs);
}
