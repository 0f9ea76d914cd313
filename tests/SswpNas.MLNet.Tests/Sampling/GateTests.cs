using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet.Tests.Sampling;

[TestClass]
public sealed class GateTests
{
    private static readonly float[] Alpha = [0.3f, -1.2f, 2f, 0f, 0.7f, -0.4f, 1.1f];
    private static readonly double[] Gates = [0.5, -2, 1.5, 0.25, -0.75, 3, 1];

    [TestMethod]
    public void TheFullGradientIsTheLiteralJacobian()
    {
        double[] gradient = new double[7];
        FullGate.Gradient(Alpha, Gates, gradient);
        double[] expected = Literal(Alpha, Gates);
        for (int i = 0; i < 7; i++) Assert.AreEqual(expected[i], gradient[i], 1e-12);
    }

    [TestMethod]
    public void TheTwoPathGradientIsTheLiteralJacobianOfTheTwo()
    {
        double[] gradient = new double[7];
        TwoPathGate.Gradient(Alpha, 5, 2, Gates, gradient);
        double[] expected = Literal([Alpha[5], Alpha[2]], [Gates[5], Gates[2]]);
        for (int i = 0; i < 7; i++)
            Assert.AreEqual(i == 5 ? expected[0] : i == 2 ? expected[1] : 0, gradient[i], 1e-12);
    }

    [TestMethod]
    public void RescalingKeepsTheSumOfTheTwoAndTheirDifference()
    {
        float[] alpha = [.. Alpha];
        alpha[1] += 0.4f;
        alpha[6] -= 0.1f;
        double difference = alpha[1] - alpha[6];

        TwoPathGate.Rescale(Alpha, alpha, 1, 6);

        Assert.AreEqual(Math.Exp(Alpha[1]) + Math.Exp(Alpha[6]), Math.Exp(alpha[1]) + Math.Exp(alpha[6]), 1e-6);
        Assert.AreEqual(difference, alpha[1] - alpha[6], 1e-6);
        for (int i = 0; i < 7; i++) if (i is not (1 or 6)) Assert.AreEqual(Alpha[i], alpha[i]);
    }

    [TestMethod]
    public void TwoDistinctPathsAreDrawnWithTheirProbabilities()
    {
        const int draws = 200_000;
        RandomStream random = new(1, RandomPurpose.Paths);
        double[] active = new double[7];
        double[] either = new double[7];
        for (int i = 0; i < draws; i++)
        {
            (int a, int o) = TwoPathGate.Sample(Alpha, ref random);
            Assert.AreNotEqual(a, o);
            active[a] += 1.0 / draws;
            either[a] += 1.0 / draws;
            either[o] += 1.0 / draws;
        }

        double[] p = Softmax.Of(Alpha);
        for (int i = 0; i < 7; i++)
        {
            double expectedEither = p[i];
            double expectedActive = 0;
            for (int j = 0; j < 7; j++)
            {
                if (j == i) continue;
                expectedEither += p[j] * p[i] / (1 - p[j]);
                double pair = (p[i] * p[j] / (1 - p[i])) + (p[j] * p[i] / (1 - p[j]));
                expectedActive += pair * p[i] / (p[i] + p[j]);
            }

            Assert.AreEqual(expectedEither, either[i], 0.006);
            Assert.AreEqual(expectedActive, active[i], 0.006);
        }
    }

    [TestMethod]
    public void AnAlphaFarAboveTheOthersStillMeetsADistinctSecondPath()
    {
        RandomStream random = new(1, RandomPurpose.Paths);
        for (int i = 0; i < 100; i++)
        {
            (int active, int other) = TwoPathGate.Sample([0, 0, 5000, 0, 0, 0, 0], ref random);
            Assert.AreEqual(2, active);
            Assert.AreNotEqual(2, other);
        }
    }

    [TestMethod]
    public void DroppedSkipsAreSampledAnewAmongTheParameterisedOperations()
    {
        const int draws = 100_000;
        RandomStream random = new(1, RandomPurpose.Paths);
        double[] share = new double[7];
        for (int i = 0; i < draws; i++) share[new OperationDropout(0.2, 0).Apply(0, Alpha, ref random)] += 1.0 / draws;

        double sum = Alpha[3..].Sum(a => Math.Exp(a));
        Assert.AreEqual(0.8, share[0], 0.006);
        for (int k = 3; k < 7; k++) Assert.AreEqual(0.2 * Math.Exp(Alpha[k]) / sum, share[k], 0.006);
    }

    [TestMethod]
    public void EachKindIsDroppedByItsOwnProbability()
    {
        RandomStream random = new(1, RandomPurpose.Paths);
        for (int k = 1; k < 7; k++) Assert.AreEqual(k, new OperationDropout(1, 0).Apply(k, Alpha, ref random));
        Assert.AreEqual(0, new OperationDropout(0, 1).Apply(0, Alpha, ref random));
        Assert.IsGreaterThanOrEqualTo(3, new OperationDropout(0, 1).Apply(1, Alpha, ref random));
        Assert.IsGreaterThanOrEqualTo(3, new OperationDropout(0, 1).Apply(2, Alpha, ref random));
    }

    private static double[] Literal(float[] alpha, double[] gates)
    {
        double[] p = [.. alpha.Select(a => Math.Exp(a) / alpha.Sum(b => Math.Exp(b)))];
        double[] gradient = new double[p.Length];
        for (int i = 0; i < p.Length; i++)
            for (int j = 0; j < p.Length; j++) gradient[i] += gates[j] * p[j] * ((i == j ? 1 : 0) - p[i]);
        return gradient;
    }
}
