using System.Text;
using Microsoft.ML;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Reports;

namespace SswpNas.MLNet.Tests.TensorBoard;

[TestClass]
public sealed class TensorBoardTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void TheSumIsTheCastagnoliOne()
    {
        byte[] digits = Encoding.ASCII.GetBytes("123456789");
        Assert.AreEqual(0xE3069283, EventFileReader.Crc32C(digits), "the published check value");
        Assert.AreEqual(EventFileReader.Masked(digits), EventFile.MaskedCrc(digits));
        Assert.AreEqual(EventFileReader.Masked([]), EventFile.MaskedCrc([]));
    }

    [TestMethod]
    public void ASearchLeavesItsEpochsAndTheSameResult()
    {
        string live = Path.Combine(_folder.Root, "new", "search"), later = Path.Combine(_folder.Root, "later");
        using SswpNasSearchTransformer found =
            _ml.SswpNas().Search(options: Tiny.Search with { TensorBoardFolder = live }).Fit(new Stripes().View(_ml));
        Assert.AreEqual(Tiny.Found.Genotype, found.Result.Genotype, "looking on changes nothing");
        Assert.AreEqual(Tiny.Found.History[^1].Loss, found.Result.History[^1].Loss);
        Assert.IsFalse(found.Result.Settings.Options.ContainsKey("TensorBoardFolder"), "it says nothing of the result");

        IReadOnlyList<EventValue> values = EventFileReader.ReadFolder(live);
        Check(found.Result, values);
        found.Result.WriteTensorBoard(later);
        EventValue[] again = [.. EventFileReader.ReadFolder(later)];
        CollectionAssert.AreEqual(values.Select(v => (v.Step, v.Tag, v.Scalar)).ToArray(), again.Select(v => (v.Step, v.Tag, v.Scalar)).ToArray());
    }

    [TestMethod]
    public void AFineTuningLeavesAFolderForEachRun()
    {
        FineTuneOptions options = Tiny.FineTune with { LearningRates = [0.1, 0.2], TensorBoardFolder = _folder.Root };
        using ConcomitantFineTuneTransformer tuned =
            _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml));

        string last = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"run_3_rate_{tuned.LearningRate}");
        CollectionAssert.AreEquivalent(
            new[] { "run_1_rate_0.1", "run_2_rate_0.2", last }, Directory.GetDirectories(_folder.Root).Select(Path.GetFileName).ToArray());
        IReadOnlyList<EventValue> first = EventFileReader.ReadFolder(Path.Combine(_folder.Root, "run_1_rate_0.1"));
        foreach (FineTuneEpoch epoch in tuned.Trials[0].Epochs)
        {
            Assert.AreEqual((float)epoch.Loss, Scalar(first, epoch.Epoch, "fine_tune/loss"));
            if (epoch.ValidationAccuracy is double accuracy)
                Assert.AreEqual((float)accuracy, Scalar(first, epoch.Epoch, "fine_tune/validation_accuracy"));
        }
    }

    [TestMethod]
    public void AFileCanBeReadWhileItGrows()
    {
        SearchResult result = ReportSamples.Search();
        using SearchEvents events = new(_folder.Root);
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            events.Add(result.History[epoch - 1], result.AlphasAfter(epoch), result.Genotype);
            Assert.AreEqual(epoch, EventFileReader.ReadFolder(_folder.Root).Max(v => v.Step));
        }

        Assert.HasCount(result.Cells, EventFileReader.ReadFolder(_folder.Root).Where(v => v.Text is not null), "a cell is written when it changes");
    }

    [TestMethod]
    public void AnEmptyFolderNameIsRefused()
    {
        Assert.Contains(
            "TensorBoardFolder is empty; a path or null was expected.",
            Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().Search(options: Tiny.Search with { TensorBoardFolder = " " })).Message);
        Assert.Contains(
            "TensorBoardFolder is empty",
            Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().FineTune(options: Tiny.FineTune with { TensorBoardFolder = "" })).Message);
        Assert.ThrowsExactly<ArgumentException>(() => Tiny.Found.WriteTensorBoard(" "));
    }

    private static void Check(SearchResult result, IReadOnlyList<EventValue> values)
    {
        foreach (SearchEpoch epoch in result.History)
        {
            Assert.AreEqual((float)epoch.Loss, Scalar(values, epoch.Epoch, "loss/weights"));
            Assert.AreEqual((float)epoch.PathEntropy, Scalar(values, epoch.Epoch, "path_entropy/all"));
            if (double.IsNaN(epoch.ArchitectureLoss))
                Assert.IsFalse(values.Any(v => v.Step == epoch.Epoch && v.Tag == "loss/architecture"), "no value is not 0");
            for (int cell = 0; cell < result.Cells; cell++)
            {
                Assert.AreEqual(epoch.Skips[cell], Scalar(values, epoch.Epoch, $"skips/cell_{cell}"));
                EventValue alphas = values.Single(v => v.Step == epoch.Epoch && v.Tag == $"alphas/cell_{cell}");
                float[] expected = [.. result.AlphasAfter(epoch.Epoch)[cell].SelectMany(e => e)];
                Assert.AreEqual(expected.Length, alphas.Counts!.Sum());
                Assert.HasCount(alphas.Counts!.Length, alphas.Limits!);
                Assert.IsGreaterThanOrEqualTo(expected.Max(), alphas.Limits![^1] + 1e-6);
                double middle = alphas.Limits![14];
                Assert.AreEqual(
                    expected.Count(a => a < middle - 1e-7), alphas.Counts!.Take(15).Sum(), expected.Count(a => Math.Abs(a - middle) < 1e-6) + 0.5);
            }
        }

        Assert.IsTrue(values.Any(v => v.Tag == "cell_0" && v.Step == 1 && v.Text?.Split(' ').Length == 8));
    }

    private static float? Scalar(IReadOnlyList<EventValue> values, int step, string tag) =>
        values.Single(v => v.Step == step && v.Tag == tag).Scalar;
}
