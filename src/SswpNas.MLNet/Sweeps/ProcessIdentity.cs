using System.ComponentModel;

namespace SswpNas.MLNet.Sweeps;

/// <summary>
/// Names a process among those of all machines that share a folder. Whether it still runs can be said only where it was
/// started: on the same machine since the same boot, in the same process namespace.
/// </summary>
internal sealed record ProcessIdentity(string Place, int Process, long Started)
{
    public static ProcessIdentity Own { get; } = Of(System.Diagnostics.Process.GetCurrentProcess());

    /// <summary>Whether it runs; null where that cannot be said.</summary>
    public bool? Runs()
    {
        if (Place != Own.Place) return null;
        try
        {
            using Process process = System.Diagnostics.Process.GetProcessById(Process);
            if (process.HasExited) return false;
            long started = process.StartTime.ToUniversalTime().Ticks;
            return Started > started - TimeSpan.TicksPerSecond && Started < started + TimeSpan.TicksPerSecond;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        catch (Win32Exception)
        {
            return null; // a process that may not be looked at
        }
    }

    private static ProcessIdentity Of(Process process)
    {
        using (process)
        {
            string place = string.Join(' ', Environment.MachineName, Boot(), Namespace());
            return new ProcessIdentity(place, process.Id, process.StartTime.ToUniversalTime().Ticks);
        }
    }

    private static string Boot() => ReadOrEmpty(() => RegularFile.SystemText("/proc/sys/kernel/random/boot_id").Trim());

    private static string Namespace() => ReadOrEmpty(() => new FileInfo("/proc/self/ns/pid").LinkTarget ?? "");

    private static string ReadOrEmpty(Func<string> read)
    {
        if (!OperatingSystem.IsLinux()) return "";
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
