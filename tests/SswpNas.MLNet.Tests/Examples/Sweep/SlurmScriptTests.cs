using System.CommandLine;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SswpNas.MLNet.Tests.Examples.Sweep;

/// <summary>
/// The job scripts, run by bash as Slurm would run them, with a program in place of the sweep's that writes its arguments down:
/// these have to be a verb with options that the program takes. That Slurm takes the scripts, <c>trial.sh</c> shows.
/// </summary>
[TestClass]
[TestCategory("Long")]
[OSCondition(OperatingSystems.Linux)]
public sealed class SlurmScriptTests
{
    private static readonly string _folder = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(ThisFile())!, "../../../../examples/LabelRatioSweep/slurm"));

    [TestMethod]
    [DataRow("search.sbatch", "search --output /shared/out --threads 3 --scale smoke --seeds 1,2", "--scale", "smoke", "--seeds", "1,2")]
    [DataRow("cells.sbatch", "run --cell 7 --output /shared/out --threads 3")]
    [DataRow("merge.sbatch", "merge --output /shared/out")]
    public void AJobScriptIsAVerbOfTheProgram(string script, string expected, params string[] options)
    {
        string[] arguments = Bash([Path.Combine(_folder, script), "echo", "/shared/out", .. options]).Trim().Split(' ');

        Assert.AreEqual(expected, string.Join(' ', arguments));
        ParseResult parsed = new RatioSweep.CommandLine().Parse(arguments);
        Assert.IsEmpty(parsed.Errors, string.Join('\n', parsed.Errors));
    }

    [TestMethod]
    public void EveryScriptIsBash()
    {
        foreach (string script in Directory.GetFiles(_folder, "*.s*")) Bash(["-n", script]);
    }

    private static string Bash(string[] arguments)
    {
        ProcessStartInfo start = new("bash", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SLURM_ARRAY_TASK_ID"] = "7";
        start.Environment["SLURM_CPUS_PER_TASK"] = "3";
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error);
        return output;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
