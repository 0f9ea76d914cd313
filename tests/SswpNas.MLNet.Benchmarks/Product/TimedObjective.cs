using System.Diagnostics;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Benchmarks.Product;

/// <summary>
/// The product's objective with a look at the clock around its rendering. Views that a device computes are not waited for:
/// their time is in that of the steps.
/// </summary>
internal sealed class TimedObjective(IObjective objective) : IObjective
{
    /// <summary>Seconds in which views were rendered since <see cref="Reset"/>.</summary>
    public double Views { get; private set; }

    public Layer Head => objective.Head;

    public EmaTeacher? Teacher => objective.Teacher;

    public IReadOnlyList<Weight> Weights => objective.Weights;

    public void Reset() => Views = 0;

    public ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side)
    {
        long start = Stopwatch.GetTimestamp();
        ImageBatch batch = objective.Render(store, images, seed, purpose, step, side);
        Views += Stopwatch.GetElapsedTime(start).TotalSeconds;
        return batch;
    }

    public Tensor Loss(Tensor features, ImageBatch batch, WeightGradients? gradients) => objective.Loss(features, batch, gradients);

    public void Dispose() => objective.Dispose();
}
