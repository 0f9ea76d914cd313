using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples.Sweep;

/// <summary>What the sweep program says to bad usage and to bad input, and that it says so before the search.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class SweepUsageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void EveryVerbHasItsHelp()
    {
        foreach ((string verb, string option) in new[]
        {
            ("search", "--threads <"), ("run", "--parallel <"), ("run", "--cell <"), ("merge", "--partial"), ("plan", "--count"),
        })
        {
            ExampleProcess.Finished run = Run(verb, "--help");
            Assert.AreEqual(0, run.Code);
            foreach (string shared in new[] { "--scale", "--data", "--test-data", "--ratios", "--seeds", "--output", option })
                Assert.Contains($"  {shared}", run.Output, verb);
        }
    }

    [TestMethod]
    [DataRow("0.5,0", "--ratios is '0.5,0'; fractions above 0, to 1")]
    [DataRow("1.5", "--ratios is '1.5'; fractions above 0, to 1")]
    [DataRow("0.5,0.5", "none twice")]
    public void ARatioOutOfRangeIsRefused(string ratios, string expected)
    {
        ExampleProcess.Finished run = Run("search", "--ratios", ratios, "--data", "not-there");
        Assert.AreEqual(2, run.Code);
        Assert.Contains(expected, run.Error);
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public void TooFewLabelsAtARatioAreFoundBeforeTheSearch()
    {
        _folder.WithClasses(12, "images/ant", "images/bee");
        ExampleProcess.Finished run = Run("search", "--data", "images", "--scale", "smoke", "--ratios", "0.5,0.05");
        Assert.AreEqual(1, run.Code, run.Error);
        Assert.StartsWith("Failed: With the ratio 0.05: Class 'ant' has 8 labels, of which none would be left.", run.Error);
        Assert.DoesNotContain("search: ", run.Output);
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.Combine(_folder.Root, "output", "sweep")));
    }

    [TestMethod]
    public void ARunBeforeTheSearchIsRefused()
    {
        ExampleProcess.Finished run = Run("run");
        Assert.AreEqual(2, run.Code);
        Assert.Contains("holds no finished search; run 'search'", run.Error);
    }

    [TestMethod]
    public void OneCellInSeveralProcessesIsRefused()
    {
        ExampleProcess.Finished run = Run("run", "--cell", "1", "--parallel", "2");
        Assert.AreEqual(2, run.Code);
        Assert.Contains("--cell and --parallel were given", run.Error);
    }

    [TestMethod]
    public void ThePlanCountsCellsBeforeTheSearch() =>
        Assert.AreEqual("24", Run("plan", "--count", "--ratios", "0.5,0.25", "--seeds", "1,2,3,4").Output.Trim());

    private ExampleProcess.Finished Run(params string[] arguments) =>
        ExampleProcess.Run("LabelRatioSweep", _folder.Root, arguments);
}
