using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace SswpNas.MLNet.Examples;

/// <summary>What a figure was measured on.</summary>
internal static class Machine
{
    /// <summary>The largest resident set of this process so far.</summary>
    public static double PeakMemoryMiB()
    {
        // Process.PeakWorkingSet64 is the present one on Linux.
        string? line = FirstLine("/proc/self/status", "VmHWM:");
        if (line is null) return Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
        return double.Parse(line.Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }

    public static Dictionary<string, object?> Hardware() => new()
    {
        ["processor"] = FirstLine("/proc/cpuinfo", "model name")?.TrimStart(':', ' ', '\t')
            ?? RuntimeInformation.ProcessArchitecture.ToString(),
        ["cores"] = Environment.ProcessorCount,
        ["memoryMiB"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
        ["gpus"] = torch.cuda.is_available() ? torch.cuda.device_count() : 0,
        ["system"] = RuntimeInformation.OSDescription,
    };

    public static Dictionary<string, object?> Versions() => new()
    {
        ["SswpNas.MLNet"] = Version(typeof(SearchResult)),
        ["Microsoft.ML"] = Version(typeof(MLContext)),
        ["Microsoft.ML.OnnxRuntime"] = OrtEnv.Instance().GetVersionString(),
        ["TorchSharp"] = Version(typeof(torch)),
        [".NET"] = Environment.Version.ToString(),
    };

    private static string? Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static string? FirstLine(string file, string start) => File.Exists(file)
        ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?
            [start.Length..].Trim()
        : null;
}
