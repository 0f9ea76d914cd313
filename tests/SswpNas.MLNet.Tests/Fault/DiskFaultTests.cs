using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Sweeps;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Fault;

/// <summary>Every step on the disk fails in turn: a clear error, and what was there before.</summary>
[TestClass]
[TestCategory("Fault")]
public sealed class DiskFaultTests : IDisposable
{
    private static readonly Dictionary<string, string> _identity = new() { ["seed"] = "1" };

    private readonly string _root = Directory.CreateTempSubdirectory("sswpnas-").FullName;

    public static IEnumerable<object[]> Problems =>
    [
        [new IOException("No space left on device")],
        [new IOException("Input/output error")],
        [new UnauthorizedAccessException("Access to the path is denied.")],
    ];

    private string Folder => Path.Combine(_root, "result");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    [DynamicData(nameof(Problems))]
    public void ASearchResultIsReplacedOrTheOldOneIsThere(Exception problem)
    {
        SearchResult old = SearchResultSamples.Make(), other = SearchResultSamples.Make(seed: 6);
        int steps = FailingDisk.ForEachStep(() => problem, disk =>
        {
            if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
            DiskTap tap = Disk.Tap!;
            Disk.Tap = null;
            old.Save(Folder);
            Disk.Tap = tap;
            AssertAtomic(() => other.Save(Folder), disk, problem, oldSeed: 5, newSeed: 6);
        });
        Assert.IsGreaterThan(15, steps);
    }

    [TestMethod]
    [DynamicData(nameof(Problems))]
    public void ANewSearchResultIsThereAsAWholeOrNotAtAll(Exception problem)
    {
        SearchResult result = SearchResultSamples.Make();
        int steps = FailingDisk.ForEachStep(() => problem, disk =>
        {
            if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
            AssertAtomic(() => result.Save(Folder), disk, problem, oldSeed: null, newSeed: 5);
        });
        Assert.IsGreaterThan(12, steps);
    }

    [TestMethod]
    [DynamicData(nameof(Problems))]
    public void AFileIsReplacedOrTheOldOneIsThere(Exception problem)
    {
        string path = Path.Combine(_root, "model.onnx");
        int steps = FailingDisk.ForEachStep(() => problem, disk =>
        {
            File.WriteAllBytes(path, [1, 2, 3]);
            Exception? error = Caught(() => WholeFile.Write(path, new byte[1000]));
            CollectionAssert.AreEqual(new[] { path }, Directory.GetFileSystemEntries(_root));
            // The folder is flushed when the new file has its name already.
            int expected = disk.Failed is null or (DiskStep.FlushFolder, _) ? 1000 : 3;
            Assert.HasCount(expected, File.ReadAllBytes(path));
            if (disk.Failed is not null) Assert.AreSame(problem, error);
        });
        Assert.IsGreaterThan(3, steps);
    }

    [TestMethod]
    [DynamicData(nameof(Problems))]
    public void AFinishedCellOfASweepIsWrittenOrRunAgain(Exception problem)
    {
        SweepCell cell = new(0, WeightInitialization.Random, 0.5, null, 1, 0);
        SweepRecord record = SweepRecord.Of(cell) with { Status = nameof(SweepStatus.Done), AccuracyMicro = 0.5, AccuracyMacro = 0.5, LogLoss = 1, LearningRate = 0.1 };
        SweepFolder folder = SweepFolder.Open(Folder, _identity);
        string cells = Path.Combine(Folder, "cells");
        int steps = FailingDisk.ForEachStep(() => problem, disk =>
        {
            foreach (string file in Directory.GetFiles(cells)) File.Delete(file);
            Exception? error = Caught(() =>
            {
                using SweepClaim claim = folder.TryTake(0)!;
                folder.Write(claim, record);
            });
            if (disk.Failed is not null) Assert.AreSame(problem, error?.InnerException);
            bool written = folder.Read(cell, damaged => Assert.Fail(damaged)) is not null;
            if (disk.Failed is null) Assert.IsTrue(written);
            Assert.HasCount(written ? 1 : 0, Directory.GetFileSystemEntries(cells));
        });
        Assert.IsGreaterThan(3, steps);
    }

    [TestMethod]
    [DynamicData(nameof(Problems))]
    public void TheCheckpointBeforeIsAlwaysThere(Exception problem)
    {
        int steps = FailingDisk.ForEachStep(() => problem, disk =>
        {
            DiskTap tap = Disk.Tap!;
            Disk.Tap = null;
            if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
            using (CheckpointFolder folder = CheckpointFolder.Open(Folder))
            {
                for (int i = 1; i <= 3; i++) folder.Write(_identity, Of(i));
                Disk.Tap = tap;
                Exception? error = Caught(() => folder.Write(_identity, Of(4)));
                Disk.Tap = null;
                Assert.AreEqual(disk.Failed is null, error is null, $"{disk.Failed}");
                float last = Last(folder);
                Assert.IsTrue(last == 4 || (disk.Failed is not null && last == 3), $"{last} after {disk.Failed}");
                folder.Write(_identity, Of(5));
                Assert.AreEqual(5, Last(folder));
            }

            using CheckpointFolder again = CheckpointFolder.Open(Folder);
            Assert.HasCount(3, Directory.GetFileSystemEntries(Folder), "the lock and the last two");
        });
        Assert.IsGreaterThan(10, steps);
    }

    private static float Last(CheckpointFolder folder) =>
        folder.ReadLast(damaged => Assert.Fail(damaged))!.Value.Checkpoint.Tensors["w"].Values[0];

    private static Checkpoint Of(float number) => Checkpoint.Of(
        new Dictionary<string, int> { ["step"] = 1 },
        new Dictionary<string, TensorValue> { ["w"] = new([2], [number, number]), ["v"] = new([1], [number]) });

    /// <summary>Old or new, whole, by whether there was an error; and nothing beside it.</summary>
    private void AssertAtomic(Action save, FailingDisk disk, Exception problem, int? oldSeed, int newSeed)
    {
        Exception? error = Caught(save);
        Disk.Tap = null;
        // That the old one could not be removed is no failure to save; it stays beside the new one.
        bool isSaved = disk.Failed is null or (DiskStep.Delete, _);
        if (isSaved)
        {
            Assert.IsNull(error, $"{disk.Failed}: {error?.Message}");
        }
        else
        {
            Assert.IsInstanceOfType<IOException>(error);
            StringAssert.Contains(error.Message, problem.Message);
            StringAssert.Contains(error.Message, Folder);
        }

        int? expected = isSaved ? newSeed : oldSeed;
        Assert.AreEqual(expected is not null, Directory.Exists(Folder), $"{disk.Failed}");
        if (expected is not null) Assert.AreEqual(expected, SearchResult.Load(Folder).Seed, $"{disk.Failed}");
        foreach (string left in Directory.GetFileSystemEntries(_root).Where(path => path != Folder))
        {
            Assert.IsTrue(disk.Failed is (DiskStep.Delete, _), $"'{left}' is left after {disk.Failed}");
            Directory.Delete(left, recursive: true);
        }
    }

    private static Exception? Caught(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e;
        }
    }
}
