using SswpNas.MLNet.Search.Strategies;

namespace SswpNas.MLNet;

/// <summary>Settings of the strategies <see cref="SearchStrategy.TrainingFree"/> and <see cref="SearchStrategy.Hybrid"/>.</summary>
public sealed record TrainingFreeOptions
{
    /// <summary>Architectures that are scored, 2 to 1,000,000. Default: 2,000.</summary>
    public int Architectures { get; init; } = 2000;

    /// <summary>
    /// Architectures that evolve (regularised evolution): a new one is the best of a quarter of them with one edge changed, and
    /// takes the place of the oldest. 2 to <see cref="Architectures"/>. Default: 100.
    /// </summary>
    public int Population { get; init; } = 100;

    /// <summary>Images on which the ReLUs are looked at, 2 to 64; as many as there are, if there are fewer. Default: 32.</summary>
    public int Images { get; init; } = 32;

    /// <summary>
    /// How decided the alphas of <see cref="SearchStrategy.Hybrid"/> begin: 1 (default) gives an operation the probability that it has
    /// among the architectures that evolved, less a more even one. Above 0.
    /// </summary>
    public double AlphaScale { get; init; } = 1;

    internal IEnumerable<string> Problems(string owner)
    {
        List<string> found = [];
        OptionCheck check = new(found, owner);
        check.Count(Architectures, nameof(Architectures), 2);
        check.Count(Population, nameof(Population), 2, Architectures);
        check.Count(Images, nameof(Images), 2, ActivationPatterns.MostImages);
        check.Positive(AlphaScale, nameof(AlphaScale));
        return found;
    }
}
