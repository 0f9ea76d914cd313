using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>The examples of one page, as their user runs them.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class SmallExamplesTests : IDisposable
{
    private readonly TestFolder _images = new TestFolder().WithClasses(40, "ant", "bee", "cat");

    public void Dispose() => _images.Dispose();

    [TestMethod]
    public void CrossValidationJudgesFiveFoldsOfEachStartAfterOneSearch()
    {
        string[] lines = Lines("CrossValidation");
        Assert.ContainsSingle(l => l.StartsWith("Searched on 120 images", StringComparison.Ordinal), lines);
        foreach (string start in new[] { "Concomitant", "Random" })
        {
            Assert.HasCount(5, lines.Where(l => l.StartsWith($"{start}, fold ", StringComparison.Ordinal)));
            Assert.ContainsSingle(l => l.StartsWith($"{start}, mean of 5 folds: accuracy ", StringComparison.Ordinal), lines);
        }
    }

    [TestMethod]
    public void ChainSweepHasALineForEveryFit()
    {
        string[] lines = Lines("ChainSweep");
        Assert.AreEqual("chain,fraction,labels,seed,accuracy,logLoss", lines[0]);
        string[][] rows = [.. lines.Skip(1).Select(l => l.Split(','))];
        Assert.HasCount(2 * 5 * 3, rows);
        // 96 images to learn from, 32 a class: 0.1 of 32 is 3 of each.
        CollectionAssert.AreEqual(new[] { "87", "66", "48", "30", "9" }, rows.Select(r => r[2]).Distinct().ToArray());
        Assert.IsTrue(rows.All(r => double.Parse(r[4], System.Globalization.CultureInfo.InvariantCulture) is >= 0 and <= 1));
    }

    private string[] Lines(string example)
    {
        ExampleProcess.Finished run = ExampleProcess.Run(example, _images.Root, _images.Root, "--smoke");
        Assert.AreEqual(0, run.Code, run.Error);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
