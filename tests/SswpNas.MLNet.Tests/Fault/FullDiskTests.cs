using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Fault;

/// <summary>A disk that is really full, or really read-only.</summary>
[TestClass]
[TestCategory("Long")]
[TestCategory("Fault")]
public sealed class FullDiskTests
{
    private const int Page = 4096;
    private const long Enough = 8 << 20;

    private static readonly Dictionary<string, string> _identity = new() { ["seed"] = "1" };

    [TestMethod]
    public void WhereverTheDiskIsFullTheOldResultIsThere()
    {
        using TinyMount mount = TinyMount.Create(Enough);
        string folder = Path.Combine(mount.Folder, "result");
        SearchResult old = SearchResultSamples.Make(), other = SearchResultSamples.Make(seed: 6);
        old.Save(folder);
        long used = Used(mount.Folder);
        int refused = 0;
        for (long extra = 0; ; extra += Page)
        {
            mount.Resize(used + extra);
            if (Saves(() => other.Save(folder))) break;
            refused++;
            Assert.AreEqual(5, SearchResult.Load(folder).Seed, $"{extra} bytes free");
            CollectionAssert.AreEqual(new[] { folder }, Directory.GetFileSystemEntries(mount.Folder));
        }

        Console.WriteLine($"{refused} sizes of the disk were too small");
        Assert.IsGreaterThan(5, refused);
        Assert.AreEqual(6, SearchResult.Load(folder).Seed);
    }

    [TestMethod]
    public void WhereverTheDiskIsFullTheCheckpointBeforeIsThere()
    {
        using TinyMount mount = TinyMount.Create(Enough);
        string kept = Path.Combine(mount.Folder, "kept");
        using CheckpointFolder folder = CheckpointFolder.Open(kept);
        folder.Write(_identity, Of(1));
        folder.Write(_identity, Of(2));
        long used = Used(mount.Folder);
        int refused = 0;
        for (long extra = 0; ; extra += 2 * Page)
        {
            mount.Resize(used + extra);
            if (Saves(() => folder.Write(_identity, Of(3)))) break;
            refused++;
            Assert.AreEqual(2, folder.ReadLast(damaged => Assert.Fail(damaged))!.Value.Checkpoint.Tensors["w"].Values[0]);
            Assert.HasCount(3, Directory.GetFileSystemEntries(kept), "two checkpoints and the lock");
        }

        Assert.IsGreaterThan(5, refused);
        Assert.AreEqual(3, folder.ReadLast(damaged => Assert.Fail(damaged))!.Value.Checkpoint.Tensors["w"].Values[0]);
    }

    [TestMethod]
    public void AResultThatWillNotFitIsFoundBeforeTheSearch()
    {
        using TinyMount mount = TinyMount.Create(16 * Page);
        string folder = Path.Combine(mount.Folder, "result");
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => SearchResult.EnsureCanSave(folder)).Message, folder);
        Assert.IsEmpty(Directory.GetFileSystemEntries(mount.Folder));
    }

    [TestMethod]
    public void ImagesThatDoNotFitIntoTheTemporaryFolderAreSaid()
    {
        using TinyMount mount = TinyMount.Create(4 * Page);
        MLContext ml = new(seed: 1) { TempFilePath = mount.Folder };
        IDataView data = new Stripes { Count = 120 }.View(ml);
        foreach (Action fit in (Action[])
        [
            () => ml.SswpNas().Search(options: Tiny.Search with { StoreMemoryLimit = 0 }).Fit(data),
            // How many have a label is not known before: the disk says that it is full.
            () => ml.SswpNas().FineTune(options: Tiny.FineTune with { StoreMemoryLimit = 0 }, searchResult: Tiny.Found).Fit(data),
        ])
        {
            StringAssert.Contains(Assert.ThrowsExactly<IOException>(fit).Message, "TempFilePath");
            Assert.IsEmpty(Directory.GetFileSystemEntries(mount.Folder));
        }
    }

    [TestMethod]
    public void AReadOnlyFolderIsNamedAndWhatIsInItCanBeRead()
    {
        using TinyMount mount = TinyMount.Create(Enough);
        string result = Path.Combine(mount.Folder, "result"), kept = Path.Combine(mount.Folder, "kept"), file = Path.Combine(mount.Folder, "file");
        SearchResultSamples.Make().Save(result);
        using (CheckpointFolder folder = CheckpointFolder.Open(kept)) folder.Write(_identity, Of(1));
        mount.MakeReadOnly();
        Action[] works =
        [
            () => SearchResult.EnsureCanSave(result), () => SearchResultSamples.Make(seed: 6).Save(result),
            () => CheckpointFolder.Open(kept), () => WholeFile.Write(file, [1]),
        ];
        foreach (Action work in works)
            StringAssert.Contains(Assert.ThrowsExactly<IOException>(work).Message, mount.Folder);
        Assert.AreEqual(5, SearchResult.Load(result).Seed);
        Assert.HasCount(2, Directory.GetFileSystemEntries(mount.Folder));
    }

    private static Checkpoint Of(float number) => Checkpoint.Of(
        new Dictionary<string, int> { ["step"] = 1 },
        new Dictionary<string, TensorValue> { ["w"] = new([20_000], [.. Enumerable.Repeat(number, 20_000)]) });

    private static bool Saves(Action save)
    {
        try
        {
            save();
            return true;
        }
        catch (IOException e)
        {
            StringAssert.Contains(e.Message, "space");
            return false;
        }
    }

    /// <summary>By whole pages, as the file system counts, with those of its folders.</summary>
    private static long Used(string folder)
    {
        DriveInfo drive = new(folder);
        return drive.TotalSize - drive.AvailableFreeSpace;
    }
}
