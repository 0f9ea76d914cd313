namespace SswpNas.MLNet.Tests.SearchSpace;

[TestClass]
public sealed class KnownGenotypesTests
{
    [TestMethod]
    public void ReductionCellsLieAtOneAndTwoThirds()
    {
        Genotype genotype = KnownGenotypes.DARTS_V2(20);
        Assert.HasCount(20, genotype.Cells);
        for (int cell = 0; cell < 20; cell++) Assert.AreEqual(cell is 6 or 13 ? 5 : 0, genotype.Cells[cell].Pools);
    }

    [TestMethod]
    public void TheThreeDiffer()
    {
        Assert.AreNotEqual(KnownGenotypes.DARTS_V1(8), KnownGenotypes.DARTS_V2(8));
        Assert.AreNotEqual(KnownGenotypes.DARTS_V2(8), KnownGenotypes.PDARTS(8));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => KnownGenotypes.DARTS_V1(0));
    }
}
