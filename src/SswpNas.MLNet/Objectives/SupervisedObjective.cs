using SswpNas.MLNet.Data.Views;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>The search with labels (SL in Table 3): images as DARTS varies them, a linear classifier, cross entropy.</summary>
internal sealed class SupervisedObjective(
    TrainingAugmenter augmenter, LinearLayer classifier, IReadOnlyList<int> labels, double labelSmoothing,
    Ranks? ranks = null) : IObjective
{
    private readonly ClassifierHead _head = new(classifier, labelSmoothing);

    public Layer Head => classifier;

    public EmaTeacher? Teacher => null;

    public IReadOnlyList<Weight> Weights => _head.Weights;

    public ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side)
    {
        ImageBatch batch = new((ranks ?? Ranks.Single).Share(images.Length), new ImageShape(store.Shape.Channels, side, side))
        {
            Labels = [.. images.Select(image => (long)labels[image])],
        };
        augmenter.Render(store, images, seed, step, batch.Pixels, purpose, side, batch.Rows);
        return batch;
    }

    public Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients) => _head.Loss(features, batch, gradients);

    public void Dispose() => classifier.Dispose();
}
