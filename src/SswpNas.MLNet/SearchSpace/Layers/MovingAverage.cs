using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>A moving average (EMA) of a network's weights, in another network of the same form.</summary>
internal static class MovingAverage
{
    /// <summary>Each averaged weight keeps a part of itself and takes a part of the other.</summary>
    public static void Move(IEnumerable<(Weight From, Weight To)> weights, double kept, double taken)
    {
        using IDisposable noGrad = no_grad();
        using Scalar own = kept, other = taken;
        foreach ((Weight from, Weight to) in weights) to.Value.mul_(own).add_(from.Value, alpha: other);
    }
}
