namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class SkipStopTests
{
    // Cells 2 and 4 of 6 are reductions.
    private static readonly int[] _calm = [1, 1, 8, 1, 8, 1];
    private static readonly int[] _one = [1, 1, 0, 2, 0, 1];
    private static readonly int[] _two = [3, 1, 0, 2, 0, 1];

    [TestMethod]
    public void OneNormalCellAtTheLimitIsEnoughUnlessMoreAreAskedFor()
    {
        Assert.IsFalse(Reached(new SkipStop(), _calm));
        Assert.IsTrue(Reached(new SkipStop(), _one));
        Assert.IsFalse(Reached(new SkipStop { Limit = 3 }, _one));
        Assert.IsTrue(Reached(new SkipStop { Limit = 3 }, _two));
        Assert.IsFalse(Reached(new SkipStop { Cells = 2 }, _one));
        Assert.IsTrue(Reached(new SkipStop { Cells = 2 }, _two));
    }

    [TestMethod]
    public void PatienceWantsEpochsInARowAndTheLastOneCounts()
    {
        SkipStop patient = new() { Patience = 2 };
        Assert.IsFalse(Reached(patient, _one));
        Assert.IsFalse(Reached(patient, _one, _calm, _one));
        Assert.IsTrue(Reached(patient, _calm, _one, _two));
        Assert.IsFalse(Reached(patient, _one, _one, _calm));
    }

    [TestMethod]
    public void TheWarmUpAndEpochsWithoutCountsSayNothing()
    {
        Assert.IsFalse(new SkipStop().IsReached([Epoch(SearchPhase.WarmUp, _two)]));
        Assert.IsFalse(new SkipStop { Patience = 2 }.IsReached([Epoch(SearchPhase.WarmUp, _two), Epoch(SearchPhase.Search, _two)]));
        Assert.IsTrue(new SkipStop().IsReached([Epoch(SearchPhase.Prune, _two)]));
        Assert.IsFalse(new SkipStop().IsReached([Epoch(SearchPhase.Search, [])]));
        Assert.IsFalse(new SkipStop().IsReached([]));
    }

    [TestMethod]
    public void AllThatIsOutOfRangeIsNamed()
    {
        SkipStop wrong = new() { Limit = 9, Cells = 5, Patience = 0 };
        string[] problems = [.. wrong.Problems("SkipStop", 6)];
        Assert.HasCount(3, problems);
        StringAssert.Contains(problems[0], "SkipStop.Limit is 9; 1 to 8");
        StringAssert.Contains(problems[1], "SkipStop.Cells is 5; 1 to 4");
        StringAssert.Contains(problems[2], "SkipStop.Patience is 0");
        Assert.IsEmpty(new SkipStop { Cells = 4 }.Problems("SkipStop", 6));
    }

    private static bool Reached(SkipStop rule, params int[][] skips) =>
        rule.IsReached([.. skips.Select(s => Epoch(SearchPhase.Search, s))]);

    private static SearchEpoch Epoch(SearchPhase phase, int[] skips) =>
        new(1, phase, 1, 1, 0.1, 1, 0, skips, skips, 1) { UnrestrictedSkips = skips };
}
