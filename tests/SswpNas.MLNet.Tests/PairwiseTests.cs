namespace SswpNas.MLNet.Tests;

[TestClass]
public sealed class PairwiseTests
{
    [TestMethod]
    public void EveryPairIsThereInFewRows()
    {
        object[][] full =
        [
            .. from a in Enumerable.Range(0, 3)
               from b in Enumerable.Range(0, 3)
               from c in Enumerable.Range(0, 2)
               from d in Enumerable.Range(0, 3)
               select new object[] { a, b, c, d },
        ];

        object[][] few = [.. Pairwise.Of(full)];

        CollectionAssert.AreEquivalent(
            full.SelectMany(Pairwise.Pairs).Distinct().ToArray(), few.SelectMany(Pairwise.Pairs).Distinct().ToArray());
        Assert.IsInRange(9, 12, few.Length); // 9 are the fewest that three values with three can come in
        CollectionAssert.IsSubsetOf(few, full);
        for (int i = 0; i < few.Length; i++) Assert.AreSame(few[i], Pairwise.Of(full).ElementAt(i));
    }
}
