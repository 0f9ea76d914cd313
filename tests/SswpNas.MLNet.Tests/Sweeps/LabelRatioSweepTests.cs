using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Sweeps;

[TestClass]
public sealed class LabelRatioSweepTests : IDisposable
{
    private readonly TinySweep _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [TestMethod]
    public void OneCallRunsEveryCellAndAMeanIsThatOfItsCells()
    {
        SweepResult result = _tiny.Ml.SswpNas().SweepLabelRatios(
            _tiny.Train, Tiny.Found, _tiny.Options with { Folder = null }, test: _tiny.Train);

        Assert.HasCount(TinySweep.Cells, result.Records);
        Assert.IsTrue(result.Records.All(r => r.Status == nameof(SweepStatus.Done)), result.Records[0].Error);
        CollectionAssert.AreEquivalent(new[] { 12, 30 }, result.Records.Select(r => r.Labels).Distinct().ToArray());
        Assert.HasCount(4, result.Means);
        SweepMean mean = result.Means.Single(m => m.Initialization == WeightInitialization.Random && m.Ratio == 0.5);
        double[] cells = [.. result.Records.Where(r => r.Initialization == "Random" && r.Ratio == 0.5).Select(r => r.AccuracyMicro)];
        Assert.AreEqual(cells.Average(), mean.AccuracyMicro, 1e-12);
        Assert.AreEqual(2, mean.Seeds);
        Assert.HasCount(2, result.Gains);
        Assert.AreEqual((long)TinySweep.Cells, result.ToDataView(_tiny.Ml).Preview().RowView.Length);
        _ = result.ToDataView(_tiny.Ml).Schema["AccuracyMicro"];
    }

    /// <summary>The cell is what a user's own chain of the same steps gives.</summary>
    [TestMethod]
    public void ACellIsMaskFineTuneEvaluate()
    {
        LabelRatioSweep sweep = _tiny.Open();
        SweepCell cell = sweep.Cells.Single(c => c is { Initialization: WeightInitialization.Random, Ratio: 0.5, Seed: 2 });

        SweepRecord record = sweep.RunCell(cell.Number)!;

        MLContext ml = _tiny.Ml;
        IDataView few = ml.SswpNas().MaskLabels(_tiny.Train, "Label", 0.5, seed: 2);
        FineTuneOptions options = Tiny.FineTune with { Seed = 2, Initialization = WeightInitialization.Random };
        using ConcomitantFineTuneTransformer model = ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(few);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(_tiny.Train));
        Assert.AreEqual(metrics.MicroAccuracy, record.AccuracyMicro);
        Assert.AreEqual(metrics.LogLoss, record.LogLoss, 1e-9);
    }

    [TestMethod]
    public void AnInterruptedSweepGoesOnAndEndsWithTheSameFigures()
    {
        string[] undisturbed = TinySweep.Lines(Finished(_tiny.Options with { Folder = null }));
        using CancellationTokenSource stop = new();
        int ended = 0;
        SweepOptions options = _tiny.Options with
        {
            CancellationToken = stop.Token,
            Progress = new Direct<SweepProgress>(_ =>
            {
                if (++ended == 3) stop.Cancel();
            }),
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => _tiny.Open(options).Run());

        InvalidOperationException early = Assert.ThrowsExactly<InvalidOperationException>(() => _tiny.Open().Merge());
        StringAssert.StartsWith(early.Message, "5 of 8 cells are missing: 3, 4, 5, 6, 7.");
        Assert.HasCount(5, _tiny.Open().Merge(partial: true).Missing);
        string[] goneOn = TinySweep.Lines(Finished(_tiny.Options));

        CollectionAssert.AreEqual(undisturbed, goneOn);
        Assert.IsEmpty(Directory.GetFiles(_tiny.Folder, "*.tmp", SearchOption.AllDirectories));
        Assert.IsEmpty(Directory.GetFiles(_tiny.Folder, "*.claim*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void ADamagedFileCountsAsNotDoneAndIsSaid()
    {
        LabelRatioSweep sweep = _tiny.Open();
        double accuracy = sweep.RunCell(0)!.AccuracyMicro;
        string path = Directory.GetFiles(_tiny.Folder, "cell-00000.json", SearchOption.AllDirectories).Single();
        File.WriteAllText(path, File.ReadAllText(path)[..40]);
        List<string> lines = [];
        _tiny.Ml.Log += (_, e) => lines.Add(e.Message);

        Assert.IsNull(_tiny.Open().Record(0));
        Assert.IsTrue(lines.Any(l => l.Contains("is damaged; cell 0 counts as not done.", StringComparison.Ordinal)));
        Assert.AreEqual(accuracy, _tiny.Open().RunCell(0)!.AccuracyMicro);
    }

    [TestMethod]
    public void AnotherSweepsFolderIsRefusedWithWhatDiffers()
    {
        _ = _tiny.Open();
        SweepOptions other = _tiny.Options with { Seeds = [1, 3], FineTune = Tiny.FineTune with { Epochs = 3 } };

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => _tiny.Open(other));

        StringAssert.Contains(error.Message, "- fine-tune Epochs: 2 there, 3 here");
        StringAssert.Contains(error.Message, "- seeds: 1 2 there, 1 3 here");
        Assert.IsFalse(error.Message.Contains("ratios", StringComparison.Ordinal));
        _ = _tiny.Open(_tiny.Options with { FineTune = Tiny.FineTune with { Threads = 2 } });
    }

    [TestMethod]
    public void OtherImagesAreAnotherSweep()
    {
        _ = _tiny.Open();

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _tiny.Open(train: _tiny.Ml.Data.TakeRows(_tiny.Train, 57)));

        StringAssert.Contains(error.Message, "- training data: ");
    }

    [TestMethod]
    public void FoldsTakeThePlaceOfTestData()
    {
        LabelRatioSweep sweep = _tiny.Open(_tiny.Options with { Folds = 2, Seeds = [1], Ratios = [0.5] });

        Assert.HasCount(4, sweep.Cells);
        sweep.Run();
        SweepResult result = sweep.Merge();
        Assert.IsTrue(result.Records.All(r => r is { Status: "Done", Labels: 15 }), result.Records[0].Error);
        Assert.AreEqual(1, result.Means[0].Seeds);
    }

    [TestMethod]
    public void TestImagesThatAreTrainingImagesAreCounted() => Assert.AreEqual(60, _tiny.Open().OverlappingTestImages);

    [TestMethod]
    public void ACellThatFailsIsRecordedAndTheOthersGoOn()
    {
        // A learning rate at which the loss overflows.
        SweepOptions options = _tiny.Options with
        {
            LearningRates = new Dictionary<WeightInitialization, IReadOnlyList<double>> { [WeightInitialization.Random] = [1e30] },
        };

        SweepResult result = Finished(options);

        SweepRecord[] failed = [.. result.Records.Where(r => r.Status == nameof(SweepStatus.Failed))];
        Assert.HasCount(4, failed);
        Assert.IsTrue(failed.All(r => r.Initialization == "Random" && r.Error.Contains("finite", StringComparison.Ordinal)));
        Assert.HasCount(2, result.Means);
    }

    [TestMethod]
    public void EachCellHasCheckpointsOfItsOwnWhileItRuns()
    {
        string folder = Path.Combine(_tiny.Folder, "checkpoints");
        List<string> seen = [];
        SweepOptions options = _tiny.Options with { Folder = null, Seeds = [1], Ratios = [0.5] };
        string[] expected = TinySweep.Lines(Finished(options));

        SweepResult result = Finished(options with
        {
            FineTune = options.FineTune with
            {
                Checkpoints = new CheckpointOptions { Folder = folder },
                Progress = new Direct<FineTuneProgress>(_ => seen.AddRange(Directory.EnumerateDirectories(folder).Select(Path.GetFileName)!)),
            },
        });

        CollectionAssert.AreEqual(expected, TinySweep.Lines(result));
        CollectionAssert.AreEqual(new[] { "cell-00000", "cell-00001" }, seen.Distinct().ToArray());
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder));
    }

    private SweepResult Finished(SweepOptions options)
    {
        LabelRatioSweep sweep = _tiny.Open(options);
        sweep.Run();
        return sweep.Merge();
    }
}
