using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>Measures in a process of its own: this program again, which says its numbers in its last line.</summary>
internal static class ChildProcess
{
    /// <summary>Limits .NET and, through it, all of the child to one core.</summary>
    public const string OneCore = "DOTNET_PROCESSOR_COUNT";

    public static double[] Run(IEnumerable<string> arguments, bool oneCore = false)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        if (oneCore) start.Environment[OneCore] = "1";
        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (child.ExitCode == 0 && lines.Length > 0)
            return [.. lines[^1].Split(' ').Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
        throw new InvalidOperationException(
            $"The process '{string.Join(' ', start.ArgumentList)}' ended with {child.ExitCode} and said no numbers.");
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
