using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.FineTuning;

[TestClass]
public sealed class CalibrationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(0.5)]
    [DataRow(1)]
    [DataRow(3)]
    public void TheTemperatureIsFoundThatTheLogitsWereMultipliedBy(double factor)
    {
        (double[][] logs, int[] labels) = Drawn(4000, factor);

        Calibration found = TemperatureFit.Of(logs, labels);

        Assert.AreEqual(factor, found.Temperature, 0.06 * factor);
        Assert.AreEqual(4000, found.Images);
        Assert.IsLessThan(0.04, found.ErrorAfter);
        if (factor > 2) Assert.IsGreaterThan(0.1, found.ErrorBefore);
    }

    [TestMethod]
    public void ProbabilitiesAreScaledAndLabelsStay()
    {
        IDataView data = new Stripes().View(_ml);
        FineTuneOptions options = Tiny.Thorough with { Epochs = 4, LearningRates = [0.05, 0.1] };
        using ConcomitantFineTuneTransformer plain = Fit(data, options with { Calibrate = false }), scaled = Fit(data, options);

        Assert.IsNull(plain.Calibration);
        Calibration calibration = scaled.Calibration!;
        Assert.AreEqual(12, calibration.Images);
        Assert.IsGreaterThan(0.02, Math.Abs(calibration.Temperature - 1));
        Scored[] before = Scored.Of(_ml, plain.Transform(data)), after = Scored.Of(_ml, scaled.Transform(data));
        AssertSoftened(before, after, calibration.Temperature);
    }

    [TestMethod]
    public void WithoutAValidationPartNothingIsScaled()
    {
        using ConcomitantFineTuneTransformer model = Fit(new Stripes().View(_ml), Tiny.FineTune);

        Assert.IsNull(model.Calibration);
    }

    [TestMethod]
    public void ACrossValidationScalesAModelEverywhere()
    {
        IDataView data = new Stripes().View(_ml), others = new Stripes { Seed = 9 }.View(_ml);
        FineTuneOptions options = Tiny.FineTune with { Epochs = 4, Calibrate = false };
        using ConcomitantFineTuneTransformer model = Fit(data, options), other = Fit(others, options);
        IDataView scored = other.Transform(data);

        using ConcomitantFineTuneTransformer scaled = _ml.SswpNas().Calibrate(model, scored);

        Scored[] said = Scored.Of(_ml, scored);
        uint[] labels = [.. scored.GetColumn<uint>("Label")];
        Calibration expected = TemperatureFit.Of(
            [.. said.Select(row => row.Score.Select(q => Math.Log(q)).ToArray())], [.. labels.Select(label => (int)label - 1)]);
        Assert.AreEqual(expected, scaled.Calibration);
        Assert.IsGreaterThan(0.02, Math.Abs(expected.Temperature - 1));
        Assert.IsNull(model.Calibration);
        Scored[] before = Scored.Of(_ml, model.Transform(data)), after = Scored.Of(_ml, scaled.Transform(data));
        AssertSoftened(before, after, expected.Temperature);
        Scored.AreEqual(after, Scored.Of(_ml, RejectionTests.Saved(scaled, data.Schema).Transform(data)));
        Assert.AreEqual(
            expected.Temperature.ToString("R", CultureInfo.InvariantCulture), RejectionTests.Info(scaled).Metadata["temperature"]);
    }

    [TestMethod]
    public void AWantedPrecisionHasItsBoundFromTheSameImages()
    {
        IDataView data = new Stripes().View(_ml);
        FineTuneOptions options = Tiny.Thorough with
        {
            Epochs = 4,
            LearningRates = [0.05, 0.1],
            Calibrate = false,
            Rejection = new RejectionOptions { Precision = 0.6, KnownShare = 0.9 },
        };
        using ConcomitantFineTuneTransformer model = Fit(data, options);

        using ConcomitantFineTuneTransformer scaled = _ml.SswpNas().Calibrate(model, model.Transform(data));

        Assert.AreEqual(12, model.Rejection!.Images);
        Assert.AreEqual(60, scaled.Rejection!.Images);
        Assert.AreEqual(model.Rejection.LeastSimilarity, scaled.Rejection.LeastSimilarity);
        Scored[] rows = Scored.Of(_ml, scaled.Transform(data));
        Assert.IsTrue(rows.All(row => row.PredictedLabel == 0 || row.Score.Max() >= scaled.Rejection.Below - 1e-6));
        Assert.AreEqual(scaled.Rejection.Coverage, rows.Count(row => row.Score.Max() >= scaled.Rejection.Below - 1e-6) / 60.0, 1e-9);
    }

    [TestMethod]
    public void WhatCannotCalibrateIsRefused()
    {
        IDataView data = new Stripes().View(_ml);
        SswpNasCatalog sswp = _ml.SswpNas();
        using ConcomitantFineTuneTransformer
            plain = Fit(data, Tiny.FineTune), scaled = Fit(data, Tiny.Thorough with { LearningRates = [0.05, 0.1] });
        IDataView scored = plain.Transform(data);
        IDataView others = _ml.Transforms.Conversion.MapValueToKey("Other", "Class", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(scored).Transform(scored);
        IDataView none = _ml.Data.SkipRows(scored, 1000);

        Assert.Contains("Calibrate to false", Assert.ThrowsExactly<ArgumentException>(() => sswp.Calibrate(scaled, scored)).Message);
        Assert.Contains("in its order", Assert.ThrowsExactly<ArgumentException>(() => sswp.Calibrate(plain, others, "Other")).Message);
        Assert.Contains("the sum 1", Assert.ThrowsExactly<InvalidDataException>(() => sswp.Calibrate(plain, scored, "Label", "Pixels")).Message);
        Assert.Contains("No row has a label", Assert.ThrowsExactly<InvalidDataException>(() => sswp.Calibrate(plain, none)).Message);
    }

    private static void AssertSoftened(Scored[] before, Scored[] after, double temperature)
    {
        for (int i = 0; i < before.Length; i++)
        {
            Assert.AreEqual(before[i].PredictedLabel, after[i].PredictedLabel);
            double[] expected = Softmax.Softened([.. before[i].Score.Select(q => Math.Log(q))], temperature);
            for (int k = 0; k < expected.Length; k++) Assert.AreEqual(expected[k], after[i].Score[k], 1e-5);
        }
    }

    /// <summary>Log-probabilities that are right as often as they say, but for a factor.</summary>
    private static (double[][] Logs, int[] Labels) Drawn(int images, double factor)
    {
        RandomStream random = new(3, RandomPurpose.Views);
        double[][] logs = new double[images][];
        int[] labels = new int[images];
        for (int n = 0; n < images; n++)
        {
            double[] logits = [.. Enumerable.Range(0, 4).Select(_ => random.NextDouble(-2, 2))], p = Softmax.Softened(logits, 1);
            double left = random.NextDouble();
            while (labels[n] < 3 && (left -= p[labels[n]]) > 0) labels[n]++;
            logs[n] = [.. Softmax.Softened([.. logits.Select(l => l * factor)], 1).Select(q => Math.Log(q))];
        }

        return (logs, labels);
    }

    private ConcomitantFineTuneTransformer Fit(IDataView data, FineTuneOptions options) =>
        _ml.SswpNas().FineTune("Label", "Pixels", options, Tiny.Found).Fit(data);
}
