using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>What the command line asks for; null stands for a default of the data or the preset.</summary>
internal sealed record QuickstartOptions
{
    private const int LargestSide = 64;
    private const int LargestReducedSide = 128;    // where the stem reduces it

    // The embedded set is a demonstration of a few minutes; images of one's own are worth half an hour.
    private const int EpochsOnOwnData = 150;
    private const int ChannelsOnOwnData = 16;

    private const int EpochsToACheckpoint = 5;

    // The smoke preset only shows that all works.
    private const int SmokeSteps = 30;

    private const double AnyQuarter = 0.75;

    public required string? Data { get; init; }

    public required string? TestData { get; init; }

    public required int? Limit { get; init; }

    public required double LabelFraction { get; init; }

    /// <summary>Whether images without a label take part in fine-tuning.</summary>
    public required bool Unlabelled { get; init; }

    /// <summary>resnet18 or an ONNX file; null for no teacher.</summary>
    public required string? Teacher { get; init; }

    /// <summary>Whether a linear classifier on ResNet-18's features is trained for comparison.</summary>
    public required bool Rival { get; init; }

    /// <summary>What the fine-tuning with them is called in what the program says.</summary>
    public string UnlabelledName => Teacher is null ? "semi-supervised" : "taught";

    public required string Preset { get; init; }

    /// <summary>How the search comes to its architecture; null for the preset's way.</summary>
    public required SearchStrategy? Strategy { get; init; }

    public required int? SearchEpochs { get; init; }

    public required int? FineTuneEpochs { get; init; }

    public required int? Channels { get; init; }

    public required int? Cells { get; init; }

    public required int? ImageSize { get; init; }

    /// <summary>The stem of the network; null for the preset's.</summary>
    public required StemKind? Stem { get; init; }

    /// <summary>Whether images have no up and down.</summary>
    public required bool AnyOrientation { get; init; }

    public required int? Batch { get; init; }

    public required int Seed { get; init; }

    public required string Device { get; init; }

    public required int? Threads { get; init; }

    public required string Output { get; init; }

    public required Verbosity Verbosity { get; init; }

    /// <summary>The image side is a multiple of it, from twice of it on: the network halves images twice, its stem those that it is for.</summary>
    public int SideStep => (Stem ?? SearchPreset.Stem) switch
    {
        StemKind.Strided => 16,
        StemKind.ImageNet => 32,
        _ => 4,
    };

    private SearchOptions SearchPreset => Preset switch
    {
        "paper" => SearchOptions.Paper,
        "smoke" => SearchOptions.Smoke,
        _ => SearchOptions.Laptop,
    };

    /// <summary>The side in pixels to which images are brought.</summary>
    /// <param name="images">Those of the user.</param>
    public int SideOf(Images images) => ImageSize ?? images.UsualSize(SideStep, SideStep == 4 ? LargestSide : LargestReducedSide);

    /// <summary>What can be said of the image side before images are read.</summary>
    /// <exception cref="UsageException">The network cannot halve it so often.</exception>
    public void CheckSide()
    {
        if (ImageSize is int side && (side % SideStep != 0 || side < 2 * SideStep))
        {
            throw new UsageException(
                $"--image-size is {side}; with the {Stem ?? SearchPreset.Stem} stem a multiple of {SideStep} from {2 * SideStep} on was expected.");
        }
    }

    /// <summary>The preset's search with what the command line changes.</summary>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="checkpoints">Folder of the run's checkpoints; null keeps none.</param>
    /// <param name="cancel">Stops it.</param>
    public SearchOptions Search(IProgress<SearchProgress> progress, string? checkpoints, CancellationToken cancel)
    {
        SearchOptions preset = SearchPreset;
        bool own = Data is not null && preset == SearchOptions.Laptop;
        int epochs = SearchEpochs ?? (own ? EpochsOnOwnData : preset.Epochs);
        return preset with
        {
            Epochs = epochs,
            Strategy = Strategy ?? preset.Strategy,
            Views = AnyOrientation ? preset.Views with { Rotate90Probability = AnyQuarter } : preset.Views,
            MinimumWarmUpEpochs = Proportional(preset.MinimumWarmUpEpochs, epochs, preset.Epochs),
            InitialChannels = Channels ?? (own ? ChannelsOnOwnData : preset.InitialChannels),
            Cells = Cells ?? preset.Cells,
            Stem = Stem ?? preset.Stem,
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
    /// <param name="initialization">Which weights it starts from.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="checkpoints">Folder of the run's checkpoints; null keeps none.</param>
    /// <param name="cancel">Stops it.</param>
    public FineTuneOptions FineTune(
        WeightInitialization initialization, IProgress<FineTuneProgress> progress, string? checkpoints, CancellationToken cancel)
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
            Initialization = initialization,
            Rotate90Probability = AnyOrientation ? AnyQuarter : preset.Rotate90Probability,
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

    /// <summary>A fine-tuning in which images without a label take part, taught where there is a teacher.</summary>
    /// <param name="plain">The fine-tuning with labels alone.</param>
    /// <param name="learningRate">The rate that was chosen for that, so that it is not chosen again; null leaves its rates.</param>
    public FineTuneOptions WithUnlabelled(FineTuneOptions plain, double? learningRate)
    {
        SemiSupervisedOptions semi = plain.SemiSupervised;
        return plain with
        {
            LearningRates = learningRate is double rate ? [rate] : plain.LearningRates,
            Unlabelled = Teacher is null ? UnlabelledImages.PseudoLabels : UnlabelledImages.Teacher,
            TeacherColumnName = Teacher is null ? null : SswpNas.MLNet.Examples.Teacher.Column,
            SemiSupervised = semi with
            {
                // A teacher has more to say than the labels.
                Steps = Preset == "smoke" ? SmokeSteps : Teacher is null ? semi.Steps : 3 * semi.Steps,
                Views = AnyOrientation ? semi.Views with { Rotate90Probability = AnyQuarter } : semi.Views,
            },
        };
    }

    private static CheckpointOptions? Checkpoints(string? folder) =>
        folder is null ? null : new CheckpointOptions { Folder = folder, EveryEpochs = EpochsToACheckpoint };

    // A shorter run keeps the preset's proportions; a longer one does not stretch its warm-up.
    private static int Proportional(int warmUp, int epochs, int presetEpochs) =>
        (int)Math.Min(warmUp, (long)warmUp * epochs / presetEpochs);
}
