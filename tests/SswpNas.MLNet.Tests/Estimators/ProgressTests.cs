using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class ProgressTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void TheSearchReportsEveryStepAndPhase()
    {
        List<SearchProgress> seen = [];
        Search(Tiny.Search with { Progress = new Direct<SearchProgress>(seen.Add) });

        Assert.AreEqual(Tiny.Search.Epochs * seen[0].Steps, seen.Count);
        int[] places = [.. seen.Select(p => (p.Epoch * 1000) + p.Step)];
        CollectionAssert.AreEqual(places.Order().ToArray(), places);
        CollectionAssert.AreEqual(Enum.GetValues<SearchPhase>(), seen.Select(p => p.Phase).Distinct().ToArray());
        for (int i = 1; i < seen.Count; i++)
        {
            Assert.IsGreaterThanOrEqualTo(seen[i - 1].Elapsed, seen[i].Elapsed);
            Assert.IsGreaterThanOrEqualTo(seen[i - 1].FrozenCells, seen[i].FrozenCells);
        }

        Assert.AreEqual(0, seen[0].FrozenCells);
        Assert.AreEqual(3, seen[^1].FrozenCells);
        Assert.AreEqual(TimeSpan.Zero, seen[^1].Remaining);
        SearchProgress half = seen[(seen.Count / 2) - 1];
        Assert.AreEqual(half.Elapsed.TotalSeconds, half.Remaining.TotalSeconds, 1e-3 + (0.1 * half.Elapsed.TotalSeconds));
    }

    [TestMethod]
    public void AllCellsAreFrozenWhileTheWeightsSettleEvenWithoutAPrunePhase()
    {
        List<SearchProgress> seen = [];
        Search(Tiny.Search with
        {
            Phases = new PhaseSplit(0.5, 0.5, 0),
            FinalTrainingFraction = 0.5,
            Progress = new Direct<SearchProgress>(seen.Add),
        });

        Assert.IsTrue(seen.Any(p => p.Phase == SearchPhase.Settle));
        foreach (SearchProgress p in seen) Assert.AreEqual(p.Phase == SearchPhase.Settle ? 3 : 0, p.FrozenCells);
    }

    [TestMethod]
    public void TheFineTuningReportsEveryEpochOfEveryRun()
    {
        List<FineTuneProgress> seen = [];
        FineTune(Tiny.FineTune with { LearningRates = [0.1, 0.2], Progress = new Direct<FineTuneProgress>(seen.Add) });

        CollectionAssert.AreEqual(
            (string[])["1/3 1/2", "1/3 2/2", "2/3 1/2", "2/3 2/2", "3/3 1/2", "3/3 2/2"],
            seen.Select(p => $"{p.Run}/{p.Runs} {p.Epoch}/{p.Epochs}").ToArray());
        Assert.AreEqual(TimeSpan.Zero, seen[^1].Remaining);
        Assert.IsGreaterThan(TimeSpan.Zero, seen[0].Remaining);
    }

    [TestMethod]
    public void ACancelledSearchStopsWithinAStep()
    {
        using CancellationTokenSource source = new();
        int steps = 0;
        SearchOptions options = Tiny.Search with
        {
            CancellationToken = source.Token,
            Progress = new Direct<SearchProgress>(_ =>
            {
                if (++steps == 3) source.Cancel();
            }),
        };

        OperationCanceledException e = Assert.ThrowsExactly<OperationCanceledException>(() => Search(options));

        Assert.AreEqual(source.Token, e.CancellationToken);
        Assert.AreEqual(3, steps);
    }

    [TestMethod]
    [DoNotParallelize]
    public void ACancelledFineTuningStopsAndLeavesNothingAlive()
    {
        using CancellationTokenSource source = new();
        int epochs = 0;
        FineTuneOptions options = Tiny.FineTune with
        {
            LearningRates = [0.1, 0.2],
            CancellationToken = source.Token,
            Progress = new Direct<FineTuneProgress>(_ =>
            {
                if (++epochs == 3) source.Cancel();
            }),
        };
        _ = Tiny.Found;
        long before = LiveTensors.Settled();

        Assert.ThrowsExactly<OperationCanceledException>(() => FineTune(options));

        Assert.AreEqual(3, epochs);
        Assert.AreEqual(before, TorchSharp.torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void BothWriteLinesIntoTheLog()
    {
        List<string> lines = [];
        _ml.Log += (_, e) => lines.Add(e.Message);
        using ConcomitantFineTuneTransformer model = _ml.SswpNas().Search(options: Tiny.Search)
            .Append(_ml.SswpNas().FineTune(options: Tiny.FineTune)).Fit(new Stripes().View(_ml)).LastTransformer;

        foreach (string part in new[]
        {
            "Searching on 60 images of 3 x 8 x 8, objective SimClr, strategy Gradient, seed 1, device cpu.", "Epoch 4 of 4 (Settle): loss ", "Found a network of ",
            "Fine-tuning from Concomitant weights on 60 labels of 3 classes, seed 1, device cpu.", "Learning rate 0.1: 60 images, loss ",
        })
        {
            Assert.IsTrue(lines.Any(line => line.Contains(part, StringComparison.Ordinal)), part);
        }
    }

    private void Search(SearchOptions options) => _ml.SswpNas().Search(options: options).Fit(new Stripes().View(_ml)).Dispose();

    private void FineTune(FineTuneOptions options) =>
        _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml)).Dispose();
}
