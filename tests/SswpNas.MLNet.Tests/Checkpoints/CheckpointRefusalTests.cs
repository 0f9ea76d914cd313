using System.Text.RegularExpressions;
using Microsoft.ML;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Checkpoints;

[TestClass]
public sealed partial class CheckpointRefusalTests : IDisposable
{
    private static readonly TestFolder _ended = new();

    private readonly TestFolder _root = new();
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>One run for all tests, which alter copies of its folder.</summary>
    [ClassInitialize]
    public static void RunOnce(TestContext _)
    {
        SearchOptions options = Tiny.Search with { Checkpoints = new CheckpointOptions { Folder = _ended.Root } };
        new MLContext(seed: 1).SswpNas().Search(options: options).Fit(new Stripes().View(new MLContext(seed: 1))).Dispose();
    }

    [ClassCleanup]
    public static void RemoveRun() => _ended.Dispose();

    private string Folder => Path.Combine(_root.Root, "run");

    private SearchOptions Options => Tiny.Search with { Checkpoints = new CheckpointOptions { Folder = Folder } };

    public void Dispose() => _root.Dispose();

    [TestMethod]
    public void AnotherRunIsRefusedWithAllThatDiffers()
    {
        TakeEndedRun();

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Search(
            Options with
            {
                Seed = 2,
                LearningRate = 0.5,
                Epochs = 5,
                Views = Options.Views with { MinimumCropArea = 0.3 },
                Threads = 2,
                StoreMemoryLimit = 1000,
            },
            new Stripes { Count = 66 }));

        string[] lines = [.. error.Message.Split(Environment.NewLine).Skip(1)];
        CollectionAssert.AreEqual(
            new[]
            {
                "images", "images' fingerprint", "option Epochs", "option LearningRate", "option Views.MinimumCropArea", "seed",
            },
            lines.Select(line => line[2..line.IndexOf(':', StringComparison.Ordinal)]).ToArray());
        StringAssert.Contains(error.Message, $"The checkpoints in '{Folder}' are of another run");
        CollectionAssert.Contains(lines, "- option Epochs: 4 there, 5 here");
        CollectionAssert.Contains(lines, "- option Views.MinimumCropArea: 0.4 there, 0.3 here");
        CollectionAssert.Contains(lines, "- seed: 1 there, 2 here");
    }

    [TestMethod]
    public void AnotherKindOfRunIsRefused()
    {
        TakeEndedRun();

        FineTuneOptions options = Tiny.FineTune with { Checkpoints = Options.Checkpoints };
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml)));

        StringAssert.Contains(error.Message, "- kind of run: search there, fine-tuning here");
    }

    [TestMethod]
    public void LabelsAndTheNetworkAtTheStartCountToo()
    {
        FineTuneOptions options = Tiny.FineTune with { Checkpoints = Options.Checkpoints };
        FineTune(options, Tiny.Found, "Label");
        FoundNetwork found = Tiny.Found.Network;
        Dictionary<string, TensorValue> weights = found.Weights.ToDictionary();
        weights["stem.0.weight"] = new TensorValue(
            weights["stem.0.weight"].Shape, [.. weights["stem.0.weight"].Values.Select(v => v + 1)]);
        SearchResult other = new(found with { Weights = weights }, Tiny.Found.History, Tiny.Found.AlphaHistory);

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => FineTune(options, other, "Other"));

        StringAssert.Contains(error.Message, "- labels' fingerprint: ");
        StringAssert.Contains(error.Message, "- network at the start: ");

        void FineTune(FineTuneOptions options, SearchResult from, string label)
        {
            var other = _ml.Transforms.CustomMapping<ClassRow, OtherRow>((a, b) => b.Text = a.Class == "vertical" ? "diagonal" : a.Class, null)
                .Append(_ml.Transforms.Conversion.MapValueToKey("Other", "Text"));
            IDataView data = new Stripes().View(_ml);
            _ml.SswpNas().FineTune(label, options: options, searchResult: from).Fit(other.Fit(data).Transform(data)).Dispose();
        }
    }

    [TestMethod]
    public void AnotherVersionIsRefused()
    {
        TakeEndedRun();
        Rewrite(VersionEntry(), "\"version of the library\": \"0.0.1\"");

        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => Search(Options));

        StringAssert.Contains(error.Message, $"- version of the library: 0.0.1 there, {LibraryVersion.Text} here");
    }

    /// <summary>Sums guard against accidents; these are no accidents.</summary>
    [TestMethod]
    [DataRow("\"epoch\": 4,\\s+\"step\": 0", "\"epoch\": 4, \"step\": 7", "its epoch and step")]
    [DataRow("\"epoch\": 4,\\s+\"step\": 0", "\"epoch\": -4, \"step\": 0", "its epoch and step")]
    [DataRow("\"epoch\": 4,\\s+\"step\": 0", "\"epoch\": 3, \"step\": 0", "the epochs that are done")]
    [DataRow("\"returns\": 0", "\"returns\": -1", "skipped steps")]
    [DataRow("\"alphaSteps\": [0-9]+", "\"alphaSteps\": -1", "architecture steps")]
    [DataRow("\"history\": \\[", "\"history\": [ null,", "the epochs that are done")]
    [DataRow("\"alphaSteps\": [0-9]+", "\"alphaSteps\": 1e99", "a state in another format")]
    [DataRow("\"alphaSteps\"", "\"betaSteps\"", "a state in another format")]
    public void AStateThatCannotBeIsRefused(string pattern, string replacement, string expected)
    {
        TakeEndedRun();
        Rewrite(new Regex(pattern), replacement);

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Search(Options));

        StringAssert.Contains(error.Message, expected);
        StringAssert.Contains(error.Message, Path.Combine(Folder, "checkpoint-"));
    }

    [TestMethod]
    public void ASecondRunInTheFolderIsRefused()
    {
        IOException? error = null;
        Search(Options with
        {
            Progress = new Direct<SearchProgress>(_ => error ??= Assert.Throws<IOException>(
                () => Search(Options))),
        });

        StringAssert.Contains(error!.Message, $"Another run is using the checkpoints in '{Folder}'");
    }

    [TestMethod]
    public void WrongOptionsAreSaid()
    {
        SearchOptions options = Tiny.Search with
        {
            Checkpoints = new CheckpointOptions { Folder = " ", EveryEpochs = 0, EveryMinutes = 0 },
            NonFiniteSteps = new NonFiniteSteps { SkippedLimit = 0, LearningRateFactor = 2, MaxRollbacks = -1 },
            CancellationBehavior = (CancellationBehavior)7,
        };

        SearchRefusalTests.Says<ArgumentException>(
            () => _ml.SswpNas().Search(options: options), "Checkpoints.Folder is empty", "Checkpoints.EveryEpochs is 0; 1 to 1000000",
            "Checkpoints.EveryMinutes is 0", "NonFiniteSteps.SkippedLimit is 0", "NonFiniteSteps.LearningRateFactor is 2; above 0, to 1",
            "NonFiniteSteps.MaxRollbacks is -1; 0 to 1000000", "CancellationBehavior is 7; one of Throw, Return");
    }

    private void TakeEndedRun()
    {
        foreach (string file in Directory.EnumerateFiles(_ended.Root, "*", SearchOption.AllDirectories))
            _root.Write(Path.Combine("run", Path.GetRelativePath(_ended.Root, file)), File.ReadAllBytes(file));
    }

    /// <summary>Alters each checkpoint with sums that are right.</summary>
    private void Rewrite(Regex pattern, string replacement)
    {
        foreach (string checkpoint in Directory.EnumerateDirectories(Folder))
        {
            string json = Path.Combine(checkpoint, "run.json");
            File.WriteAllText(json, pattern.Replace(File.ReadAllText(json), replacement, 1));
            File.WriteAllText(
                Path.Combine(checkpoint, "SHA256SUMS"),
                SswpNas.MLNet.Storage.Sha256Sums.Of(checkpoint, ["run.json", "tensors.safetensors"]));
        }
    }

    private void Search(SearchOptions options, Stripes? stripes = null) =>
        _ml.SswpNas().Search(options: options).Fit((stripes ?? new Stripes()).View(_ml)).Dispose();

    [GeneratedRegex("\"version of the library\": \"[^\"]*\"")]
    private static partial Regex VersionEntry();

    private sealed class ClassRow
    {
        public string Class { get; set; } = "";
    }

    private sealed class OtherRow
    {
        public string Text { get; set; } = "";
    }
}
