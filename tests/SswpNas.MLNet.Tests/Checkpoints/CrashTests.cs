using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Checkpoints;

/// <summary>
/// A process is killed by SIGKILL again and again, at moments that a seed chooses, and restarted until it ends. The
/// environment variables SSWPNAS_CRASH_KILLS and SSWPNAS_CRASH_SEED ask for more kills (25 by default) or other moments.
/// </summary>
[TestClass]
[TestCategory("Long")]
public sealed class CrashTests : IDisposable
{
    private const int Killed = 128 + 9;
    private const int MostLives = 60; // of one run; on average, half as many
    private static readonly string[] _parts = ["fine-tuning", "pre-training", "search", "semi-supervised", "training"];
    private static readonly string[] _kinds = ["Step", "Write", "Flush", "Rename", "Remove"];

    private readonly TestFolder _root = new();

    public TestContext TestContext { get; set; } = null!;

    /// <summary>The program that runs a small search in a process of its own.</summary>
    internal static string Host { get; } = typeof(CrashTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "CrashHost").Value!;

    public void Dispose() => _root.Dispose();

    [TestMethod]
    [TestCategory("Crash")]
    public void AProcessThatIsKilledAgainAndAgainEndsAsOneThatNeverWas()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("SIGKILL is of Unix.");
        int wanted = Setting("SSWPNAS_CRASH_KILLS", 25), seed = Setting("SSWPNAS_CRASH_SEED", 1);
        TestContext.WriteLine($"seed {seed}, {wanted} kills");
        Life undisturbed = Run("undisturbed", _ => true, []);
        Assert.AreEqual(0, undisturbed.Code, undisturbed.Output);
        int[] moments = undisturbed.Moments;
        RandomStream random = new(seed, RandomPurpose.Views);
        int kills = 0;
        for (int run = 0; kills < wanted; run++)
        {
            string folder = $"run-{run}";
            Life life;
            int lives = 0;
            while ((life = Live(folder, moments, lives, ref random)).Code == Killed)
            {
                kills++;
                lives++;
            }

            Assert.AreEqual(0, life.Code, life.Output);
            Assert.AreEqual(undisturbed.Result, life.Result, $"run {run} of seed {seed}");
            NothingElseIsLeft(Path.Combine(_root.Root, folder));
            TestContext.WriteLine($"run {run} ended after {lives} kills, {kills} in all, as the undisturbed one");
        }
    }

    /// <summary>One life: killed by itself at a moment of its disk or its steps, or by us in the middle of a step.</summary>
    private Life Live(string folder, int[] moments, int lives, ref RandomStream random)
    {
        if (lives >= MostLives) return Run(folder, _ => true, []);
        int kind = random.NextInt(_kinds.Length + 1);
        if (kind < _kinds.Length)
        {
            // A life makes an eighth of the run at most.
            int number = 1 + random.NextInt(Math.Max(1, moments[kind] / 8));
            TestContext.WriteLine($"  {folder}: {_kinds[kind]} {number}");
            return Run(folder, _ => true, [_kinds[kind], number.ToString(CultureInfo.InvariantCulture)]);
        }

        int steps = random.NextInt(4);
        TimeSpan later = TimeSpan.FromMilliseconds(random.NextDouble(0, 60));
        TestContext.WriteLine($"  {folder}: {later.TotalMilliseconds:F1} ms after {steps} steps");
        return Run(folder, step => step < steps || IsOver(later), []);
    }

    /// <summary>Waits for a moment that was chosen.</summary>
    private static bool IsOver(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time) Thread.SpinWait(100);
        return false;
    }

    /// <param name="folder">Where the run keeps its checkpoints.</param>
    /// <param name="lives">Asked with the number of steps seen, at first 0; false kills the process.</param>
    /// <param name="moment">Where it kills itself; empty for nowhere.</param>
    private Life Run(string folder, Func<int, bool> lives, string[] moment)
    {
        ProcessStartInfo start = new("dotnet", ["exec", Host, Path.Combine(_root.Root, folder), .. moment])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        List<string> lines = [];
        int steps = 0;
        bool killed = false;
        while (process.StandardOutput.ReadLine() is string line)
        {
            lines.Add(line);
            if (line != "step") continue;
            if (!killed && !lives(steps))
            {
                process.Kill();
                killed = true;
            }

            steps++;
        }

        if (!process.WaitForExit(TimeSpan.FromMinutes(5))) Assert.Fail("The process does not end.");
        return new Life(process.ExitCode, lines, error.GetAwaiter().GetResult());
    }

    private static void NothingElseIsLeft(string folder)
    {
        string[] left = [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
        List<string> expected = [];
        Assert.AreEqual(
            "sweep, sweep/cells, sweep/cells/cell-00000.json, sweep/cells/cell-00001.json, sweep/plan.json",
            string.Join(", ", left.Where(IsOfSweep)));
        Assert.DoesNotContain(path => path.StartsWith("cells/", StringComparison.Ordinal), left, "a cell's checkpoints go with it");
        left = [.. left.Where(path => path != "cells" && !IsOfSweep(path))];
        foreach (string part in _parts)
        {
            expected.Add(part);
            foreach (string checkpoint in left.Where(p => p.StartsWith($"{part}/checkpoint-", StringComparison.Ordinal) && p.Count(c => c == '/') == 1))
            {
                expected.Add(checkpoint);
                foreach (string file in new[] { "SHA256SUMS", "run.json", "tensors.safetensors" }) expected.Add($"{checkpoint}/{file}");
            }

            expected.Add($"{part}/lock");
        }

        CollectionAssert.AreEqual(expected, left, string.Join(' ', left));
        Assert.AreEqual(2 * _parts.Length, left.Count(p => p.EndsWith("run.json", StringComparison.Ordinal)));
        Assert.DoesNotContain(path => path.EndsWith(".tmp", StringComparison.Ordinal), left);
    }

    private static bool IsOfSweep(string path) => path.StartsWith("sweep", StringComparison.Ordinal);

    /// <summary>A whole number from the environment.</summary>
    internal static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : otherwise;

    /// <summary>A process from its start to its end.</summary>
    private sealed record Life(int Code, IReadOnlyList<string> Lines, string Error)
    {
        public string Output => string.Join('\n', Lines) + '\n' + Error;

        public string Result => Lines.Single(line => line.StartsWith("result ", StringComparison.Ordinal));

        public int[] Moments => [.. Lines.Single(line => line.StartsWith("moments ", StringComparison.Ordinal)).Split(' ').Skip(1)
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
    }
}
