using Microsoft.ML;
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
        for (int i = 0; i < before.Length; i++)
        {
            Assert.AreEqual(before[i].PredictedLabel, after[i].PredictedLabel);
            double[] expected = Softmax.Softened([.. before[i].Score.Select(q => Math.Log(q))], calibration.Temperature);
            for (int k = 0; k < expected.Length; k++) Assert.AreEqual(expected[k], after[i].Score[k], 1e-5);
        }
    }

    [TestMethod]
    public void WithoutAValidationPartNothingIsScaled()
    {
        using ConcomitantFineTuneTransformer model = Fit(new Stripes().View(_ml), Tiny.FineTune);

        Assert.IsNull(model.Calibration);
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
