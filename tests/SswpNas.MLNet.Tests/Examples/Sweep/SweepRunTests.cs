using System.Text.Json;

namespace SswpNas.MLNet.Tests.Examples.Sweep;

/// <summary>A small sweep through the program, from the search to the merge.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class SweepRunTests : IDisposable
{
    private readonly SweepProgram _program = SweepProgram.Searched();

    public void Dispose() => _program.Dispose();

    [TestMethod]
    public void CellsAreRunOneByOneMissedNamedAndMerged()
    {
        ExampleProcess.Finished cell = _program.Run("run", "--cell", "3");
        Assert.AreEqual(0, cell.Code, cell.Error);
        Assert.StartsWith("Cell 3 (Concomitant, 90 % of the labels, seed 1): ", cell.Output);

        ExampleProcess.Finished early = _program.Run("merge");
        Assert.AreEqual(1, early.Code);
        Assert.Contains("Failed: 11 of 12 cells are missing: 0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11.", early.Error);
        Assert.Contains("--partial", early.Error);
        ExampleProcess.Finished partial = _program.Run("merge", "--partial");
        Assert.AreEqual(0, partial.Code, partial.Error);
        Assert.Contains("**Not complete**", File.ReadAllText(Path.Combine(_program.Output, "sweep.md")));

        ExampleProcess.Finished rest = _program.Run("run");
        Assert.AreEqual(0, rest.Code, rest.Error);
        Assert.AreEqual(SweepProgram.Cells - 1, rest.Output.Split('\n').Count(l => l.StartsWith("Cell ", StringComparison.Ordinal)));
        Assert.HasCount(SweepProgram.Cells + 1, _program.Merged());
        foreach (string name in new[] { "sweep.csv", "sweep.json", "sweep.md", "sweep.svg" })
            Assert.IsTrue(File.Exists(Path.Combine(_program.Output, name)), name);
        JsonElement json = JsonElement.Parse(File.ReadAllText(Path.Combine(_program.Output, "sweep.json")));
        Assert.AreEqual(SweepProgram.Cells, json.GetProperty("Records").GetArrayLength());
    }

    [TestMethod]
    public void ACellOutOfRangeIsRefused()
    {
        ExampleProcess.Finished run = _program.Run("run", "--cell", "12");
        Assert.AreEqual(2, run.Code);
        Assert.AreEqual("--cell is 12; the sweep has cells 0 to 11.", run.Error.Trim());
    }

    [TestMethod]
    public void OtherOptionsThanTheFoldersAreRefusedWithWhatDiffers()
    {
        ExampleProcess.Finished run = _program.Run("run", "--scale", "toy", "--seeds", "1,5");
        Assert.AreEqual(2, run.Code);
        Assert.Contains("- --scale: smoke there, toy here", run.Error);
        Assert.Contains("- --seeds: 1,2 there, 1,5 here", run.Error);
        Assert.DoesNotContain("--ratios", run.Error);
    }

    [TestMethod]
    public void AFileCutShortIsSaidAndItsCellRunAgain()
    {
        Assert.AreEqual(0, _program.Run("run", "--cell", "0").Code);
        string file = _program.CellFiles("cell-00000.json").Single();
        string whole = File.ReadAllText(file);
        File.WriteAllText(file, whole[..(whole.Length / 2)]);

        ExampleProcess.Finished again = _program.Run("run", "--cell", "0");

        Assert.AreEqual(0, again.Code, again.Error);
        Assert.Contains("is damaged; cell 0 counts as not done.", again.Error);
        Assert.AreEqual(WithoutSeconds(whole), WithoutSeconds(File.ReadAllText(file)));
    }

    /// <summary>The test images have the bytes of the training images: allowed, and said with their number.</summary>
    [TestMethod]
    public void TestImagesThatAreTrainingImagesAreCounted()
    {
        ExampleProcess.Finished run = _program.Run("run", "--cell", "0");
        Assert.Contains("Warning: 96 test images are identical to a training image", run.Error);
    }

    [TestMethod]
    public void ThePlanListsCellsTimesAndMemory()
    {
        Assert.AreEqual(0, _program.Run("run", "--cell", "2").Code);
        ExampleProcess.Finished plan = _program.Run("plan");
        Assert.AreEqual(0, plan.Code, plan.Error);
        string[][] rows = [.. plan.Output.Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(f => f.Length == 7 && int.TryParse(f[0], out _))];
        Assert.HasCount(SweepProgram.Cells, rows);
        Assert.HasCount(SweepProgram.Cells - 1, rows.Where(r => r[4] == "left"));
        Assert.AreEqual("done", rows[2][4]);
        Assert.IsTrue(rows.All(r => double.Parse(r[6], System.Globalization.CultureInfo.InvariantCulture) > 50), plan.Output);
        CollectionAssert.AreEqual(new[] { "39", "87" }, rows.Select(r => r[2]).Distinct().ToArray());
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow]
    [DataRow("--parallel", "2")]
    public void CtrlCStopsARunAndLeavesNoClaims(params string[] options)
    {
        using ExampleProcess run = _program.Start("run", options);
        run.WaitForLine("Cell ");
        run.Interrupt();
        ExampleProcess.Finished finished = run.Finish();

        Assert.AreEqual(130, finished.Code, finished.Error);
        Assert.Contains("Stopped.", finished.Error);
        Assert.IsEmpty(_program.CellFiles("*.claim*"));
        Assert.IsNotEmpty(_program.CellFiles("*.json"));
    }

    private static string WithoutSeconds(string json) => string.Join(
        '\n', json.Split('\n').Where(line => !line.Contains("\"Seconds\"", StringComparison.Ordinal)));
}
