using SswpNas.MLNet.SearchSpace;
using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Training;

/// <summary>SGD with momentum and weight decay (Table 5).</summary>
internal sealed class SgdOptimizer(IReadOnlyList<Weight> weights, double momentum, double weightDecay, double clip)
    : WeightOptimizer(weights, clip)
{
    protected override void Move(Weight weight, float scale, float learningRate)
    {
        bool first = weight.Momentum is null;
        weight.Momentum ??= Zeros(weight);
        Span<float> w = Numbers(weight.Value), v = Numbers(weight.Momentum), g = Numbers(weight.Gradient!);
        float decay = (float)weightDecay, keep = first ? 0 : (float)momentum;
        for (int i = 0; i < w.Length; i++)
        {
            v[i] = (keep * v[i]) + (scale * g[i]) + (decay * w[i]);
            w[i] -= learningRate * v[i];
        }
    }

    protected override void MoveOnDevice(Weight weight, Tensor gradient, double learningRate)
    {
        using Scalar decay = weightDecay, keep = momentum, one = 1, step = -learningRate;
        gradient.add_(weight.Value, alpha: decay);
        if (weight.Momentum is null) weight.Momentum = gradient.clone().DetachFromDisposeScope();
        else weight.Momentum.mul_(keep).add_(gradient, alpha: one);
        weight.Value.add_(weight.Momentum, alpha: step);
    }
}
