using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
public sealed class EngineParityTests
{
    [TestMethod]
    public void KernelsAndLibtorchSearchAlike()
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes().View(ml);
        SearchOptions slow = Tiny.Search with { LearningRate = 1e-3 };
        using SswpNasSearchTransformer own = ml.SswpNas().Search(options: slow).Fit(data);
        using SswpNasSearchTransformer torch = ml.SswpNas().Search(options: slow with { UseManagedKernels = false }).Fit(data);

        Assert.HasCount(torch.Result.History.Count, own.Result.History);
        foreach ((SearchEpoch expected, SearchEpoch actual) in torch.Result.History.Zip(own.Result.History))
        {
            string epoch = $"epoch {expected.Epoch}";
            Assert.AreEqual(expected.Loss, actual.Loss, 1e-3, epoch);
            Assert.AreEqual(expected.ArchitectureLoss, actual.ArchitectureLoss, 1e-3, epoch);
            Assert.AreEqual(expected.PathEntropy, actual.PathEntropy, 1e-4, epoch);
            AreClose(torch.Result.AlphasAfter(expected.Epoch), own.Result.AlphasAfter(expected.Epoch), epoch);
        }

        Assert.AreNotEqual(own.Result.History[0].Loss, own.Result.History[^1].Loss, 1e-3);
        Assert.IsTrue(own.Result.AlphasAfter(own.Result.History.Count).Any(c => c.Any(e => e.Any(a => Math.Abs(a) > 1e-3))));
        float[][] features = [Features(own.Transform(data)), Features(torch.Transform(data))];
        Assert.HasCount(features[0].Length, features[1]);
        Assert.IsTrue(features[1].All(float.IsFinite));
    }

    [TestMethod]
    public void KernelsAndLibtorchFineTuneAlike()
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes().View(ml);
        FineTuneOptions options = Tiny.FineTune with { LearningRates = [0.01], DropPath = 0.2, LabelSmoothing = 0.1, AuxiliaryWeight = 0.4 };
        using ConcomitantFineTuneTransformer own =
            ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(data);
        using ConcomitantFineTuneTransformer torch =
            ml.SswpNas().FineTune(options: options with { UseManagedKernels = false }, searchResult: Tiny.Found).Fit(data);

        for (int epoch = 0; epoch < options.Epochs; epoch++)
            Assert.AreEqual(own.Trials[0].Epochs[epoch].Loss, torch.Trials[0].Epochs[epoch].Loss, 1e-3);
        Scored.AreEqual(Scored.Of(ml, own.Transform(data)), Scored.Of(ml, torch.Transform(data)), tolerance: 2e-2f);
    }

    /// <summary>Each cell's alphas; one that moved the other way would be off by twice an alpha.</summary>
    private static void AreClose(float[][][] expected, float[][][] actual, string epoch)
    {
        float[] flat = [.. actual.SelectMany(c => c).SelectMany(e => e)];
        foreach ((float e, int i) in expected.SelectMany(c => c).SelectMany(e => e).Select((e, i) => (e, i)))
            Assert.AreEqual(e, flat[i], 1e-4f, $"alpha {i} after {epoch}");
    }

    private static float[] Features(IDataView data) => [.. data.GetColumn<float[]>("Features").SelectMany(f => f)];
}
