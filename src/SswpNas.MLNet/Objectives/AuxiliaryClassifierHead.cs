using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>The classifier's loss, and a part of an auxiliary head's on the same labels (Table 5).</summary>
internal sealed class AuxiliaryClassifierHead(ClassifierHead main, AuxiliaryTower tower, double weight, int features) : ILossHead
{
    public IReadOnlyList<Weight> Weights { get; } = [.. main.Weights, .. NamedTensors.Weights(tower)];

    public Tensor Loss(Tensor input, ImageBatch batch, WeightGradients? gradients)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor loss = main.Loss(input[.., ..features], batch, gradients);
        Tensor logits = tower.Forward(input[.., features..], gradients);
        using Scalar share = weight;
        return TensorMath.Add(loss, main.CrossEntropy(logits, batch).mul(share)).MoveToOuterDisposeScope();
    }
}
