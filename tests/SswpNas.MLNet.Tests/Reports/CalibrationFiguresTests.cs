using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Reports;

/// <summary>The figures behind the answer: intervals of accuracies, and how far confidence can be trusted.</summary>
[TestClass]
public sealed class CalibrationFiguresTests
{
    [TestMethod]
    [DataRow(0.5, 10, 0.2366, 0.7634)]
    [DataRow(0.375, 8, 0.1368, 0.6943)]
    [DataRow(1.0, 8, 0.6756, 1.0)]
    [DataRow(0.0, 20, 0.0, 0.1611)]
    [DataRow(0.9, 1000, 0.8799, 0.9171)]
    public void TheIntervalIsWilsons(double proportion, int n, double low, double high)
    {
        (double Low, double High) interval = Proportion.Interval(proportion, n);
        Assert.AreEqual(low, interval.Low, 1e-4);
        Assert.AreEqual(high, interval.High, 1e-4);
    }

    [TestMethod]
    public void AnswersFallIntoTheirRanges()
    {
        ReliabilityBin[] bins = Reliability.Of([(0.0, false), (0.2, true), (0.25, false), (0.4, true), (0.41, true), (1.0, false)], bins: 5);

        Assert.HasCount(5, bins);
        Assert.AreEqual(2, bins[0].Count, "0 and the border 0.2 belong to the first range");
        Assert.AreEqual(0.1, bins[0].Confidence, 1e-12);
        Assert.AreEqual(0.5, bins[0].Accuracy, 1e-12);
        Assert.AreEqual(2, bins[1].Count);
        Assert.AreEqual(0.325, bins[1].Confidence, 1e-12);
        Assert.AreEqual(1, bins[2].Count);
        Assert.AreEqual(default, bins[3]);
        Assert.AreEqual(new ReliabilityBin(1, 1, 0), bins[4]);
    }

    [TestMethod]
    public void TheExpectedErrorIsTheMeanDistanceOverTheAnswers()
    {
        // Three of four right at 0.7: distance 0.05. One of two right at 0.9: distance 0.4. (4 * 0.05 + 2 * 0.4) / 6.
        ReliabilityBin[] bins = Reliability.Of([(0.7, true), (0.7, true), (0.7, true), (0.7, false), (0.9, true), (0.9, false)]);

        Assert.HasCount(15, bins);
        Assert.AreEqual(1.0 / 6, Reliability.ExpectedError(bins), 1e-12);
        Assert.AreEqual(4.6 / 6, Reliability.Confidence(bins), 1e-12);
        Assert.AreEqual(0, Reliability.ExpectedError(Reliability.Of([])));
    }
}
