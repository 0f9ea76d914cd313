using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Search.Strategies;

/// <summary>
/// Scores architectures without training any: a forward pass of some images through the supernet's first weights along
/// the architecture's paths (SWAP-Score, arXiv 2403.04161).
/// </summary>
/// <param name="supernet">With the weights that it begins with.</param>
/// <param name="images">Normalised images where the supernet is, [images, channels, height, width].</param>
internal sealed class SwapScore(Supernet supernet, Tensor images)
{
    /// <summary>More is better: how many different activation patterns the network's units show. Any number of threads may ask.</summary>
    public double Of(Genotype genotype)
    {
        using Libtorch.ThreadCount one = Libtorch.Threads(1);
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        ActivationPatterns patterns = new();
        TorchExecution run = new(Pass.BatchStatistics) { BeforeRelu = patterns.Add };
        supernet.Forward(run, images.alias(), [.. genotype.Cells.Select(CellPath.Of)]);
        return patterns.Distinct();
    }
}
