using System.Diagnostics;

namespace SswpNas.MLNet.Tests.Examples.Sweep;

/// <summary>A sweep that is killed again and again, and one that several processes share, end with the same figures.</summary>
[TestClass]
[TestCategory("Long")]
[OSCondition(OperatingSystems.Linux)]
public sealed class SweepFaultTests
{
    private const int Kills = 20;

    private static string[] _undisturbed = [];
    private static TimeSpan _toFirstCell;
    private static TimeSpan _whole;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static void RunUndisturbed(TestContext _)
    {
        using SweepProgram program = SweepProgram.Searched();
        Stopwatch watch = Stopwatch.StartNew();
        using ExampleProcess run = program.Start("run");
        run.WaitForLine("Cell ");
        _toFirstCell = watch.Elapsed;
        ExampleProcess.Finished finished = run.Finish();
        _whole = watch.Elapsed;
        Assert.AreEqual(0, finished.Code, finished.Error);
        _undisturbed = program.Merged();
        Assert.IsTrue(_undisturbed.Skip(1).All(l => l.Contains(",Done,", StringComparison.Ordinal)), string.Join('\n', _undisturbed));
    }

    /// <summary>
    /// The moments reach from the start of the process to some cells later. A sweep that ends before its kill is compared,
    /// and another one is begun, until 20 kills have hit a running process; every third run is one of several processes,
    /// whose workers have to notice that it is gone.
    /// </summary>
    [TestMethod]
    public void KilledAtTwentyRandomMomentsItEndsWithTheSameFigures()
    {
        const int seed = 1;
        TestContext.WriteLine($"Seed {seed}; a run takes {_whole}, {_toFirstCell} of it to the first cell.");
        Random random = new(seed);
        double longest = (_toFirstCell + ((_whole - _toFirstCell) / 4)).TotalMilliseconds;
        int kills = 0, sweeps = 0;
        while (kills < Kills)
        {
            sweeps++;
            using SweepProgram program = SweepProgram.Searched();
            while (kills < Kills && Killed(program, random.NextDouble() * longest, parallel: kills % 3 == 2)) kills++;
            ExampleProcess.Finished end = program.Run("run");
            Assert.AreEqual(0, end.Code, end.Error);
            CollectionAssert.AreEqual(_undisturbed, program.Merged(), $"seed {seed}, sweep {sweeps}");
        }

        TestContext.WriteLine($"{kills} kills in {sweeps} sweeps.");
    }

    [TestMethod]
    public void TwoProcessesSideBySideRunEveryCellOnce()
    {
        using SweepProgram program = SweepProgram.Searched();
        using ExampleProcess one = program.Start("run", "--threads", "1"), two = program.Start("run", "--threads", "1");
        Task<ExampleProcess.Finished> first = Task.Run(one.Finish);
        ExampleProcess.Finished second = two.Finish();

        string[] cells = [.. first.GetAwaiter().GetResult().Output.Split('\n').Concat(second.Output.Split('\n'))
            .Where(l => l.StartsWith("Cell ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];

        Assert.AreEqual(0, first.Result.Code + second.Code, first.Result.Error + second.Error);
        CollectionAssert.AreEquivalent(
            Enumerable.Range(0, SweepProgram.Cells).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)).ToArray(), cells);
        Assert.Contains("\nCell ", "\n" + first.Result.Output);
        Assert.Contains("\nCell ", "\n" + second.Output);
        CollectionAssert.AreEqual(_undisturbed, program.Merged());
        Assert.IsEmpty(program.CellFiles("*.claim*"));
    }

    [TestMethod]
    public void ARunInTwoProcessesGivesTheSameFigures()
    {
        using SweepProgram program = SweepProgram.Searched();
        ExampleProcess.Finished run = program.Run("run", "--parallel", "2");
        Assert.AreEqual(0, run.Code, run.Error);
        Assert.EndsWith("All 12 cells are done; 'merge' puts them together.", run.Output.TrimEnd());
        CollectionAssert.AreEqual(_undisturbed, program.Merged());
    }

    /// <summary>Whether the kill hit a process that still ran.</summary>
    private static bool Killed(SweepProgram program, double milliseconds, bool parallel)
    {
        using ExampleProcess run = program.Start("run", parallel ? ["--parallel", "2"] : []);
        if (run.ExitsWithin(TimeSpan.FromMilliseconds(milliseconds))) return false;
        run.Kill();
        return true;
    }
}
