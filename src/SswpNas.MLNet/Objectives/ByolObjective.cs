using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>
/// BYOL: two random views of each image, a projection and a predictor, the distance to a moving average's projection of the
/// other view. Student and teacher take the same paths in a step. The published code takes its architecture steps on the
/// half of the images that weights are trained on; here they are taken on the other half, as with every objective.
/// </summary>
internal sealed class ByolObjective(
    ViewRenderer views, ByolHead head, EmaTeacher teacher, DeviceViews? onDevice = null) : IObjective
{
    public DeviceViews? OnDevice => onDevice;

    public Layer Head => head;

    public int RowsPerImage => 2;

    public IReadOnlyList<Weight> Weights { get; } = NamedTensors.Weights(head);

    public EmaTeacher? Teacher => teacher;

    public void Render(
        PixelStore store, ReadOnlySpan<int> images, int seed, RandomPurpose purpose, long step, int side,
        Span<float> destination) =>
        views.Render(store, images, seed, purpose, step, side, destination);

    public Tensor Loss(Tensor features, WeightGradients? gradients)
    {
        TorchExecution run = new(new TorchPass { Training = true, Gradients = gradients });
        using Tensor targets = teacher.Projections();
        using Tensor predictions = head.Forward(run, features);
        return SelfDistillation.Loss(predictions, targets);
    }

    public void Dispose()
    {
        head.Dispose();
        teacher.Dispose();
        onDevice?.Dispose();
    }
}
