using System.Diagnostics;
using SswpNas.MLNet.Checkpoints;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Sweeps;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Onnx;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Hostile;

/// <summary>Links, pipes and devices where a file is read or written.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class NoRegularFileTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly SweepCell _cell = new(0, WeightInitialization.Random, 0.5, null, 1, 0);
    private static readonly Dictionary<string, string> _plan = new() { ["seeds"] = "1" };

    private readonly TestFolder _folder = new();

    private string Cells => Path.Combine(_folder.Root, "sweep", "cells");

    private string Sweep => Path.Combine(_folder.Root, "sweep");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [TestCategory("Cases")]
    [DataRow("symbolic")]
    [DataRow("hard")]
    [DataRow("dangling")]
    [DataRow("pipe")]
    public void ALockThatIsNoFileOfItsOwnIsRefusedAndNothingElsewhereChanges(string kind)
    {
        string elsewhere = _folder.Write("elsewhere.txt", "kept"u8.ToArray());
        string kept = Directory.CreateDirectory(Path.Combine(_folder.Root, "kept")).FullName, path = Path.Combine(kept, "lock");
        string nowhere = Path.Combine(_folder.Root, "nowhere");
        if (kind == "symbolic") File.CreateSymbolicLink(path, elsewhere);
        else if (kind == "dangling") File.CreateSymbolicLink(path, nowhere);
        else if (kind == "hard") Run("ln", elsewhere, path);
        else Run("mkfifo", path);

        string message = InTime(() => Assert.ThrowsExactly<IOException>(() => CheckpointFolder.Open(kept))).Message;

        StringAssert.Contains(message, "is left alone. Remove it, or choose another folder.");
        Assert.AreEqual("kept", File.ReadAllText(elsewhere));
        Assert.IsFalse(File.Exists(nowhere));
        Assert.AreEqual(1, Directory.GetFileSystemEntries(kept).Length);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ALockOfItsOwnIsTakenAgainAndAgain()
    {
        string kept = Path.Combine(_folder.Root, "kept");
        for (int i = 0; i < 3; i++) CheckpointFolder.Open(kept).Dispose();
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void APipeOrADeviceAsPlanRecordOrClaimIsRefusedBeforeItIsOpened()
    {
        foreach (Action<string> make in (Action<string>[])[path => Run("mkfifo", path), path => File.CreateSymbolicLink(path, "/dev/zero")])
        {
            if (Directory.Exists(Sweep)) Directory.Delete(Sweep, recursive: true);
            SweepFolder folder = SweepFolder.Open(Sweep, _plan);
            string record = Path.Combine(Cells, "cell-00000.json"), claim = Path.Combine(Cells, "cell-00000.claim-1");
            make(record);
            Refused(() => folder.Read(_cell, _ => { }), record);
            make(claim);
            Refused(() => folder.TryTake(0), claim);
            string plan = Path.Combine(Sweep, "plan.json");
            File.Delete(plan);
            make(plan);
            Refused(() => SweepFolder.Open(Sweep, _plan), plan);
        }
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void ADeviceIsNeverReplacedByWhatIsWrittenThere()
    {
        using ConcomitantFineTuneTransformer model = OnnxSamples.FineTuned(new(seed: 1), OnnxSamples.Export(
            OnnxSamples.Network(StemKind.Cifar, new MLNet.Data.ImageShape(3, 8, 8), channels: 2)));
        string pipe = Path.Combine(_folder.Root, "pipe"), link = Path.Combine(_folder.Root, "link");
        Run("mkfifo", pipe);
        File.CreateSymbolicLink(link, "/dev/null");
        SearchResult result = SearchResultSamples.Make();
        foreach (string path in (string[])["/dev/null", pipe, link, _folder.Root])
        {
            foreach (Action write in (Action[])[() => model.ExportToOnnx(path), () => result.WriteReport(path)])
                StringAssert.Contains(InTime(() => Assert.ThrowsExactly<IOException>(write)).Message, "is not replaced");
        }

        Assert.AreEqual(FileKind.Special, FileKinds.Of("/dev/null"));
        Assert.AreEqual(FileKind.Special, FileKinds.Of(pipe));
        StringAssert.Contains(
            Assert.ThrowsExactly<DirectoryNotFoundException>(() => model.ExportToOnnx(Path.Combine(_folder.Root, "no", "model.onnx"))).Message,
            "Create it, or choose another path.");
    }

    private static void Refused(Action read, string path)
    {
        InvalidDataException error = InTime(() => Assert.ThrowsExactly<InvalidDataException>(read));
        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, "a regular file was expected");
    }

    private static T InTime<T>(Func<T> act)
    {
        Task<T> task = Task.Run(act);
        Assert.IsTrue(task.Wait(_patience), "It waits for a pipe.");
        return task.Result;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode);
    }
}
