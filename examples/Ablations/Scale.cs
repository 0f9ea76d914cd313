using SswpNas.MLNet;

namespace Ablations;

/// <summary>How large everything is: the same comparison in minutes or in weeks.</summary>
internal sealed record Scale
{
    public const string Toy = "toy";
    public const string Small = "small";
    public const string Paper = "paper";
    public const string Smoke = "smoke";

    public static IReadOnlyList<string> Names { get; } = [Toy, Small, Paper, Smoke];

    public required string Name { get; init; }

    /// <summary>SSL+FPP, the method itself, of which the rows of table 3 each change something.</summary>
    public required SearchOptions Search { get; init; }

    /// <summary>The search whose concomitant weights table 4 fine-tunes.</summary>
    public required SearchOptions WeightSearch { get; init; }

    /// <summary>How a found architecture is trained from scratch.</summary>
    public required TrainOptions Train { get; init; }

    public required FineTuneOptions FineTune { get; init; }

    /// <summary>The search of the tables that compare strategies.</summary>
    public required SearchOptions StrategySearch { get; init; }

    /// <summary>How what they choose is fine-tuned.</summary>
    public FineTuneOptions StrategyFineTune { get; init; } = FineTuneOptions.Laptop;

    /// <summary>The labels that they have, of those of the images to train on.</summary>
    public double FewLabels { get; init; } = 0.1;

    /// <summary>The rows of table 4a.</summary>
    public IReadOnlyList<double> LearningRates { get; init; } = [0.01, 0.025, 0.1, 0.2, 0.5];

    /// <summary>The learning rate of table 4b.</summary>
    public required double GainLearningRate { get; init; }

    /// <summary>The labels that fine-tuning sees, of those of the images to train on.</summary>
    public double LabelFraction { get; init; } = 0.5;

    /// <summary>Images of a data set that are used where --limit says nothing.</summary>
    public int? Images { get; init; }

    /// <summary>The part of class folders that is held back and scored.</summary>
    public double TestFraction { get; init; } = 0.2;

    /// <summary>
    /// The images that a step is timed with: on a CPU fewer of them the larger the network is, so that an estimate takes a minute;
    /// an accelerator needs the whole batch to be busy.
    /// </summary>
    public int TimedBatch(bool onGpu) =>
        onGpu ? Search.BatchSize : Math.Clamp(2400 / (Search.Cells * Search.InitialChannels), 4, Search.BatchSize);

    public static Scale Of(AblationOptions options)
    {
        Scale scale = options.Scale switch
        {
            Paper => OfPaper,
            Small => OfSmall,
            Smoke => OfSmoke,
            _ => OfToy,
        };
        return scale with
        {
            Search = scale.Search.For(options),
            WeightSearch = scale.WeightSearch.For(options),
            StrategySearch = scale.StrategySearch.For(options),
            StrategyFineTune = scale.StrategyFineTune with { Device = options.Device },
            Train = scale.Train with { Device = options.Device },
            FineTune = scale.FineTune with { Device = options.Device },
        };
    }

    private static Scale OfPaper { get; } = new()
    {
        Name = Paper,
        Search = SearchOptions.Paper,
        WeightSearch = SearchOptions.Paper,
        StrategySearch = SearchOptions.Paper,
        StrategyFineTune = FineTuneOptions.Cifar10,
        Train = TrainOptions.Cifar10,
        FineTune = FineTuneOptions.Cifar100,
        GainLearningRate = 0.2,
    };

    private static Scale OfToy { get; } = new()
    {
        Name = Toy,
        Search = OnLaptop(epochs: 20, channels: 8),
        WeightSearch = SearchOptions.Laptop with { Epochs = 40 },
        StrategySearch = SearchOptions.Laptop,
        Train = TrainOptions.Laptop with { Epochs = 12, WarmUpEpochs = 1 },
        FineTune = FineTuneOptions.Laptop with { Epochs = 10, WarmUpEpochs = 1 },
        GainLearningRate = 0.1,
    };

    private static Scale OfSmall { get; } = new()
    {
        Name = Small,
        Search = OnLaptop(epochs: 40, channels: 12),
        WeightSearch = SearchOptions.Laptop with { InitialChannels = 12, Epochs = 80 },
        StrategySearch = SearchOptions.Laptop with { Epochs = 200 },
        Train = TrainOptions.Laptop with { Epochs = 24, WarmUpEpochs = 2 },
        FineTune = FineTuneOptions.Laptop with { Epochs = 20, WarmUpEpochs = 2 },
        GainLearningRate = 0.1,
        Images = 5000,
        TestFraction = 0.4,
    };

    private static Scale OfSmoke { get; } = new()
    {
        Name = Smoke,
        Search = SearchOptions.Smoke with { FinalTrainingFraction = 0 },
        WeightSearch = SearchOptions.Smoke,
        StrategySearch = SearchOptions.Smoke with { TrainingFree = new TrainingFreeOptions { Architectures = 32, Population = 16 } },
        StrategyFineTune = FineTuneOptions.Smoke,
        FewLabels = 0.5,
        Train = TrainOptions.Smoke,
        FineTune = FineTuneOptions.Smoke,
        LearningRates = [0.05, 0.2],
        GainLearningRate = 0.2,
        TestFraction = 0.4,
    };

    /// <summary>
    /// The laptop's search with its three phases over all epochs, where the preset spends most of them on the found
    /// network, and with all 14 edges of frozen cells: table 3 is about which architecture is found, not about the weights that
    /// come with it.
    /// </summary>
    private static SearchOptions OnLaptop(int epochs, int channels) => SearchOptions.Laptop with
    {
        InitialChannels = channels,
        Epochs = epochs,
        FinalTrainingFraction = 0,
        DeriveFrozenCells = false,
    };
}

file static class Searches
{
    /// <summary>The embedded parts lie in any direction.</summary>
    public static SearchOptions For(this SearchOptions search, AblationOptions options) => search with
    {
        Device = options.Device,
        Views = options.Data is null ? search.Views with { Rotate90Probability = 0.75 } : search.Views,
    };
}
