using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.FineTuning;

[TestClass]
public sealed class RejectionTests
{
    private static readonly FineTuneOptions _options = Tiny.Thorough with { Epochs = 6 };

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void BelowTheBoundNoClassIsNamedHereAndInTheSavedModel()
    {
        IDataView data = new Stripes().View(_ml);
        double bound = Median(data);
        using ConcomitantFineTuneTransformer model = Fit(data, new RejectionOptions { Below = bound });

        Scored[] rows = Scored.Of(_ml, model.Transform(data));

        Assert.AreEqual(bound, model.Rejection!.Below);
        Assert.IsTrue(rows.Any(r => r.PredictedLabel == 0));
        foreach (Scored row in rows)
            Assert.AreEqual(row.Score.Max() < (float)bound ? 0 : Array.IndexOf(row.Score, row.Score.Max()) + 1, (int)row.PredictedLabel);
        Scored.AreEqual(rows, Scored.Of(_ml, Saved(model, data.Schema).Transform(data)));
        Assert.AreEqual(bound, double.Parse(Info(model).Metadata["reject_below"], System.Globalization.CultureInfo.InvariantCulture), 1e-6);
    }

    [TestMethod]
    public void TheBoundForAPrecisionIsTheLowestThatGivesItByTheProbabilities()
    {
        IDataView data = new Stripes { Count = 300 }.View(_ml);
        IDataView few = _ml.SswpNas().MaskLabels(data, "Label", 0.2, 1);
        FineTuneOptions options = _options with
        {
            LearningRates = [0.05, 0.1],
            Unlabelled = UnlabelledImages.PseudoLabels,
            SemiSupervised = FineTuneOptions.Smoke.SemiSupervised,
            Rejection = new RejectionOptions { Precision = 0.8 },
        };
        using ConcomitantFineTuneTransformer model = _ml.SswpNas().FineTune("Label", "Pixels", options, Tiny.Found).Fit(few);

        Rejection rejection = model.Rejection!;
        Assert.AreEqual(240, rejection.Images);
        uint[] labels = [.. few.GetColumn<uint>("Label")];
        float[] sure = [.. Scored.Of(_ml, model.Transform(few)).Where((_, i) => labels[i] == 0).Select(r => r.Score.Max()).OrderDescending()];
        float[] named = [.. sure.Where(p => p >= rejection.Below - 1e-6)];
        Assert.AreEqual(named.Length / 240.0, rejection.Coverage, 0.01);
        Assert.IsGreaterThanOrEqualTo(0.8 - 1e-4, named.Average());
        if (named.Length < sure.Length) Assert.IsLessThan(0.8 + 1e-3, sure[..(named.Length + 1)].Average());
    }

    [TestMethod]
    public void AnImageUnlikeAllClassesIsNamedNone()
    {
        IDataView data = new Stripes().View(_ml);
        using ConcomitantFineTuneTransformer model = Fit(data, new RejectionOptions { KnownShare = 0.9 });

        int named = Scored.Of(_ml, model.Transform(data)).Count(r => r.PredictedLabel > 0);
        Assert.AreEqual(0.9 * 60, named, 1.5);
        Assert.IsNotNull(model.Rejection!.LeastSimilarity);
        Scored.AreEqual(Scored.Of(_ml, model.Transform(data)), Scored.Of(_ml, Saved(model, data.Schema).Transform(data)));
    }

    [TestMethod]
    public void BoundsOutOfRangeAndTwoOfThemAreRefused()
    {
        ArgumentException refused = Assert.ThrowsExactly<ArgumentException>(() => Fit(
            new Stripes().View(_ml), new RejectionOptions { Below = 1.5, Precision = 1, KnownShare = 0 }));

        foreach (string name in new[] { "Rejection.Below", "Rejection.Precision", "Rejection.KnownShare", "both given" })
            Assert.Contains(name, refused.Message);
    }

    [TestMethod]
    public void APrecisionThatNothingCanBeChosenByIsRefusedBeforeTheTraining()
    {
        InvalidDataException refused = Assert.ThrowsExactly<InvalidDataException>(
            () => Fit(new Stripes().View(_ml), new RejectionOptions { Precision = 0.9 }));

        Assert.Contains("Rejection.Precision", refused.Message);
    }

    private double Median(IDataView data)
    {
        using ConcomitantFineTuneTransformer model = Fit(data, new RejectionOptions());
        Assert.IsNull(model.Rejection);
        float[] sure = [.. Scored.Of(_ml, model.Transform(data)).Select(r => r.Score.Max()).Order()];
        return (sure[sure.Length / 2] + sure[(sure.Length / 2) - 1]) / 2.0;
    }

    private ConcomitantFineTuneTransformer Fit(IDataView data, RejectionOptions rejection) =>
        _ml.SswpNas().FineTune("Label", "Pixels", _options with { Rejection = rejection }, Tiny.Found).Fit(data);

    internal static OnnxModelInfo Info(ConcomitantFineTuneTransformer model)
    {
        string file = Path.GetTempFileName();
        model.ExportToOnnx(file);
        OnnxModelInfo info = OnnxModelInfo.Read(file);
        File.Delete(file);
        return info;
    }

    internal static ITransformer Saved(ITransformer model, DataViewSchema schema)
    {
        MLContext stock = new();
        using MemoryStream file = new();
        stock.Model.Save(model, schema, file);
        file.Position = 0;
        return stock.Model.Load(file, out _);
    }
}
