using System.Text.RegularExpressions;
using Microsoft.ML;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Fault;

/// <summary>What a run will need is looked at before it, and what it found is not lost to what fails later.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class LostSearchTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();
    private readonly List<string> _log = [];

    public LostSearchTests() => _ml.Log += (_, line) => _log.Add(line.Message);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [TestCategory("Cases")]
    public void ATemporaryFolderThatIsMissingIsFoundBeforeAnImageIsRead()
    {
        _ml.TempFilePath = Path.Combine(_folder.Root, "missing");
        AssertRefusedFirst();
        _ml.TempFilePath = _folder.Write("file", [1]);
        AssertRefusedFirst();
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ATemporaryFolderThatIsFullIsFoundBeforeAnImageIsRead()
    {
        using TinyMount mount = TinyMount.Create(1 << 18);
        _ml.TempFilePath = mount.Folder;
        AssertRefusedFirst();
        Assert.IsEmpty(Directory.GetFileSystemEntries(mount.Folder));
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ASearchThatIsDoneIsKeptWhereItsTransformerCannotBeMade()
    {
        _ml.TempFilePath = Directory.CreateDirectory(Path.Combine(_folder.Root, "temporary")).FullName;
        SearchOptions options = Tiny.Search with
        {
            Progress = new Direct<SearchProgress>(_ => { if (Directory.Exists(_ml.TempFilePath)) Directory.Delete(_ml.TempFilePath, recursive: true); }),
        };

        IOException error = Assert.Throws<IOException>(() => _ml.SswpNas().Search(options: options).Fit(new Stripes().View(_ml)));

        AssertKept(error.Message);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ASearchBeforeAFineTuningThatFailsIsKept()
    {
        FineTuneOptions options = Tiny.FineTune with { TensorBoardFolder = _folder.Write("file", [1]) };
        IOException error = Assert.Throws<IOException>(() => _ml.SswpNas().Search(options: Tiny.Search)
            .Append(_ml.SswpNas().FineTune(options: options)).Fit(new Stripes().View(_ml)));
        StringAssert.Contains(error.Message, "The TensorBoard folder");
        AssertKept(error.Message);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ATensorBoardFolderThatIsAFileIsOneSentenceBeforeTheFirstStep()
    {
        string file = _folder.Write("file", [1]);
        int steps = 0;
        SearchOptions search = Tiny.Search with { TensorBoardFolder = file, Progress = new Direct<SearchProgress>(_ => steps++) };
        Action[] runs =
        [
            () => _ml.SswpNas().Search(options: search).Fit(new Stripes().View(_ml)),
            () => _ml.SswpNas().FineTune(options: Tiny.FineTune with { TensorBoardFolder = file }, searchResult: Tiny.Found).Fit(new Stripes().View(_ml)),
            () => Tiny.Found.WriteTensorBoard(file),
        ];
        foreach (Action run in runs)
        {
            IOException error = Assert.ThrowsExactly<IOException>(run);
            StringAssert.Contains(error.Message, $"The TensorBoard folder '{file}' cannot be written");
            StringAssert.Contains(error.Message, "leave TensorBoardFolder out");
        }

        Assert.AreEqual(0, steps);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ATensorBoardFolderOnAFullDiskIsFoundBeforeTheFirstStep()
    {
        using TinyMount mount = TinyMount.Create(1 << 16);
        Fill(mount.Folder);
        int steps = 0;
        SearchOptions options = Tiny.Search with { TensorBoardFolder = mount.Folder, Progress = new Direct<SearchProgress>(_ => steps++) };
        Assert.ThrowsExactly<IOException>(() => _ml.SswpNas().Search(options: options).Fit(new Stripes().View(_ml)));
        Assert.AreEqual(0, steps);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ATensorBoardFolderThatFillsUpIsSaidAndTheRunGoesOn()
    {
        using TinyMount mount = TinyMount.Create(1 << 18);
        bool isFull = false;
        SearchOptions options = Tiny.Search with
        {
            TensorBoardFolder = mount.Folder,
            Progress = new Direct<SearchProgress>(_ =>
            {
                if (!isFull) Fill(mount.Folder);
                isFull = true;
            }),
        };

        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: options).Fit(new Stripes().View(_ml));

        Assert.AreEqual(Tiny.Found.Genotype, found.Result.Genotype);
        Assert.ContainsSingle(_log.Where(line => line.Contains("The run goes on without it.", StringComparison.Ordinal)));
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ACheckpointFolderThatIsDeletedIsMadeAgainAndTheRunEnds()
    {
        string kept = Path.Combine(_folder.Root, "kept");
        bool isDeleted = false;
        SearchOptions options = Tiny.Search with
        {
            Checkpoints = new CheckpointOptions { Folder = kept },
            Progress = new Direct<SearchProgress>(_ =>
            {
                if (!isDeleted) Directory.Delete(kept, recursive: true);
                isDeleted = true;
            }),
        };

        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: options).Fit(new Stripes().View(_ml));

        Assert.AreEqual(Tiny.Found.Genotype, found.Result.Genotype);
        Assert.ContainsSingle(_log.Where(line => line.Contains($"'{kept}' was deleted", StringComparison.Ordinal)));
        Assert.IsNotEmpty(Directory.GetDirectories(kept));
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void GoingBackToAFolderThatIsDeletedIsOneSentence()
    {
        string kept = Path.Combine(_folder.Root, "kept");
        using CheckpointFolder folder = CheckpointFolder.Open(kept);
        Directory.Delete(kept, recursive: true);
        IOException error = Assert.ThrowsExactly<IOException>(() => folder.ReadLast(Assert.Fail));
        StringAssert.Contains(error.Message, $"The folder of checkpoints '{kept}' was deleted while the run was using it");
        StringAssert.Contains(error.Message, "Run it again");
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void WhateverIsAskedOfADisposedTransformerSaysWhatToDo()
    {
        IDataView data = new Stripes().View(_ml);
        SswpNasSearchTransformer found = _ml.SswpNas().Search(options: Tiny.Search).Fit(data);
        found.Dispose();
        Action[] uses =
        [
            () => _ml.Model.Save(found, data.Schema, new MemoryStream()), () => found.Transform(data), () => found.GetOutputSchema(data.Schema),
            () => found.GetRowToRowMapper(data.Schema),
        ];
        foreach (Action use in uses)
            StringAssert.Contains(Assert.ThrowsExactly<ObjectDisposedException>(use).Message, "save it, or score with it, before Dispose");
        found.Dispose();
    }

    private void AssertRefusedFirst()
    {
        Func<IDataView, ITransformer>[] fits =
        [
            data => _ml.SswpNas().Search(options: Tiny.Search).Fit(data),
            data => _ml.SswpNas().Pretrain(options: PretrainOptions.From(Tiny.Search), searchResult: Tiny.Found).Fit(data),
            data => _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data),
        ];
        foreach (Func<IDataView, ITransformer> fit in fits)
        {
            CountedView data = new(new Stripes().View(_ml));
            IOException error = Assert.ThrowsExactly<IOException>(() => fit(data));
            StringAssert.Contains(error.Message, $"The temporary folder '{_ml.TempFilePath}'");
            StringAssert.Contains(error.Message, "Set MLContext.TempFilePath");
            Assert.AreEqual(0, data.Rows);
        }
    }

    private static void AssertKept(string message)
    {
        string folder = KeptFolder().Match(message).Groups[1].Value;
        Assert.IsTrue(Directory.Exists(folder), message);
        try
        {
            SearchResult kept = SearchResult.Load(folder);
            Assert.AreEqual(Tiny.Found.Genotype, kept.Genotype);
            CollectionAssert.AreEqual(
                Tiny.Found.Weights.SelectMany(w => w.Value.Values).ToArray(), kept.Weights.SelectMany(w => w.Value.Values).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Fill(string folder)
    {
        using FileStream filler = File.Create(Path.Combine(folder, "filler"));
        try
        {
            for (byte[] page = new byte[4096]; ;) filler.Write(page);
        }
        catch (IOException)
        {
            // Full, as it should be.
        }
    }

    [GeneratedRegex("is kept in '([^']+)'")]
    private static partial Regex KeptFolder();
}
