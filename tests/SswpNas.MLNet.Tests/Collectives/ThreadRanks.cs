using System.Collections.Concurrent;
using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Tests.Collectives;

/// <summary>Ranks that are threads of this process.</summary>
internal sealed class ThreadRanks : IDisposable
{
    private readonly double[][] _given;
    private readonly Barrier _barrier;
    private readonly ConcurrentDictionary<(int From, int To), BlockingCollection<double[]>> _ways = new();
    private readonly CancellationTokenSource _failed = new();
    private string _reason = "";

    private ThreadRanks(int size) => (_given, _barrier) = (new double[size][], new Barrier(size));

    /// <summary>Runs the same on so many ranks at once, and gives what came of each; throws what the first one that failed threw.</summary>
    public static T[] Run<T>(int size, Func<Ranks, T> work)
    {
        using ThreadRanks group = new(size);
        T[] results = new T[size];
        Exception?[] problems = new Exception?[size];
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                using Ranks ranks = new(new Member(group, rank));
                results[rank] = work(ranks);
            }
            catch (Exception problem)
            {
                problems[rank] = problem;
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Exception[] thrown = [.. problems.OfType<Exception>()];
        if (thrown.Length > 0) throw thrown.FirstOrDefault(e => !e.Message.StartsWith("Another rank", StringComparison.Ordinal)) ?? thrown[0];
        return results;
    }

    public void Dispose()
    {
        _barrier.Dispose();
        _failed.Dispose();
        foreach (BlockingCollection<double[]> way in _ways.Values) way.Dispose();
    }

    private void Meet()
    {
        try
        {
            Assert.IsTrue(_barrier.SignalAndWait(TimeSpan.FromMinutes(2), _failed.Token), "The ranks do not meet.");
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"Another rank ended, so this one does too: {_reason}");
        }
    }

    private sealed class Member(ThreadRanks group, int rank) : ICommunicator
    {
        public int Rank => rank;

        public int Size => group._given.Length;

        public string Name => $"rank {rank} of {Size}";

        public void AllGather(ReadOnlySpan<double> own, Span<double> all, ReadOnlySpan<int> counts)
        {
            Assert.AreEqual(counts[rank], own.Length);
            group._given[rank] = own.ToArray();
            group.Meet();
            int at = 0;
            foreach (double[] given in group._given)
            {
                given.CopyTo(all[at..]);
                at += given.Length;
            }

            group.Meet();
        }

        public void Broadcast(Span<double> numbers, int from)
        {
            if (rank == from) group._given[rank] = numbers.ToArray();
            group.Meet();
            group._given[from].CopyTo(numbers);
            group.Meet();
        }

        public void Send(ReadOnlySpan<double> numbers, int to) => Way(rank, to).Add(numbers.ToArray());

        public void Receive(Span<double> numbers, int from)
        {
            Assert.IsTrue(Way(from, rank).TryTake(out double[]? sent, TimeSpan.FromMinutes(2)), "Nothing comes.");
            sent.CopyTo(numbers);
        }

        public void Fail(string reason)
        {
            if (group._failed.IsCancellationRequested) return;
            group._reason = $"{Name}: {reason}";
            group._failed.Cancel();
        }

        public void Dispose()
        {
            // The group's.
        }

        private BlockingCollection<double[]> Way(int from, int to) => group._ways.GetOrAdd((from, to), _ => []);
    }
}
