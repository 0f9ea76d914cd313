using System.Runtime.InteropServices;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>Signals of Linux, for which .NET has no call.</summary>
internal static partial class Signal
{
    public const int Interrupt = 2;
    public const int KillAtOnce = 9;
    public const int Terminate = 15;
    public const int Suspend = 19;

    public static void Send(int process, int signal) => Assert.AreEqual(0, Kill(process, signal));

    /// <summary>Whether it reached the process, which may be gone.</summary>
    public static bool TrySend(int process, int signal) => Kill(process, signal) == 0;

    /// <summary>Whether a process ignores a signal.</summary>
    public static bool IsIgnored(int process, int signal)
    {
        const string name = "SigIgn:";
        string line = File.ReadLines($"/proc/{process}/status").Single(l => l.StartsWith(name, StringComparison.Ordinal));
        return (Convert.ToUInt64(line[name.Length..].Trim(), 16) & 1UL << (signal - 1)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
