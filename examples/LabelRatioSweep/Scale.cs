using SswpNas.MLNet;

namespace RatioSweep;

/// <summary>How much of everything.</summary>
internal sealed record Scale
{
    public static IReadOnlyList<string> Names { get; } = ["toy", "small", "paper", "smoke"];

    /// <summary>Images to search on, as many of each class; null for all there are.</summary>
    public int? SearchImages { get; private init; }

    /// <summary>Images to score.</summary>
    public int? TestImages { get; private init; }

    /// <summary>Images of the search, stratified, whose labels are the 100 % of the sweep; null for all.</summary>
    public int? LabelledImages { get; private init; }

    public required SearchOptions Search { get; init; }

    public required FineTuneOptions FineTune { get; init; }

    public static Scale Of(string name) => name switch
    {
        "paper" => new Scale
        {
            Search = SearchOptions.Paper,
            FineTune = FineTuneOptions.Paper with { LearningRates = [0.01, 0.1, 0.2] },
        },
        "small" => new Scale
        {
            SearchImages = 4000,
            TestImages = 2000,
            LabelledImages = 1000,
            Search = SearchOptions.Laptop with { Epochs = 60 },
            FineTune = FineTuneOptions.Laptop with { Epochs = 12, WarmUpEpochs = 2, LearningRates = [0.03, 0.1] },
        },
        "smoke" => new Scale
        {
            SearchImages = 400,
            TestImages = 200,
            LabelledImages = 200,
            Search = SearchOptions.Smoke,
            FineTune = FineTuneOptions.Smoke with { LearningRates = [0.03, 0.1] },
        },
        _ => new Scale
        {
            SearchImages = 2000,
            TestImages = 1000,
            LabelledImages = 500,
            Search = SearchOptions.Laptop with { Epochs = 18 },
            FineTune = FineTuneOptions.Laptop with { Epochs = 10, WarmUpEpochs = 2, LearningRates = [0.03, 0.1] },
        },
    };
}
