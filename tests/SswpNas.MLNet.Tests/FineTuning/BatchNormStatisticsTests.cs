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

        BatchNormStatistics.Recompute(network, pixels, plain, images, 128, 1, engine, CancellationToken.None);

        using torch.Tensor running = engine.Forward(new DerivedBody(network), batch, Pass.Evaluation);
        float[] expected = own.data<float>().ToArray(), actual = running.data<float>().ToArray();
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++) Assert.AreEqual(expected[i], actual[i], 3e-2 * scale);
    }

    /// <summary>
    /// Images lie class after class, so batches are mixed; all images count, in batches of nearly the same size.
    /// </summary>
    [TestMethod]
    [DataRow(300, 128, new[] { 100, 100, 100 })]
    [DataRow(60, 128, new[] { 60 })]
    [DataRow(7, 3, new[] { 2, 2, 3 })]
    public void BatchesAreMixedAndEven(int images, int batchSize, int[] sizes)
    {
        int[][] batches = BatchNormStatistics.Batches([.. Enumerable.Range(0, images)], batchSize, seed: 1);

        CollectionAssert.AreEqual(sizes, batches.Select(b => b.Length).ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, images).ToArray(), batches.SelectMany(b => b).ToArray());
        if (images > 7) Assert.AreNotEqual(0, batches[0][0] + batches[0][1] - 1);
    }

    [TestMethod]
    public void SeveralBatchesAreAveraged()
    {
        PixelStore pixels = PixelReader.Read(new Stripes { Count = 300 }.View(new MLContext(1)), "Pixels");
        using DerivedNetwork network = Network(out PlainRenderer plain);
        using NetworkEngine engine = NetworkEngine.Create(torch.CPU, 1, managedKernels: true);
        int[] images = [.. Enumerable.Range(0, 300)];

        float[][] alone = [.. BatchNormStatistics.Batches(images, 128, 1).Select(Of)];
        float[] all = Of(images);

        for (int i = 0; i < all.Length; i++)
            Assert.AreEqual(alone.Average(one => one[i]), all[i], 1e-4 * (1 + Math.Abs(all[i])));

        float[] Of(int[] some)
        {
            BatchNormStatistics.Recompute(network, pixels, plain, some, 128, 1, engine, CancellationToken.None);
            return [.. NamedTensors.Statistics(network).SelectMany(s => s.Value.data<float>().ToArray())];
        }
    }

    [TestMethod]
    public void CancelledItLeavesTheStatisticsAsTheyWere()
    {
        PixelStore pixels = PixelReader.Read(new Stripes().View(new MLContext(1)), "Pixels");
        using DerivedNetwork network = Network(out PlainRenderer plain);
        using NetworkEngine engine = NetworkEngine.Create(torch.CPU, 1, managedKernels: true);
        float[] before = Values();

        Assert.ThrowsExactly<OperationCanceledException>(() => BatchNormStatistics.Recompute(
            network, pixels, plain, [0, 1, 2, 3], 2, 1, engine, new CancellationToken(canceled: true)));

        CollectionAssert.AreEqual(before, Values());

        float[] Values() => [.. NamedTensors.Statistics(network).SelectMany(s => s.Value.data<float>().ToArray())];
    }

    private static DerivedNetwork Network(out PlainRenderer plain)
    {
        FoundNetwork found = Tiny.Found.Network;
        RandomStream random = new(1, RandomPurpose.Weights);
        plain = new PlainRenderer(found.Normalization);
        return new DerivedNetwork(found.Macro, found.Genotype, 3, ref random);
    }
}
