using SswpNas.MLNet.Collectives;
using SswpNas.MLNet.Training.Engines.Kernels;

namespace SswpNas.MLNet.Tests.Kernels;

[TestClass]
public sealed class WorkTeamTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void EveryPartIsWorkedOnOnce(int threads)
    {
        using WorkTeam team = new(threads);
        Assert.AreEqual(Math.Max(1, threads), team.Threads);
        foreach (int parts in new[] { 0, 1, 2, 3, 7, 100 })
        {
            for (int round = 0; round < 20; round++)
            {
                int[] times = new int[parts], busy = new int[team.Threads];
                int shared = 0;
                team.Run(parts, (part, thread) =>
                {
                    // Memory of a thread is its own as long as no number is given to two at a time.
                    if (Interlocked.Increment(ref busy[thread]) > 1) Interlocked.Increment(ref shared);
                    Interlocked.Increment(ref times[part]);
                    Thread.SpinWait(100);
                    Interlocked.Decrement(ref busy[thread]);
                });
                Assert.IsTrue(times.All(t => t == 1), $"{parts} parts: {string.Join(' ', times)}");
                Assert.AreEqual(0, shared, "a thread's number was given to two");
            }
        }
    }

    [TestMethod]
    [TestCategory("Cases")]
    [DataRow(0)]
    [DataRow(7)]
    public void ATeamThatCannotStartStopsWhatItStarted(int most)
    {
        List<Thread> started = [];
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => new WorkTeam(20, thread =>
        {
            if (started.Count == most) throw new InsufficientMemoryException("Unable to create a thread.");
            started.Add(thread);
            thread.Start();
        }));

        StringAssert.Contains(error.Message, $"started {most} of 19 threads");
        StringAssert.Contains(error.Message, "Lower the option Threads");
        Assert.IsFalse(started.Any(thread => thread.IsAlive));
    }

    /// <summary>Two parts that wait for each other end only if two threads work at once.</summary>
    [TestMethod]
    public void ThreadsWorkAtTheSameTime()
    {
        using WorkTeam team = new(2);
        using Barrier both = new(2);
        int met = 0;
        team.Run(2, (_, _) =>
        {
            if (both.SignalAndWait(TimeSpan.FromMinutes(1))) Interlocked.Increment(ref met);
        });
        Assert.AreEqual(2, met);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void AProblemReachesTheCallerAndTheTeamGoesOn(int threads)
    {
        using WorkTeam team = new(threads);
        for (int round = 0; round < 10; round++)
        {
            Exception problem = Assert.Throws<Exception>(() => team.Run(10, (part, _) =>
            {
                if (part == 4) throw new InvalidDataException("part 4");
            }));
            Assert.IsInstanceOfType<InvalidDataException>(problem.GetBaseException());
            int done = 0;
            team.Run(10, (_, _) => Interlocked.Increment(ref done));
            Assert.AreEqual(10, done);
        }
    }

    /// <summary>A sum that is taken by part and then over the parts in their order has the same bits with any team.</summary>
    [TestMethod]
    public void SumsByPartDoNotDependOnTheTeam()
    {
        float[] numbers = [.. Enumerable.Range(0, 10_000).Select(i => MathF.Sin(i) * 1e3f)];
        float[] sums = [.. new[] { 1, 2, 3, 8 }.Select(threads =>
        {
            using KernelContext context = new(threads);
            const int Images = 77;
            float[] parts = new float[BatchParts.Count(Images)];
            context.ForImages(Images, (n, part, _) =>
            {
                for (int i = n; i < numbers.Length; i += Images) parts[part] += numbers[i];
            });
            return parts.Aggregate(0f, (a, b) => a + b);
        })];
        Assert.IsTrue(sums.All(s => s.Equals(sums[0])), string.Join(' ', sums));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(31)]
    [DataRow(32)]
    [DataRow(33)]
    [DataRow(100)]
    public void PartsHoldEveryImageOnceAndInOrder(int images)
    {
        int parts = BatchParts.Count(images);
        Assert.AreEqual((0, images), (BatchParts.FirstRow(0, images), BatchParts.FirstRow(parts, images)));
        using KernelContext context = new(3);
        List<int>[] seen = [.. Enumerable.Range(0, parts).Select(_ => new List<int>())];
        context.ForImages(images, (n, part, _) => seen[part].Add(n));
        Assert.IsTrue(seen.All(s => s.Count > 0), "no part is empty");
        CollectionAssert.AreEqual(Enumerable.Range(0, images).ToArray(), seen.SelectMany(s => s).ToArray());
    }
}
