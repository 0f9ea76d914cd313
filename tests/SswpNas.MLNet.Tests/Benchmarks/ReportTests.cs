using System.Text.Json;
using SswpNas.MLNet.Benchmarks.Measuring;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Benchmarks;

[TestClass]
public sealed class ReportTests
{
    [TestMethod]
    public void AFigureIsALine()
    {
        StringWriter lines = new();
        Report report = new(lines);
        report.Add("search_step.8x5x32.speedup", "x", [3.3, 3.44, 3.6]);
        report.Add("memory.36x20x8.product", "MiB", 1234.4);
        report.Add("views.8x5x32.batch", "s", [0.001234]);
        string[] said = lines.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        CollectionAssert.AreEqual(
            new[]
            {
                "search_step.8x5x32.speedup 3.44 x (n=3, 3.37..3.52)",
                "memory.36x20x8.product 1234 MiB",
                "views.8x5x32.batch 0.00123 s",
            },
            said);
    }

    [TestMethod]
    public void TheFileHoldsFiguresMachineVersionsAndCommandAndNothingLiesBesideIt()
    {
        using TestFolder folder = new();
        string file = Path.Combine(folder.Root, "figures.json");
        File.WriteAllText(file, "what was there before");
        Report report = new(TextWriter.Null);
        report.Add("a.b", "x", [1, 2, 3]);
        report.WriteJson(file, "the command");

        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(file));
        JsonElement figure = json.RootElement.GetProperty("figures")[0];
        Assert.AreEqual("a.b", figure.GetProperty("name").GetString());
        Assert.AreEqual(2, figure.GetProperty("value").GetDouble());
        Assert.AreEqual("x", figure.GetProperty("unit").GetString());
        Assert.AreEqual(3, figure.GetProperty("n").GetInt32());
        Assert.AreEqual(1.5, figure.GetProperty("q1").GetDouble());
        Assert.AreEqual(2.5, figure.GetProperty("q3").GetDouble());
        Assert.AreEqual("the command", json.RootElement.GetProperty("command").GetString());
        Assert.IsGreaterThan(0, json.RootElement.GetProperty("hardware").GetProperty("cores").GetInt32());
        Assert.IsTrue(json.RootElement.GetProperty("versions").TryGetProperty("libtorch", out _));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Root));
    }
}
