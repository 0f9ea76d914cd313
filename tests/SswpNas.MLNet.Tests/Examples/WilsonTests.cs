using SswpNas.MLNet.Examples;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>The interval that OwnImages gives, against figures of the literature.</summary>
[TestClass]
public sealed class WilsonTests
{
    [TestMethod]
    [DataRow(0.5, 10, 0.2366, 0.7634)]
    [DataRow(0.375, 8, 0.1368, 0.6943)]
    [DataRow(1.0, 8, 0.6756, 1.0)]
    [DataRow(0.0, 20, 0.0, 0.1611)]
    [DataRow(0.9, 1000, 0.8799, 0.9171)]
    public void TheIntervalOf95Percent(double proportion, int n, double low, double high)
    {
        (double Low, double High) interval = CrossValidated.Wilson(proportion, n);
        Assert.AreEqual(low, interval.Low, 1e-4);
        Assert.AreEqual(high, interval.High, 1e-4);
    }
}
