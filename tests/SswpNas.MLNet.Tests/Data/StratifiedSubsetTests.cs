using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class StratifiedSubsetTests
{
    private static readonly string[] _names = ["a", "b", "c"];

    // 100 of a, 40 of b, 5 of c, 7 without a label.
    private static readonly int[] _labels = [.. Enumerable.Repeat(0, 100), .. Enumerable.Repeat(-1, 7),
        .. Enumerable.Repeat(1, 40), .. Enumerable.Repeat(2, 5)];

    [TestMethod]
    public void AFractionIsTakenOfEveryClass()
    {
        int[] rows = StratifiedSubset.Fraction(_labels, _names, 0.1, 1);

        CollectionAssert.AreEqual(new[] { 10, 4, 1 }, Counts(rows));
        CollectionAssert.AreEqual(rows.Order().Distinct().ToArray(), rows);
        CollectionAssert.AreEqual(new[] { 1, 1, 1 }, Counts(StratifiedSubset.Fraction(_labels, _names, 0.001, 1)));
        CollectionAssert.AreEqual(new[] { 100, 40, 5 }, Counts(StratifiedSubset.Fraction(_labels, _names, 1, 1)));
    }

    [TestMethod]
    public void SmallerSubsetsArePartOfLargerOnes()
    {
        int[] previous = [];
        foreach (double fraction in new[] { 0.01, 0.1, 0.3, 0.31, 0.9, 1 })
        {
            int[] rows = StratifiedSubset.Fraction(_labels, _names, fraction, 7);
            CollectionAssert.IsSubsetOf(previous, rows);
            previous = rows;
        }

        int[] three = StratifiedSubset.PerClass(_labels, _names, 3, 7);
        CollectionAssert.AreEqual(new[] { 3, 3, 3 }, Counts(three));
        CollectionAssert.IsSubsetOf(StratifiedSubset.PerClass(_labels, _names, 2, 7), three);
    }

    [TestMethod]
    public void TheSeedAloneDecides()
    {
        int[] first = StratifiedSubset.Fraction(_labels, _names, 0.2, 3);

        CollectionAssert.AreEqual(first, StratifiedSubset.Fraction(_labels, _names, 0.2, 3));
        CollectionAssert.AreNotEqual(first, StratifiedSubset.Fraction(_labels, _names, 0.2, 4));
    }

    [TestMethod]
    public void EveryRowIsEquallyLikely()
    {
        const int Seeds = 4000;
        var hits = new int[_labels.Length];
        for (int seed = 0; seed < Seeds; seed++)
        {
            foreach (int row in StratifiedSubset.PerClass(_labels, _names, 1, seed)) hits[row]++;
        }

        // Binomial: five standard deviations for each of the 5 rows of class c.
        double deviation = Math.Sqrt(Seeds * 0.2 * 0.8);
        foreach (int count in hits[^5..]) Assert.AreEqual(Seeds * 0.2, count, 5 * deviation);
    }

    [TestMethod]
    [DataRow(0.2, 20, 8, 1)]
    [DataRow(0.01, 1, 1, 1)]
    [DataRow(0.99, 99, 39, 4)]
    public void ASplitHasEveryClassOnBothSides(double fraction, int a, int b, int c)
    {
        (int[] first, int[] second) =
            StratifiedSubset.Split(_labels, _names, fraction, 5, RandomPurpose.Validation);

        CollectionAssert.AreEqual(new[] { a, b, c }, Counts(second));
        CollectionAssert.AreEqual(new[] { 100 - a, 40 - b, 5 - c }, Counts(first));
        Assert.IsEmpty(first.Intersect(second));
    }

    [TestMethod]
    public void SplitsForDifferentPurposesAreIndependent()
    {
        int[] validation = StratifiedSubset.Split(_labels, _names, 0.3, 5, RandomPurpose.Validation).Second;
        int[] test = StratifiedSubset.Split(_labels, _names, 0.3, 5, RandomPurpose.DataSplit).Second;

        CollectionAssert.AreNotEqual(validation, test);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-0.1)]
    [DataRow(1.01)]
    [DataRow(double.NaN)]
    public void AFractionOutOfRangeIsRefused(double fraction)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => StratifiedSubset.Fraction(_labels, _names, fraction, 1));
        Assert.Contains("has to be above 0 and at most 1", error.Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => StratifiedSubset.Split(_labels, _names, fraction, 1, RandomPurpose.Validation));
    }

    [TestMethod]
    public void LabelsThatCannotBeSplitAreRefusedByName()
    {
        Assert.Contains("None of the 2 rows has a label", Message([-1, -1]));
        Assert.Contains("None of the 0 rows has a label", Message([]));
        Assert.Contains("All labels are of one class, 'b'", Message([1, -1, 1]));
        Assert.Contains("Class 'c' has 1 label, so it cannot be on both sides", Message([0, 0, 1, 1, 2]));
        Assert.Contains(
            "Class 'c' has 5 labels, 6 a class were asked for",
            Assert.ThrowsExactly<InvalidDataException>(
                () => StratifiedSubset.PerClass(_labels, _names, 6, 1)).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => StratifiedSubset.PerClass(_labels, _names, 0, 1));
        Assert.ThrowsExactly<InvalidDataException>(() => StratifiedSubset.Fraction([1, 1], _names, 0.5, 1));

        static string Message(int[] labels) => Assert.ThrowsExactly<InvalidDataException>(
            () => StratifiedSubset.Split(labels, _names, 0.5, 1, RandomPurpose.Validation)).Message;
    }

    private static int[] Counts(int[] rows) => [.. _names.Select((_, c) => rows.Count(r => _labels[r] == c))];
}
