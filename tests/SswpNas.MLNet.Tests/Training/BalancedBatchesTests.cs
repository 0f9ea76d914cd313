using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Training;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
public sealed class BalancedBatchesTests
{
    // 30 images of class 0, 6 of class 2, 2 of class 5.
    private static readonly int[] _classes = [.. Enumerable.Repeat(0, 30), .. Enumerable.Repeat(2, 6), .. Enumerable.Repeat(5, 2)];
    private static readonly int[] _images = [.. Enumerable.Range(100, _classes.Length)];

    [TestMethod]
    public void EachClassComesAsOftenAsAnyOtherAndItsImagesInTurn()
    {
        int[][] batches = new EpochBatches(_images, 12, 1, RandomPurpose.Shuffle, _classes).Of(0);

        Assert.HasCount(3, batches);
        int[] drawn = [.. batches.SelectMany(b => b)];
        foreach (int k in new[] { 0, 2, 5 }) Assert.AreEqual(12, drawn.Count(n => _classes[n - 100] == k));
        CollectionAssert.AreEquivalent(new[] { 6, 6 }, drawn.Where(n => _classes[n - 100] == 5).CountBy(n => n).Select(c => c.Value).ToArray());
        Assert.HasCount(12, drawn.Where(n => _classes[n - 100] == 0).Distinct());
    }

    [TestMethod]
    public void AnEpochIsTheSameAgainAndTheNextIsAnother()
    {
        EpochBatches batches = new(_images, 12, 1, RandomPurpose.Shuffle, _classes);
        int[] first = [.. batches.Of(0).SelectMany(b => b)], second = [.. batches.Of(1).SelectMany(b => b)];

        CollectionAssert.AreEqual(first, new EpochBatches(_images, 12, 1, RandomPurpose.Shuffle, _classes).Of(0).SelectMany(b => b).ToArray());
        CollectionAssert.AreNotEqual(first, second);
    }
}
