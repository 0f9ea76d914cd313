using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>The features of a search under a stock trainer, the encoder frozen (section 6.2).</summary>
[TestClass]
public sealed class LinearProbeTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void AStockTrainerLearnsFromTheFeaturesOfAFrozenEncoder()
    {
        IDataView train = new Stripes().View(_ml), test = new Stripes { Seed = 7 }.View(_ml);
        using SswpNasSearchTransformer encoder = _ml.SswpNas().Search(options: Tiny.Search).Fit(train);
        float[] before = Features(encoder.Transform(test));

        var trainer = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Features", l2Regularization: 0.01f);
        IDataView encoded = encoder.Transform(train);
        var model = encoder.Append(trainer.Fit(encoded));
        IDataView scored = model.Transform(test);

        Assert.IsGreaterThan(0.6, _ml.MulticlassClassification.Evaluate(scored).MicroAccuracy, "by chance: a third");
        CollectionAssert.AreEqual(before, Features(scored), "the probe leaves the encoder as it was");

        using MemoryStream saved = new();
        _ml.Model.Save(model, train.Schema, saved);
        saved.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(saved, out _);
        Scored.AreEqual(Scored.Of(_ml, scored), Scored.Of(_ml, loaded.Transform(test)), tolerance: 1e-4f);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void AChainWithACachedCopyOfTheFeaturesFits()
    {
        IDataView train = new Stripes().View(_ml);
        var pipeline = _ml.SswpNas().Search(options: Tiny.Search)
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        using var model = pipeline.Fit(train);
        Assert.IsGreaterThan(0.4, _ml.MulticlassClassification.Evaluate(model.Transform(train)).MicroAccuracy);
    }

    private static float[] Features(IDataView data) => [.. data.GetColumn<float[]>("Features").SelectMany(f => f)];
}
