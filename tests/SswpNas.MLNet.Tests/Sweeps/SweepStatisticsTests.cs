using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Sweeps;

[TestClass]
public sealed class SweepStatisticsTests
{
    [TestMethod]
    public void TheIntervalIsStudentsT()
    {
        Spread spread = Spread.Of([1, 2, 3]);

        Assert.AreEqual(2, spread.Mean);
        Assert.AreEqual(4.30265 / Math.Sqrt(3), spread.HalfWidth, 1e-5);
        Assert.AreEqual(double.NaN, Spread.Of([1]).HalfWidth);
    }

    /// <summary>Tables give 2.021 for 40 degrees of freedom and 1.984 for 100.</summary>
    [TestMethod]
    [DataRow(41, 2.021)]
    [DataRow(101, 1.984)]
    public void ManySeedsHaveStudentsTToo(int count, double quantile)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => (double)i)];
        double mean = values.Average(), deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (count - 1));

        Assert.AreEqual(quantile * deviation / Math.Sqrt(count), Spread.Of(values).HalfWidth, 1e-3 * deviation);
    }

    [TestMethod]
    public void GainsArePairedBySeedAndMeetInProportion()
    {
        SweepResult result = new(
            [
                Record("Concomitant", 0.1, 1, 0.50), Record("Random", 0.1, 1, 0.40),
                Record("Concomitant", 0.1, 2, 0.40), Record("Random", 0.1, 2, 0.34),
                Record("Concomitant", 0.5, 1, 0.60), Record("Random", 0.5, 1, 0.62),
                Record("Concomitant", 0.5, 2, 0.58), Record("Random", 0.5, 2, 0.58),
            ],
            []);

        Assert.AreEqual(8, result.Gains[0].Points, 1e-9);
        Assert.AreEqual(12.70620 * 2 * Math.Sqrt(2) / Math.Sqrt(2), result.Gains[0].PointsHalfWidth, 1e-4);
        Assert.AreEqual(-1, result.Gains[1].Points, 1e-9);
        Assert.AreEqual(0.1 + (0.4 * 8 / 9), result.BreakEvenRatio!.Value, 1e-9);
    }

    [TestMethod]
    public void WithoutACrossingThereIsNoMeetingRatio()
    {
        SweepResult result = new([Record("Concomitant", 0.1, 1, 0.5), Record("Random", 0.1, 1, 0.4)], []);

        Assert.IsNull(result.BreakEvenRatio);
    }

    private static SweepRecord Record(string start, double ratio, int seed, double accuracy) => new()
    {
        Initialization = start,
        Ratio = ratio,
        Seed = seed,
        Labels = (int)(1000 * ratio),
        AccuracyMicro = accuracy,
        AccuracyMacro = accuracy,
        LogLoss = 1,
        Status = nameof(SweepStatus.Done),
    };
}
