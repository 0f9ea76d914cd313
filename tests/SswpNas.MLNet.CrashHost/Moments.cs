using System.Diagnostics;

namespace SswpNas.MLNet.CrashHost;

/// <summary>When a process may be killed.</summary>
public enum MomentKind
{
    /// <summary>After a step.</summary>
    Step,

    /// <summary>In the middle of a file: half of a piece is written.</summary>
    Write,

    /// <summary>Before or after a file or the names of a folder are flushed.</summary>
    Flush,

    /// <summary>Before or after a folder is renamed.</summary>
    Rename,

    /// <summary>Before or after an old checkpoint is removed, or with half of its files removed.</summary>
    Remove,
}

/// <summary>Counts the moments of a run and ends the process by SIGKILL at one of them.</summary>
/// <param name="kind">The kind that counts.</param>
/// <param name="number">Which of them, from 1.</param>
internal sealed class Moments(MomentKind kind, int number)
{
    public int[] Counts { get; } = new int[Enum.GetValues<MomentKind>().Length];

    /// <summary>Whether this is the moment; half a write is made only then.</summary>
    public bool Is(MomentKind now)
    {
        Counts[(int)now]++;
        return now == kind && Counts[(int)now] == number;
    }

    public void Pass(MomentKind now)
    {
        if (Is(now)) Die();
    }

    /// <summary>On Unix, Kill is SIGKILL: nothing runs any more.</summary>
    public static void Die() => Process.GetCurrentProcess().Kill();
}
