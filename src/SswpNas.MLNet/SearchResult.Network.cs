using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet;

public sealed partial class SearchResult
{
    /// <summary>The derived encoder with the concomitant weights; the caller disposes of it.</summary>
    internal DerivedNetwork CreateNetwork()
    {
        RandomStream random = new(Seed, RandomPurpose.Weights);
        DerivedNetwork network = new(Macro, Genotype, classes: 0, ref random);
        TensorValues.Load(Weights, network);
        return network;
    }
}
