using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Checkpoints;

[TestClass]
public sealed class CheckpointFolderTests : IDisposable
{
    private static readonly Dictionary<string, string> _identity = new() { ["seed"] = "1" };

    private readonly TestFolder _root = new();
    private readonly List<string> _said = [];

    private string Folder => Path.Combine(_root.Root, "a", "b");

    public void Dispose() => _root.Dispose();

    [TestMethod]
    public void WhatWasWrittenLastIsReadAndTheLastTwoAreKept()
    {
        using CheckpointFolder folder = Open();
        Assert.IsNull(folder.ReadLast(_said.Add));
        for (int i = 1; i <= 4; i++) folder.Write(_identity, Of(i));

        Assert.AreEqual(4, Read(folder));
        CollectionAssert.AreEqual(new[] { "checkpoint-00000003", "checkpoint-00000004", "lock" }, Names());
        Assert.IsEmpty(_said);
    }

    [TestMethod]
    [DataRow(CheckpointFile.Json)]
    [DataRow(CheckpointFile.Tensors)]
    [DataRow("SHA256SUMS")]
    public void ADamagedOneIsReportedAndTheOneBeforeItIsUsed(string file)
    {
        using CheckpointFolder folder = Open();
        folder.Write(_identity, Of(1));
        folder.Write(_identity, Of(2));
        string path = Path.Combine(Folder, "checkpoint-00000002", file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.AreEqual(1, Read(folder));
        StringAssert.Contains(_said.Single(), "checkpoint-00000002");

        folder.Write(_identity, Of(3));
        CollectionAssert.AreEqual(new[] { "checkpoint-00000001", "checkpoint-00000003", "lock" }, Names());
        Assert.AreEqual(3, Read(folder));
    }

    [TestMethod]
    public void IfAllAreDamagedNothingBeginsAnewByItself()
    {
        using CheckpointFolder folder = Open();
        folder.Write(_identity, Of(1));
        File.Delete(Path.Combine(Folder, "checkpoint-00000001", CheckpointFile.Tensors));

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => folder.ReadLast(_said.Add));

        StringAssert.Contains(error.Message, "Remove the folder to start over");
        StringAssert.Contains(error.Message, "tensors.safetensors' is missing");
    }

    [TestMethod]
    public void NumbersThatAreNoneAreRefused()
    {
        using CheckpointFolder folder = Open();
        folder.Write(_identity, Of(1));
        folder.Write(_identity, Of(float.NaN));

        Assert.AreEqual(1, Read(folder));
        StringAssert.Contains(_said.Single(), "NaN");
    }

    [TestMethod]
    public void ASecondRunIsRefusedUntilTheFirstOneEnds()
    {
        using (CheckpointFolder folder = Open())
        {
            IOException error = Assert.Throws<IOException>(Open);
            StringAssert.Contains(error.Message, "Another run is using the checkpoints in '" + Folder);
        }

        using CheckpointFolder second = Open();
    }

    [TestMethod]
    public void WhatDeadRunsLeftUnfinishedIsRemovedAndNothingElse()
    {
        using (CheckpointFolder folder = Open()) folder.Write(_identity, Of(1));
        Directory.CreateDirectory(Path.Combine(Folder, "checkpoint-00000002.tmp", "inner"));
        File.WriteAllText(Path.Combine(Folder, "checkpoint-00000002.tmp", "inner", "x"), "x");
        Directory.CreateDirectory(Path.Combine(Folder, "mine.tmp"));
        File.WriteAllText(Path.Combine(Folder, "checkpoint-note.txt"), "mine");

        using CheckpointFolder again = Open();

        CollectionAssert.AreEqual(new[] { "checkpoint-00000001", "checkpoint-note.txt", "lock", "mine.tmp" }, Names());
        Assert.AreEqual(1, Read(again));
    }

    [TestMethod]
    public void AFileInItsPlaceIsSaid()
    {
        File.WriteAllText(Path.Combine(_root.Root, "a"), "");

        IOException error = Assert.ThrowsExactly<IOException>(Open);

        StringAssert.Contains(error.Message, "Checkpoints cannot be kept in '" + Folder);
    }

    [TestMethod]
    public void AWriteThatFailsLeavesTheOnesBeforeItAndNothingElse()
    {
        Disk.Tap = new FullDisk(after: 2);
        using CheckpointFolder folder = Open();
        folder.Write(_identity, Of(1));

        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => folder.Write(_identity, Of(2))).Message, "No space");

        CollectionAssert.AreEqual(new[] { "checkpoint-00000001", "lock" }, Names());
        Assert.AreEqual(1, Read(folder));
    }

    private CheckpointFolder Open() => CheckpointFolder.Open(Folder);

    private static Checkpoint Of(float number) => Checkpoint.Of(
        new Dictionary<string, int> { ["step"] = 1 },
        new Dictionary<string, TensorValue> { ["w"] = new([2], [number, number]) });

    private int Read(CheckpointFolder folder) => (int)folder.ReadLast(_said.Add)!.Value.Checkpoint.Tensors["w"].Values[0];

    private string[] Names() =>
        [.. Directory.EnumerateFileSystemEntries(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private sealed class FullDisk(int after) : DiskTap
    {
        private int _checkpoints;

        public override void Before(DiskStep step, string path)
        {
            if (step == DiskStep.Create && path.EndsWith(CheckpointFile.Tensors, StringComparison.Ordinal) && ++_checkpoints == after)
                throw new IOException("No space left on device");
        }
    }
}
