using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>SimCLR, the default: two random views of each image, a projection head, InfoNCE.</summary>
internal sealed class SimClrObjective(
    ViewRenderer views, ProjectionHead head, double temperature, DeviceViews? onDevice = null) : IObjective
{
    public DeviceViews? OnDevice => onDevice;

    public Layer Head => head;

    public int RowsPerImage => 2;

    public IReadOnlyList<Weight> Weights { get; } = NamedTensors.Weights(head);

    public void Render(
        PixelStore store, ReadOnlySpan<int> images, int seed, RandomPurpose purpose, long step, int side,
        Span<float> destination) => views.Render(store, images, seed, purpose, step, side, destination);

    public Tensor Loss(Tensor features, WeightGradients? gradients)
    {
        TorchExecution run = new(new TorchPass { Training = true, Gradients = gradients });
        using Tensor projections = head.Forward(run, features);
        return InfoNce.Loss(projections, temperature);
    }

    public void Dispose()
    {
        head.Dispose();
        onDevice?.Dispose();
    }
}
