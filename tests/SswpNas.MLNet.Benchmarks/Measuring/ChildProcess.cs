using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>Measures in a process of its own: this program again, which says its numbers in its last line.</summary>
internal static class ChildProcess
{
    /// <summary>Limits .NET and, through it, all of the child to one core.</summary>
    public const string OneCore = "DOTNET_PROCESSOR_COUNT";

    // So that Open MPI starts as many processes as are asked for, wherever and whoever; other launchers do not read them.
    private static readonly string[] _launcherSettings =
    [
        "OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe",
    ];

    public static double[] Run(IEnumerable<string> arguments, bool oneCore = false) => Run([], arguments, oneCore);

    /// <summary>By mpirun, as several processes, of which one says numbers.</summary>
    public static double[] RunRanks(int count, IEnumerable<string> arguments) =>
        Run(["mpirun", "-np", count.ToString(CultureInfo.InvariantCulture)], arguments, oneCore: false);

    private static double[] Run(string[] launcher, IEnumerable<string> arguments, bool oneCore)
    {
        List<string> command = [.. launcher, Environment.ProcessPath!];
        if (Path.GetFileNameWithoutExtension(command[^1]) == "dotnet") command.Add(Assembly.GetExecutingAssembly().Location);
        ProcessStartInfo start = new(command[0], [.. command.Skip(1), .. arguments]) { RedirectStandardOutput = true };
        if (oneCore) start.Environment[OneCore] = "1";
        if (launcher.Length > 0)
        {
            foreach (string setting in _launcherSettings) start.Environment[setting] = "1";
            start.Environment["OMPI_MCA_hwloc_base_binding_policy"] = "none";
            // Open MPI gives its processes a terminal, which .NET would write control characters to.
            start.Environment["TERM"] = "dumb";
        }

        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (child.ExitCode == 0 && lines.Length > 0)
            return [.. lines[^1].Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        throw new InvalidOperationException(
            $"The process '{string.Join(' ', command.Concat(arguments))}' ended with {child.ExitCode} and said no numbers.");
    }

    /// <summary>What the parent reads.</summary>
    public static void Say(params double[] numbers) =>
        Console.WriteLine(string.Join(' ', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture))));

    /// <summary>In a child that was asked to: threads that start from here on stay on the first core.</summary>
    public static void StayOnOneCoreIfAsked()
    {
        bool asked = Environment.GetEnvironmentVariable(OneCore) == "1";
        if (asked && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
            Process.GetCurrentProcess().ProcessorAffinity = 1;
    }
}
