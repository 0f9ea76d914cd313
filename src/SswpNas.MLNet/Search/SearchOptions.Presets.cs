namespace SswpNas.MLNet;

public sealed partial record SearchOptions
{
    /// <summary>The paper's CIFAR search: 20 cells of 36 channels, 300 epochs of batch 96. Days on a CPU.</summary>
    public static SearchOptions Paper { get; } = new();

    /// <summary>The paper's search on CIFAR-10: <see cref="Paper"/>.</summary>
    public static SearchOptions Cifar10 { get; } = Paper;

    /// <summary>The paper's search on CIFAR-100: that of CIFAR-10.</summary>
    public static SearchOptions Cifar100 { get; } = Paper;

    /// <summary>
    /// A proxy-free search on Tiny-ImageNet's images of 64 x 64 pixels: Table 5 has no column of its own for it, so this is the
    /// CIFAR column's.
    /// </summary>
    public static SearchOptions TinyImageNet { get; } = Paper;

    /// <summary>
    /// The paper's ImageNet search: 14 cells of 48 channels behind a stem that halves images of 224 x 224 pixels three times,
    /// 100 epochs (or 50) of batch 256, at least 10 of them warm-up. Days on a large GPU.
    /// </summary>
    public static SearchOptions ImageNet { get; } = new()
    {
        Stem = StemKind.ImageNet,
        InitialChannels = 48,
        Cells = 14,
        Epochs = 100,
        MinimumWarmUpEpochs = 10,
        BatchSize = 256,
    };

    /// <summary>
    /// Small images on two CPU cores in minutes: 3 cells of 8 channels, most epochs spent on the found network and at half
    /// the resolution, Adam, views of larger crops and stronger colour changes than the paper's. At least 320 images, or a
    /// smaller batch.
    /// </summary>
    public static SearchOptions Laptop { get; } = new()
    {
        InitialChannels = 8,
        Cells = 3,
        Epochs = 100,
        Phases = new PhaseSplit(0.3, 0.4, 0.3),
        FinalTrainingFraction = 0.85,
        LowResolutionFraction = 0.85,
        MinimumWarmUpEpochs = 0,
        BatchSize = 64,
        Optimizer = OptimizerKind.Adam,
        LearningRate = 3e-3,
        WeightDecay = 3e-3,
        ArchitectureLearningRate = 0.03,
        ArchitectureFraction = 0.2,
        Temperature = 0.2,
        NormaliseProjection = true,
        DeriveFrozenCells = true,
        Views = new ViewOptions { MinimumCropArea = 0.4, JitterProbability = 0.8 },
    };

    /// <summary>Seconds: 3 cells of 4 channels, 4 epochs, one a phase. For trying a pipeline, not for a good network.</summary>
    public static SearchOptions Smoke { get; } = Laptop with
    {
        InitialChannels = 4,
        Cells = 3,
        Epochs = 4,
        BatchSize = 16,
        Phases = new PhaseSplit(0.34, 0.32, 0.34),
        FinalTrainingFraction = 0.25,
    };
}
