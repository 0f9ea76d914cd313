using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SswpNas.MLNet.Training;

/// <summary>SGD with momentum and weight decay (Table 5).</summary>
internal sealed class SgdOptimizer(
    IReadOnlyList<Weight> weights, double momentum, double weightDecay, double clip, bool asynchronous = false)
    : WeightOptimizer(weights, clip, asynchronous)
{
    protected override void Move(Weight weight, float scale, float learningRate)
    {
        bool first = weight.Momentum is null;
        weight.Momentum ??= Zeros(weight);
        Span<float> w = Numbers(weight.Value), v = Numbers(weight.Momentum), g = Numbers(weight.Gradient!);
        float decay = (float)weightDecay, keep = first ? 0 : (float)momentum;
        TensorPrimitives.Multiply(v, keep, v);
        TensorPrimitives.MultiplyAdd(g, scale, v, v);
        TensorPrimitives.MultiplyAdd(w, decay, v, v);
        TensorPrimitives.MultiplyAdd(v, -learningRate, w, w);
    }

    protected override void MoveOnDevice(
        IReadOnlyList<Weight> moving, IReadOnlyList<Tensor> gradients, Tensor taken, double learningRate)
    {
        using Scalar one = 1;
        Tensor keep = Choose(taken, momentum, 1), decay = Choose(taken, weightDecay, 0), step = Choose(taken, -learningRate, 0);
        for (int i = 0; i < moving.Count; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            Weight weight = moving[i];
            weight.Momentum ??= Zeros(weight);
            weight.Momentum.mul_(keep).add_(gradients[i], alpha: one).addcmul_(weight.Value, decay, one);
            weight.Value.addcmul_(weight.Momentum, step, one);
        }
    }
}
