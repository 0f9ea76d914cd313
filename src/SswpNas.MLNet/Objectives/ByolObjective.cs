using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>
/// BYOL: two random views of each image, a projection and a predictor, the distance to a moving average's projection of the
/// other view. Student and teacher take the same paths in a step. The published code takes its architecture steps on the
/// half of the images that weights are trained on; here they are taken on the other half, as with every objective.
/// </summary>
internal sealed class ByolObjective(TwoViews views, ByolHead head, EmaTeacher teacher) : IObjective
{
    public Layer Head => head;

    public EmaTeacher? Teacher => teacher;

    public IReadOnlyList<Weight> Weights { get; } = NamedTensors.Weights(head);

    public ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side) =>
        views.Render(store, images, seed, purpose, step, side);

    public Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients)
    {
        using Tensor targets = teacher.Project(batch.TeacherFeatures
            ?? throw new ArgumentException("The batch has no features of the teacher; those of the same views were expected."));
        using Tensor predictions = head.Forward(features, gradients);
        return SelfDistillation.Loss(predictions, targets);
    }

    public void Dispose()
    {
        head.Dispose();
        teacher.Dispose();
        views.Dispose();
    }
}
