using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Soak;

/// <summary>What a process holds at a moment.</summary>
/// <param name="Resident">Bytes in memory.</param>
/// <param name="Managed">Bytes of .NET's heap.</param>
/// <param name="Tensors">Live tensors.</param>
/// <param name="Handles">Open file descriptors; 0 where the system does not say.</param>
/// <param name="Threads">Threads of the process.</param>
internal readonly record struct Resources(long Resident, long Managed, long Tensors, int Handles, int Threads)
{
    private const string Descriptors = "/proc/self/fd";

    /// <summary>After a collection, so that what waits for a finaliser does not count.</summary>
    public static Resources Now()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using Process self = Process.GetCurrentProcess();
        int handles = Directory.Exists(Descriptors) ? Directory.GetFileSystemEntries(Descriptors).Length : 0;
        return new Resources(self.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false), Tensor.TotalCount, handles, self.Threads.Count);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Resident / 1048576.0:F1} MiB resident, {Managed / 1048576.0:F1} MiB managed, {Tensors} tensors, {Handles} handles, {Threads} threads");

    /// <summary>How often a soak test repeats its work, by an environment variable.</summary>
    public static int Count(string variable, int otherwise) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : otherwise;
}
