using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Sampling;

[TestClass]
public sealed class PathBinarisationTests
{
    private static readonly float[] Alpha = [0.3f, -1.2f, 2f, 0f, 0.7f, -0.4f, 1.1f];

    [TestMethod]
    public void FullGatesDrawOneOperationBySoftmaxAndAskAboutAllOthers()
    {
        const int draws = 100_000;
        RandomStream random = new(1, RandomPurpose.Paths);
        IPathBinarisation full = PathBinarisation.Of(GateMode.Full);
        double[] drawn = new double[7], gated = new double[7];
        for (int i = 0; i < draws; i++)
        {
            drawn[full.Draw(Alpha, ref random)] += 1.0 / draws;
            EdgePath path = full.DrawGated(Alpha, ref random);
            gated[path.Active] += 1.0 / draws;
            CollectionAssert.AreEqual(Enumerable.Range(0, 7).Except([path.Active]).ToArray(), path.Others.ToArray());
        }

        double sum = Alpha.Sum(a => Math.Exp(a));
        for (int k = 0; k < 7; k++)
        {
            Assert.AreEqual(Math.Exp(Alpha[k]) / sum, drawn[k], 0.006);
            Assert.AreEqual(Math.Exp(Alpha[k]) / sum, gated[k], 0.006);
        }
    }

    /// <summary>Adam's first step with bias correction and no first moment is the gradient over its own size.</summary>
    [TestMethod]
    [DataRow(GateMode.Two)]
    [DataRow(GateMode.Full)]
    public void AStepOfTheAlphasIsTheLiteralOneOfItsGates(GateMode mode)
    {
        IPathBinarisation gates = PathBinarisation.Of(mode);
        Alphas alphas = new(1, gates, new AlphaOptimizer(1, 0.1, 0, 0.999));
        for (int e = 0; e < CellTopology.Edges; e++) Alpha.CopyTo(alphas.Values[0][e], 0);
        RandomStream random = new(2, RandomPurpose.Paths);
        CellPath[] paths = PathSampler.ArchitectureStep(alphas.Values, new CellPath?[1], gates, ref random);
        foreach (EdgePath edge in paths[0].Edges)
            foreach (int k in (int[])[edge.Active, .. edge.Others]) edge.Gates![k] = random.NextDouble(-1, 1);

        alphas.Step(paths, [false]);

        for (int e = 0; e < CellTopology.Edges; e++)
        {
            EdgePath edge = paths[0].Edges[e];
            double[] expected = Literal(edge, [edge.Active, .. edge.Others], mode == GateMode.Two);
            for (int k = 0; k < 7; k++) Assert.AreEqual(expected[k], alphas.Values[0][e][k], 1e-5, $"edge {e}, operation {k}");
        }
    }

    /// <summary>As in the published code: the second of two equal steps has twice the gates' gradients.</summary>
    [TestMethod]
    [DataRow(GateMode.Two)]
    [DataRow(GateMode.Full)]
    public void GateGradientsThatAddUpAreTheSumOverTheSteps(GateMode mode)
    {
        IPathBinarisation gates = PathBinarisation.Of(mode);
        Alphas alphas = new(1, gates, new AlphaOptimizer(1, 0.1, 0, 0.999), accumulates: true);
        RandomStream random = new(2, RandomPurpose.Paths);
        double[] sums = new double[7];
        for (int step = 0; step < 3; step++)
        {
            CellPath[] paths = PathSampler.ArchitectureStep(alphas.Values, new CellPath?[1], gates, ref random);
            foreach (EdgePath edge in paths[0].Edges)
                foreach (int k in (int[])[edge.Active, .. edge.Others]) edge.Gates![k] = k + 1;
            foreach (int k in (int[])[paths[0].Edges[4].Active, .. paths[0].Edges[4].Others]) sums[k] += k + 1;
            Assert.IsTrue(alphas.Step(paths, [false]));
        }

        for (int k = 0; k < 7; k++) Assert.AreEqual(sums[k], alphas.GateGradients![0][4][k], 1e-5);
        // A step that fails leaves the sums as they were.
        CellPath[] bad = PathSampler.ArchitectureStep(alphas.Values, new CellPath?[1], gates, ref random);
        EdgePath last = bad[0].Edges[^1];
        last.Gates![last.Active] = double.NaN;
        bad[0].Edges[4].Gates![bad[0].Edges[4].Active] = 100;
        Assert.IsFalse(alphas.Step(bad, [false]));
        for (int k = 0; k < 7; k++) Assert.AreEqual(sums[k], alphas.GateGradients![0][4][k], 1e-5);
        Assert.IsNull(new Alphas(1, gates, new AlphaOptimizer(1, 0.1, 0, 0.999)).GateGradients);
    }

    [TestMethod]
    public void NothingButTwoAndFullIsAMode() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(
        () => PathBinarisation.Of((GateMode)2));

    /// <summary>dL/dalpha_i = sum over j of dL/dg_j p_j (delta_ij - p_i), Adam, and for two gates the common shift.</summary>
    private static double[] Literal(EdgePath edge, int[] operations, bool shift)
    {
        double[] alpha = [.. Alpha.Select(a => (double)a)];
        double before = operations.Sum(k => Math.Exp(alpha[k]));
        double[] after = [.. alpha];
        foreach (int i in operations)
        {
            double gradient = 0, pi = Math.Exp(alpha[i]) / before;
            foreach (int j in operations)
                gradient += edge.Gates![j] * (Math.Exp(alpha[j]) / before) * ((i == j ? 1 : 0) - pi);
            after[i] -= 0.1 * Math.Sign(gradient) * (Math.Abs(gradient) / (Math.Abs(gradient) + 1e-8));
        }

        if (!shift) return after;
        double offset = Math.Log(before / operations.Sum(k => Math.Exp(after[k])));
        foreach (int k in operations) after[k] += offset;
        return after;
    }
}
