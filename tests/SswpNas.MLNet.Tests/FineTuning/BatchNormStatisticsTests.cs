using SswpNas.MLNet.Data;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.FineTuning.SemiSupervised;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Training.Engines;
using Microsoft.ML;
using TorchSharp;

namespace SswpNas.MLNet.Tests.FineTuning;

[TestClass]
public sealed class BatchNormStatisticsTests
{
    /// <summary>
    /// After one batch by its own statistics, the same batch by running ones gives the same but for n / (n - 1), which the deeper
    /// layers' 240 values leave at half a percent each.
    /// </summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void OneBatchIsSeenByRunningStatisticsAsByItsOwn(bool managedKernels)
    {
        PixelStore pixels = PixelReader.Read(new Stripes().View(new MLContext(1)), "Pixels");
        FoundNetwork found = Tiny.Found.Network;
        RandomStream random = new(1, RandomPurpose.Weights);
        using DerivedNetwork network = new(found.Macro, found.Genotype, 3, ref random);
        using NetworkEngine engine = NetworkEngine.Create(torch.CPU, 1, managedKernels);
        PlainRenderer plain = new(found.Normalization);
        int[] images = [.. Enumerable.Range(0, pixels.Count)];
        using ImageBatch batch = new(images.Length, pixels.Shape);
        plain.Render(pixels, images, batch.Pixels);
        using torch.Tensor own = engine.Forward(new DerivedBody(network), batch, Pass.BatchStatistics);

        BatchNormStatistics.Recompute(network, pixels, plain, images, engine, CancellationToken.None);

        using torch.Tensor running = engine.Forward(new DerivedBody(network), batch, Pass.Evaluation);
        float[] expected = own.data<float>().ToArray(), actual = running.data<float>().ToArray();
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 3e-2 * scale);
    }

    /// <summary>Two batches: means of means, and variances.</summary>
    [TestMethod]
    public void SeveralBatchesAreAveraged()
    {
        PixelStore pixels = PixelReader.Read(new Stripes { Count = 300 }.View(new MLContext(1)), "Pixels");
        FoundNetwork found = Tiny.Found.Network;
        RandomStream random = new(1, RandomPurpose.Weights);
        using DerivedNetwork network = new(found.Macro, found.Genotype, 3, ref random);
        using NetworkEngine engine = NetworkEngine.Create(torch.CPU, 1, managedKernels: true);
        PlainRenderer plain = new(found.Normalization);

        float[] first = Of([.. Enumerable.Range(0, 128)]), second = Of([.. Enumerable.Range(128, 128)]);
        float[] both = Of([.. Enumerable.Range(0, 300)]);

        for (int i = 0; i < both.Length; i++) Assert.AreEqual((first[i] + second[i]) / 2, both[i], 1e-4 * (1 + Math.Abs(both[i])));

        float[] Of(int[] images)
        {
            BatchNormStatistics.Recompute(network, pixels, plain, images, engine, CancellationToken.None);
            return [.. NamedTensors.Statistics(network).SelectMany(s => s.Value.data<float>().ToArray())];
        }
    }
}
