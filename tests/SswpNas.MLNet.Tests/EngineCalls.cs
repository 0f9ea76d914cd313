using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;

namespace SswpNas.MLNet.Tests;

internal static class EngineCalls
{
    /// <summary>A step and its loss, waited for.</summary>
    public static double Step(
        this NetworkEngine engine, INetworkBody body, IReadOnlyList<Weight> bodyWeights, ILossHead head, ImageBatch batch, Pass pass)
    {
        using LossValue loss = engine.ForwardBackward(body, bodyWeights, head, batch, pass);
        return loss.Fetch();
    }

    /// <summary>Images of random numbers.</summary>
    public static ImageBatch RandomBatch(int count, ImageShape shape, double most, int seed = 7)
    {
        RandomStream random = new(seed, RandomPurpose.Views);
        ImageBatch batch = new(count, shape);
        foreach (ref float pixel in batch.Pixels) pixel = (float)random.NextDouble(-most, most);
        return batch;
    }
}
