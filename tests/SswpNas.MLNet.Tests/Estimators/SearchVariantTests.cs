using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>Searches with other objectives, gates and prune directions than the default, and the stop.</summary>
[TestClass]
public sealed class SearchVariantTests
{
    /// <summary>Views that even eight stripes by eight can be told apart by: else their loss stays at chance, ln 15.</summary>
    internal static readonly ViewOptions AlikeViews = new()
    {
        MinimumCropArea = 0.9,
        JitterProbability = 0,
        GrayscaleProbability = 0,
        BlurProbability = 0,
        FlipProbability = 0,
    };

    [TestMethod]
    [DataRow(StemKind.ImageNet, 3, 64)]
    [DataRow(StemKind.ImageNet, 1, 96)]
    [DataRow(StemKind.Strided, 3, 48)]
    [DataRow(StemKind.Cifar, 1, 20)]
    public void EveryStemAndSizeThatFitsIsSearchedSavedAndFineTuned(StemKind stem, int channels, int size)
    {
        IDataView data = new Stripes { Channels = channels, Height = size, Width = size, Count = 40 }.View(_ml);
        SearchOptions options = Tiny.Search with { Stem = stem, Epochs = 3, LowResolutionFraction = 0.4 };
        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: options).Fit(data);
        Assert.AreEqual((stem, size), (found.Result.Architecture.Stem, found.Result.ImageSize));
        Assert.AreEqual(found.Result.Parameters, found.Result.Architecture.Parameters(imageChannels: channels));
        Assert.AreEqual(
            found.Result.MultiplyAdds(), found.Result.Architecture.MultiplyAdds(size, imageChannels: channels));

        string folder = Directory.CreateTempSubdirectory().FullName;
        found.Result.Save(folder);
        SearchResult loaded = SearchResult.Load(folder);
        Directory.Delete(folder, recursive: true);
        Assert.AreEqual(found.Result.Architecture, loaded.Architecture);
        using ConcomitantFineTuneTransformer tuned = _ml.SswpNas().FineTune(
            options: Tiny.FineTune with { AuxiliaryWeight = 0.4 }, searchResult: loaded).Fit(data);
        Assert.HasCount(40, Scored.Of(_ml, tuned.Transform(data)));
    }

    private static readonly SearchOptions _short = Tiny.Search with
    {
        Epochs = 10,
        Phases = new PhaseSplit(0.2, 0.4, 0.4),
        FinalTrainingFraction = 0,
        ArchitectureInterval = 1,
    };

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Combinations() =>
        from objective in Enum.GetValues<SearchObjective>()
        from gates in Enum.GetValues<GateMode>()
        from direction in Enum.GetValues<PruneDirection>()
        select new object[] { objective, gates, direction };

    public static IEnumerable<object[]> Pairs() => Pairwise.Of(Combinations());

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void EveryPairFindsANetworkThatTheThreadsDoNotChange(
        SearchObjective objective, GateMode gates, PruneDirection direction) =>
        EveryCombinationFindsANetworkThatTheThreadsDoNotChange(objective, gates, direction);

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Combinations))]
    public void EveryCombinationFindsANetworkThatTheThreadsDoNotChange(
        SearchObjective objective, GateMode gates, PruneDirection direction)
    {
        SearchOptions options = Tiny.Search with { Objective = objective, Gates = gates, PruneDirection = direction };
        SearchResult one = Search(options), three = Search(options with { Threads = 3 });

        DeterminismTests.AreEqual(one, three);
        Assert.AreNotEqual(one.History[0].Loss, Search(options with { Seed = 2 }).History[0].Loss);
        Assert.AreEqual(objective.ToString(), one.Settings.Options["Objective"]);
    }

    [TestMethod]
    [DataRow(SearchObjective.Supervised, GateMode.Two)]
    [DataRow(SearchObjective.Supervised, GateMode.Full)]
    [DataRow(SearchObjective.Byol, GateMode.Two)]
    [DataRow(SearchObjective.Byol, GateMode.Full)]
    public void ASearchLowersItsLossAndMovesItsAlphas(SearchObjective objective, GateMode gates)
    {
        SearchResult found = Search(_short with { Objective = objective, Gates = gates, Epochs = 15, Views = AlikeViews });

        double first = found.History[0].Loss, last = found.History.TakeLast(3).Average(e => e.Loss);
        Assert.IsLessThan(0.85 * first, last, string.Join(' ', found.History.Select(e => e.Loss.ToString("F3"))));
        Assert.IsTrue(found.AlphasAfter(15).SelectMany(c => c).SelectMany(e => e).All(a => a != 0));
    }

    [TestMethod]
    [DataRow(PruneDirection.Forward, new[] { 0, 1, 2 })]
    [DataRow(PruneDirection.Backward, new[] { 2, 1, 0 })]
    public void CellsFreezeInTheirOrderAndTheirAlphasStay(PruneDirection direction, int[] order)
    {
        SearchResult found = Search(_short with { PruneDirection = direction });

        // Of ten epochs four prune: the cells freeze before epochs 7 and 9, and as the search ends.
        CollectionAssert.AreEqual(
            new[] { 0, 0, 0, 0, 0, 0, 1, 1, 2, 2 }, found.History.Select(e => e.FrozenCells).ToArray());
        int[] last = [6, 8, 10];
        for (int i = 0; i < 3; i++)
        {
            for (int epoch = 4; epoch <= 10; epoch++)
            {
                bool moved = !Flat(found, epoch, order[i]).SequenceEqual(Flat(found, epoch - 1, order[i]));
                Assert.AreEqual(epoch <= last[i], moved, $"cell {order[i]}, epoch {epoch}");
                Assert.AreEqual(epoch <= last[i], found.History[epoch - 1].CellEntropies[order[i]] > 0);
            }
        }
    }

    [TestMethod]
    public void WithoutPruningTheSearchPhaseHasThePrunePhasesEpochs()
    {
        SearchResult given = Search(_short with { PruneDirection = PruneDirection.None });
        SearchResult same = Search(_short with { PruneDirection = PruneDirection.None, Phases = new PhaseSplit(0.2, 0.8, 0) });

        CollectionAssert.AreEqual(
            Enumerable.Repeat(SearchPhase.WarmUp, 2).Concat(Enumerable.Repeat(SearchPhase.Search, 8)).ToArray(),
            given.History.Select(e => e.Phase).ToArray());
        Assert.IsTrue(given.History.All(e => e.FrozenCells == 0));
        DeterminismTests.AreEqual(given, same);
    }

    [TestMethod]
    public void TheHealthOfEachCellIsInTheHistory()
    {
        SearchResult found = Search(_short);
        foreach (SearchEpoch epoch in found.History)
        {
            double[] free = [.. epoch.CellEntropies.Where(e => e > 0)];
            Assert.HasCount(3 - epoch.FrozenCells, free);
            Assert.AreEqual(epoch.PathEntropy, free.Average(), 1e-12);
            Assert.HasCount(3, epoch.UnrestrictedSkips);
            for (int cell = 0; cell < 3; cell++) Assert.IsGreaterThanOrEqualTo(epoch.Skips[cell], epoch.UnrestrictedSkips[cell]);
            Assert.IsFalse(epoch.AlphasStopped);
        }

        Assert.IsNull(found.AlphasStoppedAfter);
    }

    [TestMethod]
    public void ASearchThatIsStoppedKeepsItsAlphasAndGoesOnAsPlanned()
    {
        SearchResult free = Search(_short);
        // Cell 0 is the only normal one. The limit is what the unstopped search shows it to reach, so that it does stop.
        int limit = free.History.Skip(2).Max(e => e.UnrestrictedSkips[0]);
        SkipStop rule = new() { Limit = Math.Max(1, limit) };
        int at = free.History.First(e => e.Phase != SearchPhase.WarmUp && e.UnrestrictedSkips[0] >= rule.Limit).Epoch;
        Assert.IsGreaterThan(0, limit, "The rule has nothing to see in this search.");

        SearchResult stopped = Search(_short with { SkipStop = rule });

        Assert.AreEqual(at, stopped.AlphasStoppedAfter);
        CollectionAssert.AreEqual(
            free.History.Select(e => (e.Phase, e.FrozenCells, e.LearningRate)).ToArray(),
            stopped.History.Select(e => (e.Phase, e.FrozenCells, e.LearningRate)).ToArray());
        foreach (SearchEpoch epoch in stopped.History)
        {
            Assert.AreEqual(epoch.Epoch >= at, epoch.AlphasStopped);
            if (epoch.Epoch <= at) Assert.AreEqual(free.History[epoch.Epoch - 1].Loss, epoch.Loss);
            if (epoch.Epoch <= at) continue;
            Assert.IsTrue(double.IsNaN(epoch.ArchitectureLoss));
            for (int cell = 0; cell < 3; cell++)
                CollectionAssert.AreEqual(Flat(stopped, at, cell), Flat(stopped, epoch.Epoch, cell));
        }

        Assert.AreEqual(
            new Genotype(stopped.AlphasAfter(at).Select(cell => SswpNas.MLNet.SearchSpace.GenotypeDerivation.Derive(cell, true))),
            stopped.Genotype);
    }

    [TestMethod]
    public void ASupervisedSearchLeavesOutTheImagesWithoutALabel()
    {
        // Pixels of unlabelled rows are not asked for: they may be anything.
        IDataView data = _ml.SswpNas().MaskLabelsPerClass(new Stripes().View(_ml), "Label", 15, seed: 1);
        SearchOptions options = Tiny.Search with { Objective = SearchObjective.Supervised };

        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: options, labelColumnName: "Label").Fit(data);

        Assert.AreEqual(45, found.Result.Settings.Images);
    }

    private SearchResult Search(SearchOptions options)
    {
        string? label = options.Objective == SearchObjective.Supervised ? "Label" : null;
        using SswpNasSearchTransformer found =
            _ml.SswpNas().Search(options: options, labelColumnName: label).Fit(new Stripes().View(_ml));
        return found.Result;
    }

    private static float[] Flat(SearchResult found, int epoch, int cell) =>
        [.. found.AlphasAfter(epoch)[cell].SelectMany(edge => edge)];
}
