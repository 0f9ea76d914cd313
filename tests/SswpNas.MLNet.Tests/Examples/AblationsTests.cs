using System.Text.Json;
using System.Text.Json.Nodes;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>The paper's tables at the smallest scale, and what a rerun does.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class AblationsTests
{
    private static readonly string[] _rowsOf3a = ["SL", "SL+BPP", "SL+FPP", "SSL", "SSL+BPP", "SSL+FPP", "BYOL"];

    private static TestFolder _folder = null!;

    [ClassInitialize]
    public static void RunOnce(TestContext _)
    {
        _folder = new TestFolder().WithClasses(50, "images/ant", "images/bee", "images/cat");
        foreach (string table in new[] { "3a", "3c" }) Done(Run(table));
    }

    [ClassCleanup]
    public static void End() => _folder.Dispose();

    [TestMethod]
    public void TheTableHasARowForEachConfigurationOfThePaper()
    {
        JsonElement table = Table("3a");
        Assert.IsTrue(table.GetProperty("complete").GetBoolean());
        CollectionAssert.AreEqual(_rowsOf3a, Rows(table).Select(Name).ToArray());
        CollectionAssert.AreEqual(
            new[] { 2.92, 2.93, 2.77, 2.65, 2.73, 2.56, 3.05 }, Rows(table).Select(r => r.GetProperty("paper").GetDouble()).ToArray());
        foreach (JsonElement row in Rows(table))
        {
            Assert.AreEqual(1, row.GetProperty("n").GetInt32());
            Assert.IsInRange(0.0, 100.0, row.GetProperty("mean").GetDouble());
            Assert.AreEqual(JsonValueKind.Null, row.GetProperty("spread").ValueKind);
            Assert.IsGreaterThan(0, row.GetProperty("seconds").GetDouble());
        }

        string[] page = File.ReadAllLines(Path.Combine(_folder.Root, "3a", "table.md"));
        string[] starts = [.. page.Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(l => l.Split(" | ")[0][2..])];
        CollectionAssert.AreEqual(_rowsOf3a, starts);
        foreach (string part in new[] { "- data: ", "- command: `dotnet run", "- hardware: processor", "- versions: SswpNas.MLNet", "- settings: search.Cells 3" })
            Assert.ContainsSingle(line => line.StartsWith(part, StringComparison.Ordinal), page, part);
    }

    [TestMethod]
    public void RowsDifferFromTheMethodInWhatTheirNameSays()
    {
        JsonElement table = Table("3a");
        CollectionAssert.AreEqual(
            new[]
            {
                "search.Objective=Supervised, search.PruneDirection=None", "search.Objective=Supervised, search.PruneDirection=Backward",
                "search.Objective=Supervised", "search.PruneDirection=None", "search.PruneDirection=Backward", "",
                "search.Objective=Byol",
            },
            Rows(table).Select(r => r.GetProperty("changes").GetString()).ToArray());
    }

    [TestMethod]
    public void WhatTablesHaveInCommonIsDoneOnce()
    {
        Assert.AreEqual(Value("3a", "SSL+FPP"), Value("3c", "skip dropout 0.2"));
        Assert.HasCount(9, Directory.GetDirectories(Path.Combine(_folder.Root, "shared"), "search-*"), "seven and two more");
    }

    [TestMethod]
    public void ARerunDoesOnlyWhatIsMissingAndFindsTheSame()
    {
        double before = Value("3a", "SSL");
        ExampleProcess.Finished again = Run("3a");
        Done(again);
        Assert.DoesNotContain("search ", again.Output, "nothing was left to do");

        File.Delete(Path.Combine(_folder.Root, "3a", "rows", "ssl.1.json"));
        File.WriteAllText(Path.Combine(_folder.Root, "3a", "rows", "byol.1.json"), "{ \"Row\": \"BY");
        ExampleProcess.Finished rest = Run("3a", "--cache", "other");
        Assert.AreEqual(0, rest.Code, rest.Error);
        Assert.Contains("byol.1.json' is damaged", rest.Error);
        string[] begun = [.. rest.Output.Split('\n').Where(l => l.Contains("search 100 %", StringComparison.Ordinal)).Select(l => l.Split(':')[0])];
        CollectionAssert.AreEqual(new[] { "[4/7] SSL, seed 1", "[7/7] BYOL, seed 1" }, begun);
        Assert.AreEqual(before, Value("3a", "SSL"), "one seed gives one result");
    }

    [TestMethod]
    public void AFolderOfOtherSettingsIsRefusedWithWhatDiffers()
    {
        ExampleProcess.Finished run = Run("3a", "--limit", "135");
        Assert.AreEqual(2, run.Code, run.Output);
        Assert.Contains("holds another table", run.Error);
        Assert.Contains("- images to search and train on: 90 there, 81 here", run.Error);
        Assert.DoesNotContain("- search.", run.Error);
        ExampleProcess.Finished other = ExampleProcess.Run(
            "Ablations", _folder.Root, "--table", "3c", "--scale", "smoke", "--data", "images", "--output", "3a");
        Assert.AreEqual(2, other.Code, other.Output);
        Assert.Contains("- table: 3a there, 3c here", other.Error);
    }

    /// <summary>The probe finds the searches of the table before it in the shared folder.</summary>
    [TestMethod]
    public void StrategiesAreComparedWithRandomArchitectures()
    {
        foreach (string table in new[] { "random", "random-probe" })
        {
            Done(Run(table));
            CollectionAssert.AreEqual(
                new[] { "gradient (the paper's)", "hybrid", "training-free", "random" }, Rows(Table(table)).Select(Name).ToArray());
            string page = File.ReadAllText(Path.Combine(_folder.Root, table, "table.md"));
            Assert.Contains("## Orderings", page);
            Assert.Contains("- training-free before gradient (the paper's): ", page);
            Assert.DoesNotContain("(paper: by", page);
            Assert.Contains("search.Strategy=Random", page);
        }
    }

    /// <summary>Figures put into the rows' files by hand, so that the sentences about them are known.</summary>
    [TestMethod]
    public void AnOrderingThatDoesNotShowIsSaidBesideTheFigures()
    {
        Assert.AreEqual(0, Run("3c", "--output", "by-hand", "--seeds", "1").Code);

        string page = ByHand(none: [20, 22, 24], half: [10, 30, 14], fifth: [21, 19, 17]);
        Assert.Contains("| skip dropout 0 | 3 | 22.00 | 2.00 | 2.63 |", page);
        Assert.Contains("| skip dropout 0.2 | 3 | 19.00 | 2.00 | 2.56 |", page);
        // By seeds: -1, 3, 7 and -11, 11, -3.
        Assert.Contains(
            "- skip dropout 0.2 before skip dropout 0 (paper: by 0.07 points): the mean is so by 3.00 points (3 seeds, s.d. 4.00), "
            + "which may well be chance: not shown.", page);
        Assert.Contains(
            "- skip dropout 0.2 before skip dropout 0.5 (paper: by 0.12 points): **does not show at this scale**: it is the other way "
            + "round by 1.00 points (3 seeds, s.d. 11.14).", page);

        // By seeds: 1, 5, 3, where t is 2.6, and 9, 12, 15, where it is 6.9; the bound for three seeds is 2.92.
        page = ByHand(none: [22, 24, 20], half: [30, 31, 32], fifth: [21, 19, 17]);
        Assert.Contains("before skip dropout 0 (paper: by 0.07 points): the mean is so by 3.00 points (3 seeds, s.d. 2.00), which may", page);
        Assert.Contains("before skip dropout 0.5 (paper: by 0.12 points): shows, by 12.00 points (3 seeds, s.d. 3.00).", page);
    }

    private static string ByHand(double[] none, double[] half, double[] fifth)
    {
        string rows = Path.Combine(_folder.Root, "by-hand", "rows");
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(rows, "skip-dropout-0.1.json")))!;
        foreach ((string row, double[] values) in new[] { ("0", none), ("0.5", half), ("0.2", fifth) })
        {
            for (int seed = 1; seed <= values.Length; seed++)
            {
                (record["Row"], record["Seed"], record["Value"]) = ($"skip dropout {row}", seed, values[seed - 1]);
                File.WriteAllText(Path.Combine(rows, $"skip-dropout-{row}.{seed}.json"), record.ToJsonString());
            }
        }

        Done(Run("3c", "--output", "by-hand", "--seeds", "3"));
        return File.ReadAllText(Path.Combine(_folder.Root, "by-hand", "table.md"));
    }

    [TestMethod]
    [DataRow("3b", 3, 2)]
    [DataRow("4a", 4, 1)]
    [DataRow("4b", 3, 1)]
    public void TheOtherTablesRunToo(string table, int rows, int seeds)
    {
        Done(Run(table, "--seeds", $"{seeds}", "--cache", "more"));
        JsonElement[] all = Rows(Table(table));
        Assert.HasCount(rows, all);
        foreach (JsonElement row in all)
        {
            Assert.AreEqual(seeds, row.GetProperty("n").GetInt32());
            if (seeds > 1) Assert.IsGreaterThanOrEqualTo(0, row.GetProperty("spread").GetDouble());
        }

        if (table != "4b") return;
        JsonElement seed = all[1].GetProperty("seeds")[0];
        double[] a = [.. seed.GetProperty("Outcomes").EnumerateArray().Select(o => 100 * o.GetProperty("Accuracy").GetDouble())];
        Assert.AreEqual(a[0] - a[1] - (a[2] - a[3]), seed.GetProperty("Value").GetDouble(), 1e-9);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void CtrlCStopsAndTheRerunGoesOn()
    {
        string[] arguments = ["--table", "3c", "--scale", "smoke", "--data", "images", "--output", "stopped", "--cache", "stopped-shared"];
        using (var run = ExampleProcess.Start("Ablations", _folder.Root, [.. arguments, "--seeds", "40"]))
        {
            run.WaitForLine("[2/120]");
            run.Interrupt();
            ExampleProcess.Finished finished = run.Finish();
            Assert.AreEqual(130, finished.Code, finished.Error);
            Assert.AreEqual("Stopped.", finished.Error.Trim());
        }

        Assert.Contains("**Not finished: 1 of 120 rows are done", File.ReadAllText(Path.Combine(_folder.Root, "stopped", "table.md")));
        string[] left = Directory.GetFileSystemEntries(Path.Combine(_folder.Root, "stopped"), "*.tmp", SearchOption.AllDirectories);
        Assert.IsEmpty(left);
        Done(ExampleProcess.Run("Ablations", _folder.Root, arguments));
        Assert.IsTrue(Table("stopped").GetProperty("complete").GetBoolean());
    }

    [TestMethod]
    public void ThePapersScaleSaysWhatItTakesAndWaitsForAYes()
    {
        string[] arguments = ["--table", "3a", "--seeds", "3", "--data", "images", "--output", "large"];
        ExampleProcess.Finished run = ExampleProcess.Run("Ablations", _folder.Root, [.. arguments, "--scale", "paper"]);
        Assert.AreEqual(2, run.Code, run.Output);
        Assert.Contains("say --yes to start", run.Error);
        // 300 epochs of one step with the 45 images for weights, 600 epochs of one step: 7 of each.
        Assert.Contains("7 runs of search and pre-training a seed, 2100 steps in all.", run.Output);
        Assert.Contains("7 runs of training a seed, 4200 steps in all.", run.Output);
        Assert.Contains("Estimate on this machine: ", run.Output);
        Assert.IsFalse(Directory.Exists(Path.Combine(_folder.Root, "large")));

        ExampleProcess.Finished small = ExampleProcess.Run("Ablations", _folder.Root, [.. arguments, "--scale", "smoke", "--estimate"]);
        Assert.AreEqual(0, small.Code, small.Error);
        Assert.Contains("Estimate on this machine: 0.0 hours", small.Output);
    }

    private static ExampleProcess.Finished Run(string table, params string[] more) => ExampleProcess.Run(
        "Ablations", _folder.Root,
        [
            "--table", table, "--scale", "smoke", "--data", "images", "--device", "cpu",
            .. more.Contains("--output") ? more : ["--output", table, .. more],
        ]);

    private static void Done(ExampleProcess.Finished run)
    {
        Assert.AreEqual(0, run.Code, run.Error + run.Output);
        Assert.AreEqual("", run.Error);
    }

    private static JsonElement Table(string folder) =>
        JsonElement.Parse(File.ReadAllText(Path.Combine(_folder.Root, folder, "table.json")));

    private static JsonElement[] Rows(JsonElement table) => [.. table.GetProperty("rows").EnumerateArray()];

    private static string Name(JsonElement row) => row.GetProperty("name").GetString()!;

    private static double Value(string folder, string row) =>
        Rows(Table(folder)).Single(r => Name(r) == row).GetProperty("mean").GetDouble();
}
