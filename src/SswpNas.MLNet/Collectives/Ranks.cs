using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet;

/// <summary>
/// The processes that work on one search, pre-training, training or fine-tuning together, each on its share of every batch (data
/// parallelism). A launcher starts them: <c>mpirun</c>, <c>srun --mpi=pmix</c>, Kubernetes' MPI Operator.
/// </summary>
/// <remarks>
/// Every process runs the same program on the same data with the same options, and gets the same result; the first one writes
/// checkpoints, events and progress. With the library's own kernels the result is bit for bit that of one process, whatever
/// the number of ranks, on machines of one kind.
/// </remarks>
/// <example>
/// <code>
/// using Ranks ranks = Ranks.FromLauncher();
/// SearchOptions options = SearchOptions.Laptop with { Ranks = ranks, Seed = 1 };
/// </code>
/// </example>
public sealed class Ranks : IDisposable
{
    internal Ranks(ICommunicator communicator) => Messages = new CountedMessages(communicator);

    /// <summary>This process, from 0 to <see cref="Size"/> - 1.</summary>
    public int Rank => Communicator.Rank;

    /// <summary>How many processes there are; 1 without a launcher.</summary>
    public int Size => Communicator.Size;

    /// <summary>Whether this is the process that writes files, log and progress.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>One process, as where no ranks are asked for.</summary>
    internal static Ranks Single { get; } = new(new SingleProcess());

    internal ICommunicator Communicator => Messages;

    /// <summary>What was sent so far.</summary>
    internal CountedMessages Messages { get; }

    /// <summary>Whether there are others.</summary>
    internal bool AreSeveral => Size > 1;

    /// <summary>
    /// The ranks that a launcher has started, by its MPI: Open MPI 4 and 5, MPICH 4 and its relatives, or one of the MPI 5 binary
    /// interface. Without a launcher it is one process, and no library is looked for.
    /// </summary>
    /// <remarks>
    /// The environment variable <c>SSWPNAS_MPI</c> names another library file. Call it once in a process, before anything else that
    /// uses MPI, and dispose of it at the end of the program.
    /// </remarks>
    /// <param name="timeLimit">
    /// How long a rank may keep the others waiting within a training, above 0; then all end with a message that names it. It has to
    /// be longer than writing a checkpoint takes. Null: one minute.
    /// </param>
    /// <returns>The ranks.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeLimit"/> is 0 or less.</exception>
    /// <exception cref="InvalidOperationException">
    /// A launcher has started several processes, but no MPI library can be loaded, or it is of an unknown kind; the message says what
    /// was looked for. Or it was called before.
    /// </exception>
    public static Ranks FromLauncher(TimeSpan? timeLimit = null)
    {
        TimeSpan limit = timeLimit ?? TimeSpan.FromMinutes(1);
        if (limit <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(timeLimit), limit, "A time above 0 was expected.");
        return Launcher.Find() is Launcher launcher ? new Ranks(MpiCommunicator.Open(launcher, limit)) : new Ranks(new SingleProcess());
    }

    /// <summary>Rank, host and library.</summary>
    /// <returns>A line of text.</returns>
    public override string ToString() => Communicator.Name;

    /// <summary>Ends the use of MPI in this process; nobody may be waiting for it any more.</summary>
    public void Dispose()
    {
        if (!ReferenceEquals(this, Single)) Communicator.Dispose();
    }

    /// <summary>This rank's rows of a batch.</summary>
    internal RowShare Share(int rows) => RowShare.Of(rows, Rank, Size);

    /// <summary>Fills in the other ranks' rows.</summary>
    /// <param name="numbers">Rows of <paramref name="size"/> numbers; this rank's share is there.</param>
    /// <param name="rows">Of the whole batch.</param>
    /// <param name="size">Numbers of a row.</param>
    internal void GatherRows(Span<float> numbers, int rows, int size)
    {
        if (!AreSeveral) return;
        int[] counts = [.. Enumerable.Range(0, Size).Select(rank => Doubles(RowShare.Of(rows, rank, Size).Count * size))];
        RowShare share = Share(rows);
        double[] own = new double[counts[Rank]], all = new double[counts.Sum()];
        numbers.Slice(share.First * size, share.Count * size).CopyTo(MemoryMarshal.Cast<double, float>(own.AsSpan()));
        Communicator.AllGather(own, all, counts);
        int at = 0;
        for (int rank = 0; rank < Size; at += counts[rank++])
        {
            RowShare there = RowShare.Of(rows, rank, Size);
            MemoryMarshal.Cast<double, float>(all.AsSpan(at, counts[rank]))[..(there.Count * size)].CopyTo(numbers[(there.First * size)..]);
        }
    }

    /// <summary>The same of one double a row.</summary>
    internal void GatherRows(Span<double> numbers)
    {
        if (!AreSeveral) return;
        int rows = numbers.Length;
        int[] counts = [.. Enumerable.Range(0, Size).Select(rank => RowShare.Of(rows, rank, Size).Count)];
        RowShare share = Share(rows);
        Communicator.AllGather(numbers.Slice(share.First, share.Count).ToArray(), numbers, counts);
    }

    /// <summary>Whether any of the ranks says so.</summary>
    internal bool Any(bool here) => AreSeveral ? Communicator.GatherOne(here ? 1 : 0).Contains(1) : here;

    /// <summary>The first rank's bytes, for all; null if it has none.</summary>
    internal byte[]? FromFirst(byte[]? bytes)
    {
        if (!AreSeveral) return bytes;
        double[] length = [bytes?.Length ?? -1];
        Communicator.Broadcast(length, 0);
        if (length[0] < 0) return null;
        double[] numbers = bytes is null ? new double[MessageBytes.Doubles((int)length[0])] : MessageBytes.Pack(bytes);
        Communicator.Broadcast(numbers, 0);
        return MessageBytes.Unpack(numbers, (int)length[0]);
    }

    /// <summary>Everybody's text, in the order of the ranks.</summary>
    internal string[] Texts(string own) => Communicator.GatherTexts(own);

    /// <summary>The first rank whose text is not that of rank 0; null where all have the same.</summary>
    internal int? FirstOther(string own)
    {
        string[] all = Texts(own);
        int other = Array.FindIndex(all, text => text != all[0]);
        return other < 0 ? null : other;
    }

    /// <summary>Everybody's bytes, in the order of the ranks.</summary>
    internal byte[][] Bytes(byte[] own) => Communicator.GatherBytes(own);

    /// <summary>Doubles that so many floats fill.</summary>
    internal static int Doubles(int floats) => (floats + 1) / 2;
}
