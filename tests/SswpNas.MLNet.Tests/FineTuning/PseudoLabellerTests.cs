using SswpNas.MLNet.FineTuning.SemiSupervised;

namespace SswpNas.MLNet.Tests.FineTuning;

[TestClass]
public sealed class PseudoLabellerTests
{
    private static readonly SemiSupervisedOptions _plain = new() { AlignDistribution = false, Momentum = 0 };

    /// <summary>Confidences 0.9 and 0.5 have the mean 0.7 and the variance 0.08: exp(-0.04 / (2 * 0.08 / 4)) = exp(-1).</summary>
    [TestMethod]
    public void SoftMatchWeighsWhatIsLessSureByAGaussianBelowTheMean()
    {
        PseudoLabeller labeller = new(_plain, [0.5, 0.5]);

        double[] weights = labeller.Label([[0.9, 0.1], [0.5, 0.5]]);

        Assert.AreEqual(1, weights[0], 1e-12);
        Assert.AreEqual(Math.Exp(-1), weights[1], 1e-12);
    }

    /// <summary>The mean confidence is 0.7; class 1 has half the mean probability of class 0, and so half the threshold.</summary>
    [TestMethod]
    public void FreeMatchAsksLessOfClassesThatAreRare()
    {
        PseudoLabeller labeller = new(_plain with { Method = PseudoLabelMethod.FreeMatch }, [0.5, 0.5]);

        double[] weights = labeller.Label([[0.95, 0.05], [0.65, 0.35], [0.4, 0.6]]);

        CollectionAssert.AreEqual(new double[] { 1, 0, 1 }, weights);
    }

    [TestMethod]
    public void AlignedPredictionsHaveTheClassesOfTheLabels()
    {
        PseudoLabeller labeller = new(_plain with { AlignDistribution = true }, [0.25, 0.75]);
        double[][] p = [[0.8, 0.2], [0.8, 0.2]];

        labeller.Label(p);

        foreach (double[] one in p)
        {
            Assert.AreEqual(0.25, one[0], 1e-12);
            Assert.AreEqual(0.75, one[1], 1e-12);
        }
    }

    [TestMethod]
    public void HardLabelsAreOneClass()
    {
        PseudoLabeller labeller = new(_plain with { HardLabels = true }, [0.3, 0.3, 0.4]);
        double[][] p = [[0.2, 0.5, 0.3]];

        labeller.Label(p);

        CollectionAssert.AreEqual(new double[] { 0, 1, 0 }, p[0]);
    }

    [TestMethod]
    public void TheRunningMeansFollowByTheMomentum()
    {
        PseudoLabeller labeller = new(new SemiSupervisedOptions { Momentum = 0.9 }, [0.5, 0.5]);

        labeller.Label([[0.9, 0.1], [0.9, 0.1]]);

        Assert.AreEqual((0.9 * 0.5) + (0.1 * 0.9), labeller.State.Predicted[0], 1e-12);
        Assert.AreEqual(0.9, labeller.State.Variance, 1e-12);
    }

    /// <summary>A network that already predicts the labels' classes is left as it is from the first step on.</summary>
    [TestMethod]
    public void AlignmentBeginsWithTheLabelsClasses()
    {
        PseudoLabeller labeller = new(new SemiSupervisedOptions(), [0.9, 0.1]);
        double[][] p = [[0.9, 0.1], [0.9, 0.1]];

        labeller.Label(p);

        Assert.AreEqual(0.9, p[0][0], 1e-12);
    }

    [TestMethod]
    public void PredictionsThatAreNotFiniteLeaveTheMeansAlone()
    {
        PseudoLabeller labeller = new(_plain, [0.5, 0.5]);
        PseudoLabellerState before = labeller.State;

        labeller.Label([[double.NaN, double.NaN], [0.5, 0.5]]);

        Assert.AreSame(before, labeller.State);
    }

    [TestMethod]
    public void AClassThatIsNeverPredictedDividesByNoZero()
    {
        PseudoLabeller labeller = new(new SemiSupervisedOptions { Momentum = 0 }, [0.5, 0.5]);
        double[][] p = [[1, 0], [1, 0]];

        double[] weights = labeller.Label(p);

        Assert.IsTrue(weights.Concat(p.SelectMany(x => x)).All(double.IsFinite));
    }
}
