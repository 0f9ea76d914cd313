using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>BYOL's head of the student: a projection, and a predictor of the teacher's projection of the other view.</summary>
internal sealed class ByolHead : Layer
{
    public ByolHead(int features, int size, bool normalise, int predictorSize, ref RandomStream random)
    {
        Projector = new ProjectionHead(features, ref random, size, normalise);
        Predictor = new ProjectionHead(size, ref random, size, normalise, predictorSize);
    }

    public ProjectionHead Projector { get; }

    public ProjectionHead Predictor { get; }

    /// <summary>From features, [images, d], to predictions, [images, projection].</summary>
    public Tensor Forward(Tensor features, WeightGradients? gradients)
    {
        using Tensor projections = Projector.Forward(features, gradients);
        return Predictor.Forward(projections, gradients);
    }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        Projector.Visit(prefix + "projector.", visit);
        Predictor.Visit(prefix + "predictor.", visit);
    }
}
