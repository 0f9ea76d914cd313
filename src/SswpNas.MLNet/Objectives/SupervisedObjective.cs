using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Objectives;

/// <summary>The search with labels (SL in Table 3): images as DARTS varies them, a linear classifier, cross entropy.</summary>
internal sealed class SupervisedObjective(
    TrainingAugmenter augmenter, LinearLayer classifier, IReadOnlyList<int> labels, double labelSmoothing) : IObjective
{
    private readonly ClassifierHead _head = new(classifier, labelSmoothing);

    public Layer Head => classifier;

    public int RowsPerImage => 1;

    public IReadOnlyList<Weight> Weights => _head.Weights;

    /// <summary>Remembers the images' labels for the loss, too.</summary>
    public void Render(
        PixelStore store, ReadOnlySpan<int> images, int seed, RandomPurpose purpose, long step, int side,
        Span<float> destination)
    {
        augmenter.Render(store, images, seed, step, destination, purpose, side);
        long[] batch = new long[images.Length];
        for (int i = 0; i < batch.Length; i++) batch[i] = labels[images[i]];
        _head.Labels = batch;
    }

    public Tensor Loss(Tensor features, WeightGradients? gradients) => _head.Loss(features, gradients);

    public void Dispose() => classifier.Dispose();
}
