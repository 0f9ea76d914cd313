using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.SearchSpace;

[TestClass]
public sealed class GenotypeDerivationTests
{
    [TestMethod]
    public void EachNodeKeepsItsTwoMostProbableEdges()
    {
        float[][] alphas = Flat();
        Set(alphas, node: 2, input: 3, CellOperation.SepConv5x5, 3);
        Set(alphas, node: 2, input: 1, CellOperation.DilConv3x3, 2);
        Set(alphas, node: 2, input: 0, CellOperation.MaxPool3x3, 1);
        CellGenotype cell = GenotypeDerivation.Derive(alphas, restrict: false);
        Assert.AreEqual(new GenotypeEdge(CellOperation.SepConv5x5, 3), cell.Edges[4]);
        Assert.AreEqual(new GenotypeEdge(CellOperation.DilConv3x3, 1), cell.Edges[5]);
    }

    [TestMethod]
    public void RestrictKeepsTheTwoMostProbableSkipsAndPools()
    {
        float[][] alphas = Flat();
        for (int node = 0; node < 4; node++)
        {
            Set(alphas, node, 0, CellOperation.SkipConnect, 2 + node);
            Set(alphas, node, 1, CellOperation.AvgPool3x3, 6 - node);
        }

        CellGenotype cell = GenotypeDerivation.Derive(alphas, restrict: true);
        Assert.AreEqual((2, 2), (cell.Skips, cell.Pools));
        Assert.AreEqual(CellOperation.AvgPool3x3, cell.Edges[0].Operation);
        Assert.AreEqual(CellOperation.AvgPool3x3, cell.Edges[2].Operation);
        Assert.AreEqual(CellOperation.SkipConnect, cell.Edges[4].Operation);
        Assert.AreEqual(CellOperation.SkipConnect, cell.Edges[6].Operation);
    }

    /// <summary>
    /// Both pools of node 1 give way. The weaker one (edge from 2) does first and takes the best edge left, from 1; the
    /// stronger one then takes the best of 0 and 2.
    /// </summary>
    [TestMethod]
    public void WhereBothEdgesOfANodeGiveWayTheWeakerDoesFirst()
    {
        float[][] alphas = Flat();
        Set(alphas, 0, 0, CellOperation.MaxPool3x3, 9);
        Set(alphas, 0, 1, CellOperation.MaxPool3x3, 9);
        Set(alphas, 1, 0, CellOperation.MaxPool3x3, 5);
        Set(alphas, 1, 2, CellOperation.MaxPool3x3, 4);
        Set(alphas, 1, 1, CellOperation.SepConv3x3, 1);
        CellGenotype cell = GenotypeDerivation.Derive(alphas, restrict: true);
        Assert.AreEqual(new GenotypeEdge(CellOperation.SepConv3x3, 1), cell.Edges[3]);
        Assert.AreEqual(2, cell.Edges[2].Input);
        Assert.IsTrue(cell.Edges[2].Operation.IsParameterised());
    }

    private static void Set(float[][] alphas, int node, int input, CellOperation operation, float alpha) =>
        alphas[CellTopology.EdgeIndex(node, input)][(int)operation] = alpha;

    /// <summary>Every edge slightly prefers a convolution.</summary>
    private static float[][] Flat() =>
        [.. Enumerable.Range(0, CellTopology.Edges).Select(_ => new float[] { 0, 0, 0, 0.1f, 0, 0, 0 })];
}
