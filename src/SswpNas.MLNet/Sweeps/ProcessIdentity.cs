using System.ComponentModel;
using System.Runtime.Versioning;

namespace SswpNas.MLNet.Sweeps;

/// <summary>
/// Names a process among those of all machines that share a folder. Whether it still runs can be said only where it was
/// started: on the same machine since the same boot, in the same process namespace.
/// </summary>
internal sealed record ProcessIdentity(string Place, int Process, long Started)
{
    private const int PlaceBytes = 8;

    public static ProcessIdentity Own { get; } = Of(System.Diagnostics.Process.GetCurrentProcess());

    /// <summary>A short name for it, which may stand in a file's name.</summary>
    public string Tag => string.Create(CultureInfo.InvariantCulture, $"{PlaceTag}-{Process}-{Started}");

    private string PlaceTag => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Place)).AsSpan(0, PlaceBytes));

    /// <summary>Whether it runs; null where that cannot be said.</summary>
    public bool? Runs() => Place == Own.Place ? Runs(Process, Started) : null;

    /// <summary>Whether the process with this <see cref="Tag"/> runs; null where that cannot be said.</summary>
    public static bool? Runs(string tag)
    {
        string[] parts = tag.Split('-');
        if (parts is not [string place, string process, string started] || place != Own.PlaceTag) return null;
        return int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && long.TryParse(started, NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            ? Runs(id, ticks)
            : null;
    }

    private static bool? Runs(int id, long ticks)
    {
        try
        {
            using Process process = System.Diagnostics.Process.GetProcessById(id);
            if (process.HasExited) return false;
            long started = process.StartTime.ToUniversalTime().Ticks;
            return ticks > started - TimeSpan.TicksPerSecond && ticks < started + TimeSpan.TicksPerSecond;
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
            string place = OperatingSystem.IsLinux()
                ? string.Join(' ', Environment.MachineName, Boot(), Namespace())
                : Environment.MachineName;
            return new ProcessIdentity(place, process.Id, process.StartTime.ToUniversalTime().Ticks);
        }
    }

    [SupportedOSPlatform("linux")]
    private static string Boot() => ReadOrEmpty(() => RegularFile.SystemText("/proc/sys/kernel/random/boot_id").Trim());

    [SupportedOSPlatform("linux")]
    private static string Namespace() => ReadOrEmpty(() => new FileInfo("/proc/self/ns/pid").LinkTarget ?? "");

    private static string ReadOrEmpty(Func<string> read)
    {
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
