using SswpNas.MLNet.Search;

namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class SearchScheduleTests
{
    [TestMethod]
    public void AMinimumWarmUpShortensTheSearchPhase()
    {
        SearchSchedule schedule = SearchSchedule.Create(100, 0.2, 0.4, 0.4, 20, minimumWarmUp: 40);
        Assert.AreEqual((40, 20, 40), (schedule.WarmUpEpochs, schedule.SearchEpochs, schedule.PruneEpochs));
        Assert.AreEqual(SearchPhase.WarmUp, schedule.PhaseOf(39));
        Assert.AreEqual(SearchPhase.Search, schedule.PhaseOf(40));
        Assert.AreEqual(SearchPhase.Search, schedule.PhaseOf(59));
        Assert.AreEqual(SearchPhase.Prune, schedule.PhaseOf(60));
    }

    [TestMethod]
    public void ForwardPruningFreezesFromTheInputSideOn()
    {
        SearchSchedule schedule = SearchSchedule.Create(10, 0.2, 0.4, 0.4, 3, 0);
        CollectionAssert.AreEqual(new[] { 6, 8, 10 }, schedule.FreezeEpochs.ToArray());
        CollectionAssert.AreEqual(new[] { false, false, false }, schedule.FrozenAt(5, PruneDirection.Forward));
        CollectionAssert.AreEqual(new[] { true, false, false }, schedule.FrozenAt(6, PruneDirection.Forward));
        CollectionAssert.AreEqual(new[] { true, true, false }, schedule.FrozenAt(9, PruneDirection.Forward));
        CollectionAssert.AreEqual(new[] { true, true, true }, schedule.FrozenAt(10, PruneDirection.Forward));
    }

    [TestMethod]
    public void BackwardPruningFreezesFromTheOutputSideOn()
    {
        SearchSchedule schedule = SearchSchedule.Create(10, 0.2, 0.4, 0.4, 3, 0);
        CollectionAssert.AreEqual(new[] { false, false, true }, schedule.FrozenAt(7, PruneDirection.Backward));
        CollectionAssert.AreEqual(new[] { false, true, true }, schedule.FrozenAt(8, PruneDirection.Backward));
    }

    [TestMethod]
    public void WithoutPruningNoCellFreezes()
    {
        SearchSchedule schedule = SearchSchedule.Create(10, 0.2, 0.8, 0, 3, 0);
        Assert.AreEqual(8, schedule.SearchEpochs);
        Assert.IsEmpty(schedule.FreezeEpochs);
        CollectionAssert.DoesNotContain(schedule.FrozenAt(10, PruneDirection.Forward), true);
        SearchSchedule pruning = SearchSchedule.Create(10, 0.2, 0.4, 0.4, 3, 0);
        CollectionAssert.DoesNotContain(pruning.FrozenAt(10, PruneDirection.None), true);
    }

    [TestMethod]
    public void ASingleCellFreezesAtTheStartOfThePhase()
    {
        SearchSchedule schedule = SearchSchedule.Create(10, 0.2, 0.4, 0.4, 1, 0);
        CollectionAssert.AreEqual(new[] { 6 }, schedule.FreezeEpochs.ToArray());
    }

    [TestMethod]
    public void SharesDoNotLoseAnEpochToRounding()
    {
        for (int epochs = 10; epochs <= 500; epochs += 10)
        {
            SearchSchedule schedule = SearchSchedule.Create(epochs, 0.1, 0.6, 0.3, 5, 0);
            Assert.AreEqual((epochs / 10, epochs * 3 / 10), (schedule.WarmUpEpochs, schedule.PruneEpochs));
        }
    }

    [TestMethod]
    public void AllProblemsAreReportedAtOnce()
    {
        IReadOnlyList<string> problems = SearchSchedule.Problems(0, -0.2, 0.4, 0.4, 0, -1);
        Assert.HasCount(5, problems);
        Assert.HasCount(1, SearchSchedule.Problems(10, 0.2, 0.4, 0.5, 3, 0));
        Assert.HasCount(2, SearchSchedule.Problems(10, double.NaN, 0.4, 0.4, 3, 0));
        StringAssert.StartsWith(SearchSchedule.Problems(50, 0.2, 0.4, 0.4, 20, 40).Single(), "The warm-up takes at least 40");
        Assert.IsEmpty(SearchSchedule.Problems(50, 0.2, 0.4, 0.4, 20, 30));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSchedule.Create(50, 0.2, 0.4, 0.4, 20, 40));
    }
}
