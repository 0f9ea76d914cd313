using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>SimCLR, the default: two random views of each image, a projection head, InfoNCE.</summary>
internal sealed class SimClrObjective(TwoViews views, ProjectionHead head, double temperature) : IObjective
{
    public Layer Head => head;

    public EmaTeacher? Teacher => null;

    public IReadOnlyList<Weight> Weights { get; } = NamedTensors.Weights(head);

    public ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side) =>
        views.Render(store, images, seed, purpose, step, side);

    public Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients)
    {
        using Tensor projections = head.Forward(features, gradients);
        return InfoNce.Loss(projections, temperature);
    }

    public void Dispose()
    {
        head.Dispose();
        views.Dispose();
    }
}
