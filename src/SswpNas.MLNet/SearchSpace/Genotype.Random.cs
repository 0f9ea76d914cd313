namespace SswpNas.MLNet;

/// <summary>What is drawn and not read.</summary>
public sealed partial class Genotype
{
    /// <summary>
    /// An architecture drawn at random: every cell on its own, two inputs a node and their operations all alike likely. The
    /// baseline of architecture search, with <see cref="SswpNasCatalog.Train(Architecture, string, string, TrainOptions)"/> or
    /// <see cref="SearchStrategy.Random"/>.
    /// </summary>
    /// <param name="cells">How many, at least 1.</param>
    /// <param name="seed">The same seed gives the same genotype.</param>
    /// <param name="limitSkipsAndPools">Whether a cell has at most 2 skips and 2 pools, as derived ones do.</param>
    /// <returns>The genotype.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="cells"/> is below 1.</exception>
    public static Genotype Random(int cells, int seed, bool limitSkipsAndPools = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cells, 1);
        RandomStream random = new(seed, RandomPurpose.Genotypes);
        return new RandomGenotypes(limitSkipsAndPools).Draw(cells, ref random);
    }
}
