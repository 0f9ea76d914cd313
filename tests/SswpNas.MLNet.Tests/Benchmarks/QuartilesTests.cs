using SswpNas.MLNet.Benchmarks.Measuring;

namespace SswpNas.MLNet.Tests.Benchmarks;

[TestClass]
public sealed class QuartilesTests
{
    [TestMethod]
    public void QuartilesLieBetweenNeighboursInProportion()
    {
        Quartiles spread = Quartiles.Of([4, 1, 3, 2]);
        Assert.AreEqual(2.5, spread.Median, 1e-12);
        Assert.AreEqual(1.75, spread.Lower, 1e-12);
        Assert.AreEqual(3.25, spread.Upper, 1e-12);
        Assert.AreEqual(4, spread.Count);
    }

    [TestMethod]
    public void OneValueIsItsOwnSpread() => Assert.AreEqual(new Quartiles(7, 7, 7, 1), Quartiles.Of([7]));

    [TestMethod]
    public void OneSlowRoundMovesTheMedianLittle() => Assert.AreEqual(2, Quartiles.Of([1, 2, 3, 1, 1000]).Median);

    [TestMethod]
    public void RatiosAreOfRoundsSideBySide()
    {
        Quartiles spread = Quartiles.OfRatios([2, 40, 9], [1, 10, 3]);
        Assert.AreEqual(new Quartiles(3, 2.5, 3.5, 3), spread);
    }

    [TestMethod]
    public void NothingAndNonsenseAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Quartiles.Of([]));
        Assert.ThrowsExactly<ArgumentException>(() => Quartiles.Of([1, double.NaN]));
        Assert.ThrowsExactly<ArgumentException>(() => Quartiles.OfRatios([1], [0]));
        ArgumentException problem = Assert.ThrowsExactly<ArgumentException>(() => Quartiles.OfRatios([1, 2], [1]));
        Assert.Contains("2 numerators and 1 denominators", problem.Message);
    }
}
