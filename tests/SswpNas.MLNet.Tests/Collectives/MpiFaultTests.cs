using System.Diagnostics;
using System.Globalization;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Tests.Checkpoints;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Examples;

namespace SswpNas.MLNet.Tests.Collectives;

/// <summary>
/// One of several processes is killed or stopped: all end, and those that a launcher starts again find what undisturbed ones find. The
/// environment variables SSWPNAS_CRASH_KILLS and SSWPNAS_CRASH_SEED ask for more kills (3 by default) or other moments.
/// </summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Long")]
public sealed class MpiFaultTests : IDisposable
{
    private const int Count = 2;
    private static readonly TimeSpan _atMost = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void ARankThatIsKilledEndsAllAndTheNextStartGoesOn()
    {
        Mpirun.Require(Mpirun.OpenMpi);
        int wanted = CrashTests.Setting("SSWPNAS_CRASH_KILLS", 3), seed = CrashTests.Setting("SSWPNAS_CRASH_SEED", 1);
        using Job whole = Start("undisturbed", limit: 30, epochs: 12);
        string expected = whole.Ended(_atMost + _atMost);
        RandomStream random = new(seed, RandomPurpose.Views);
        int kills = 0;
        for (int run = 0; kills < wanted; run++)
        {
            bool ended = false;
            for (int life = 0; !ended; life++)
            {
                Assert.IsLessThan(60, life, "The runs do not come to an end.");
                using Job job = Start($"run-{run}", limit: 30, epochs: 12);
                int rank = random.NextInt(Count);
                double later = random.NextDouble(0, 3000);
                ended = job.Epochs(random.NextInt(4)) is false;
                if (ended)
                {
                    Assert.AreEqual(expected, job.Ended(_atMost), $"run {run}");
                    continue;
                }

                Thread.Sleep(TimeSpan.FromMilliseconds(later));
                if (Signal.TrySend(job.Processes[rank], Signal.KillAtOnce)) kills++;
                int code = job.Ends(_atMost);
                TestContext.WriteLine($"run {run}: rank {rank} killed after {later:F0} ms, {kills} in all, exit code {code}");
                job.AssertNobodyIsLeft();
            }
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void ARankThatIsStoppedIsNamedAndAllEnd()
    {
        Mpirun.Require(Mpirun.OpenMpi);
        using Job job = Start("stopped", limit: 5, epochs: 100_000);
        Assert.IsTrue(job.Epochs(2));
        Signal.Send(job.Processes[1], Signal.Suspend);
        Assert.AreNotEqual(0, job.Ends(_atMost));
        StringAssert.Contains(job.Said, $"rank 1 on {Environment.MachineName} has not answered for 5 s; all ranks end.");
        job.AssertNobodyIsLeft();
    }

    private Job Start(string folder, int limit, int epochs)
    {
        ProcessStartInfo start = new(Mpirun.OpenMpi,
        [
            "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-np", Count.ToString(CultureInfo.InvariantCulture),
            "dotnet", "exec", CrashTests.Host, "ranks", Path.Combine(_folder.Root, folder),
            limit.ToString(CultureInfo.InvariantCulture), epochs.ToString(CultureInfo.InvariantCulture),
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new Job(Process.Start(start)!);
    }

    /// <summary>The launcher and what its processes say.</summary>
    private sealed class Job : IDisposable
    {
        private readonly Process _launcher;
        private readonly List<string> _lines = [];

        public Job(Process launcher)
        {
            _launcher = launcher;
            launcher.OutputDataReceived += Add;
            launcher.ErrorDataReceived += Add;
            launcher.BeginOutputReadLine();
            launcher.BeginErrorReadLine();
        }

        /// <summary>Process ids by rank.</summary>
        public Dictionary<int, int> Processes => Lines().Select(line => line.Split(' ')).Where(words => words is ["rank", _, "is", _])
            .ToDictionary(words => int.Parse(words[1], CultureInfo.InvariantCulture), words => int.Parse(words[3], CultureInfo.InvariantCulture));

        public string Said => string.Join('\n', Lines());

        /// <summary>Waits until all have begun and so many epochs are over; false if the job ended meanwhile.</summary>
        public bool Epochs(int count)
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (!_launcher.HasExited)
            {
                if (Processes.Count == Count && Lines().Count(line => line.StartsWith("epoch", StringComparison.Ordinal)) >= count) return true;
                Assert.IsLessThan(_atMost + _atMost, watch.Elapsed, Said);
                Thread.Sleep(10);
            }

            return false;
        }

        /// <summary>Waits for the end; the exit code.</summary>
        public int Ends(TimeSpan atMost)
        {
            Assert.IsTrue(_launcher.WaitForExit(atMost), $"The job does not end. {Said}");
            _launcher.WaitForExit(); // for the last lines
            return _launcher.ExitCode;
        }

        /// <summary>Waits for a good end; what all ranks found.</summary>
        public string Ended(TimeSpan atMost)
        {
            Assert.AreEqual(0, Ends(atMost), Said);
            string[] results = [.. Lines().Where(line => line.StartsWith("result ", StringComparison.Ordinal))];
            Assert.HasCount(Count, results, Said);
            return results.Distinct().Single();
        }

        public void AssertNobodyIsLeft()
        {
            foreach (int process in Processes.Values)
                Assert.IsFalse(IsAlive(process), $"Process {process} is left. {Said}");
        }

        public void Dispose()
        {
            if (!_launcher.HasExited) _launcher.Kill(entireProcessTree: true);
            _launcher.Dispose();
        }

        private static bool IsAlive(int process)
        {
            string status = $"/proc/{process}/status";
            return File.Exists(status) && !File.ReadAllText(status).Contains("State:\tZ", StringComparison.Ordinal);
        }

        private void Add(object sender, DataReceivedEventArgs e)
        {
            if (e.Data is null) return;
            lock (_lines) _lines.Add(e.Data);
        }

        private string[] Lines()
        {
            lock (_lines) return [.. _lines];
        }
    }
}
