using System.Text.Json;
using Microsoft.ML;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Checkpoints;

/// <summary>What dies and is resumed ends as what was never stopped, bit for bit.</summary>
[TestClass]
public sealed class ResumeTests : IDisposable
{
    private static readonly int[] _lives = [1, 3, 2, 5];

    private readonly TestFolder _root = new();
    private readonly MLContext _ml = new(seed: 1);

    /// <summary>A checkpoint after every step.</summary>
    private CheckpointOptions EveryStep => new() { Folder = Path.Combine(_root.Root, "run"), EveryMinutes = 1e-9 };

    private CheckpointOptions EveryEpoch => EveryStep with { EveryMinutes = null };

    public void Dispose() => _root.Dispose();

    [TestMethod]
    [DataRow(SearchObjective.SimClr, OptimizerKind.Adam, GateMode.Two)]
    [DataRow(SearchObjective.Supervised, OptimizerKind.Sgd, GateMode.Full)]
    [DataRow(SearchObjective.Byol, OptimizerKind.Adam, GateMode.Two)]
    public void ASearchThatDiesInTheMiddleOfEpochs(SearchObjective objective, OptimizerKind optimizer, GateMode gates)
    {
        SearchOptions options = Tiny.Search with
        {
            Objective = objective,
            Optimizer = optimizer,
            Gates = gates,
            SkipStop = new SkipStop { Limit = 3, Patience = 2 },
            ArchitectureBeta1 = 0.5,
        };
        SearchResult expected = Search(options);

        (SearchResult actual, int deaths) =
            DyingDisk.Outlive(_lives, () => Search(options with { Checkpoints = EveryStep, Threads = 2 }));

        AreEqual(expected, actual);
        Assert.IsGreaterThan(8, deaths);
        NothingElseIsLeft();
    }

    [TestMethod]
    [DataRow(SearchStrategy.Random, false)]
    [DataRow(SearchStrategy.TrainingFree, false)]
    [DataRow(SearchStrategy.Hybrid, true)]
    public void ASearchByAnotherStrategy(SearchStrategy strategy, bool accumulates)
    {
        SearchOptions options = Tiny.Search with
        {
            Strategy = strategy,
            TrainingFree = new() { Architectures = 32, Population = 16, Images = 8 },
            AccumulateGateGradients = accumulates,
        };
        SearchResult expected = Search(options);

        (SearchResult actual, int deaths) =
            DyingDisk.Outlive(_lives, () => Search(options with { Checkpoints = EveryStep, Threads = 2 }));

        AreEqual(expected, actual);
        Assert.IsGreaterThan(8, deaths);
    }

    [TestMethod]
    public void ASearchThatDiesBetweenEpochsAndByLibtorch()
    {
        SearchOptions options = Tiny.Search with { UseManagedKernels = false };
        SearchResult expected = Search(options);

        (SearchResult actual, int deaths) =
            DyingDisk.Outlive([2], () => Search(options with { Checkpoints = EveryEpoch }));

        AreEqual(expected, actual);
        Assert.AreEqual(2, deaths);
    }

    [TestMethod]
    public void APretraining()
    {
        PretrainOptions options = PretrainOptions.From(Tiny.Search) with { LowResolutionFraction = 0.5 };
        PretrainResult expected = Pretrain(options);

        (PretrainResult actual, int deaths) =
            DyingDisk.Outlive(_lives, () => Pretrain(options with { Checkpoints = EveryStep, Threads = 3 }));

        Assert.AreEqual(Text(expected.History), Text(actual.History));
        AreEqual(expected.Network, actual.Network);
        Assert.IsGreaterThan(8, deaths);
        NothingElseIsLeft();
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow(2)]
    public void AFineTuningOverSeveralLearningRates(int? patience)
    {
        FineTuneOptions options = Tiny.FineTune with
        {
            Epochs = 5,
            LearningRates = [0.3, 0.05, 0.15],
            EarlyStoppingPatience = patience,
            DropPath = 0.3,
            CutoutLength = 3,
            ColorJitter = 0.4,
            AuxiliaryWeight = 0.4,
        };
        (string expected, byte[] network) = FineTune(options);

        ((string Trials, byte[] Network) actual, int deaths) =
            DyingDisk.Outlive(_lives, () => FineTune(options with { Checkpoints = EveryStep, Threads = 2 }));

        Assert.AreEqual(expected, actual.Trials);
        CollectionAssert.AreEqual(network, actual.Network);
        Assert.IsGreaterThan(10, deaths);
        NothingElseIsLeft();
    }

    [TestMethod]
    public void ATrainingFromScratch()
    {
        TrainOptions options = TrainOptions.Smoke with { Seed = 1, Device = "cpu", AuxiliaryWeight = 0.4, Epochs = 3 };
        byte[] expected = Train(options);

        (byte[] actual, int deaths) =
            DyingDisk.Outlive(_lives, () => Train(options with { Checkpoints = EveryStep }));

        CollectionAssert.AreEqual(expected, actual);
        Assert.IsGreaterThan(2, deaths);
    }

    /// <summary>So that a chain that died in its fine-tuning has its search at once.</summary>
    [TestMethod]
    public void ARunThatHasEndedGivesItsResultAgainFromAnotherPlaceToo()
    {
        int steps = 0;
        SearchOptions options = Tiny.Search with
        {
            Checkpoints = EveryEpoch,
            Progress = new Direct<SearchProgress>(_ => steps++),
        };
        SearchResult expected = Search(options);
        Assert.AreEqual(24, steps);
        string moved = Path.Combine(_root.Root, "moved");
        Directory.Move(EveryEpoch.Folder, moved);

        SearchResult actual = Search(options with { Checkpoints = EveryEpoch with { Folder = moved, EveryEpochs = 3 } });

        AreEqual(expected, actual);
        Assert.AreEqual(24, steps);
        Assert.IsTrue(Directory.Exists(moved));
        Assert.IsFalse(Directory.Exists(EveryEpoch.Folder));
    }

    [TestMethod]
    public void IfTheLastCheckpointIsDamagedTheOneBeforeItServes()
    {
        List<string> lines = [];
        _ml.Log += (_, e) => lines.Add(e.Message);
        SearchResult expected = Tiny.Found;
        SearchOptions options = Tiny.Search with { Checkpoints = EveryStep };
        Disk.Tap = new DyingDisk(9);
        Assert.ThrowsExactly<DyingDisk.DiedException>(() => Search(options));
        Disk.Tap = null;
        string last = Directory.EnumerateDirectories(EveryStep.Folder, "checkpoint-*").Max()!;
        string file = Path.Combine(last, "tensors.safetensors");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^100] ^= 16;
        File.WriteAllBytes(file, bytes);

        AreEqual(expected, Search(Tiny.Search with { Checkpoints = EveryEpoch }));

        Assert.IsTrue(lines.Any(line => line.Contains(file, StringComparison.Ordinal)), string.Join('\n', lines));
        NothingElseIsLeft();
    }

    internal static void AreEqual(SearchResult expected, SearchResult actual)
    {
        DeterminismTests.AreEqual(expected, actual);
        Assert.AreEqual(Text(expected.History), Text(actual.History));
        AreEqual(expected.Network, actual.Network);
    }

    internal static string Text(IEnumerable<SearchEpoch> history) => JsonSerializer.Serialize(
        history.Select(epoch => epoch with { Seconds = 0 }), JsonFormat.Options);

    private static string Text(IEnumerable<PretrainEpoch> history) =>
        JsonSerializer.Serialize(history.Select(epoch => epoch with { Seconds = 0 }), JsonFormat.Options);

    private static void AreEqual(FoundNetwork expected, FoundNetwork actual)
    {
        Assert.AreEqual(expected.Genotype.ToString(), actual.Genotype.ToString());
        CollectionAssert.AreEqual(expected.Weights.Keys.ToArray(), actual.Weights.Keys.ToArray());
        foreach ((string name, TensorValue value) in expected.Weights)
            CollectionAssert.AreEqual(value.Values, actual.Weights[name].Values, name);
        Assert.AreEqual(
            JsonSerializer.Serialize(expected.Settings.Options.Where(o => o.Key != "Threads")),
            JsonSerializer.Serialize(actual.Settings.Options.Where(o => o.Key != "Threads")));
    }

    private void NothingElseIsLeft()
    {
        string[] left = [.. Directory.EnumerateFileSystemEntries(EveryStep.Folder).Select(path => Path.GetFileName(path)).Order()];
        Assert.AreEqual(3, left.Length, string.Join(' ', left));
        Assert.IsTrue(left is [['c', .., not 'p'], ['c', .., not 'p'], "lock"], string.Join(' ', left));
        Assert.AreEqual(0, new FileInfo(Path.Combine(EveryStep.Folder, "lock")).Length);
    }

    private SearchResult Search(SearchOptions options)
    {
        string? label = options.Objective == SearchObjective.Supervised ? "Label" : null;
        using SswpNasSearchTransformer found =
            _ml.SswpNas().Search(options: options, labelColumnName: label).Fit(new Stripes().View(_ml));
        return found.Result;
    }

    private PretrainResult Pretrain(PretrainOptions options)
    {
        using SimClrPretrainTransformer trained = _ml.SswpNas().Pretrain(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml));
        return trained.Result;
    }

    private (string Trials, byte[] Network) FineTune(FineTuneOptions options)
    {
        using ConcomitantFineTuneTransformer model =
            _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml));
        return (JsonSerializer.Serialize(model.Trials, JsonFormat.Options), Exported(model.ExportToOnnx));
    }

    private byte[] Train(TrainOptions options)
    {
        using ArchitectureTrainTransformer model =
            _ml.SswpNas().Train(Tiny.Found, options: options).Fit(new Stripes().View(_ml));
        return Exported(model.ExportToOnnx);
    }

    private byte[] Exported(Action<string> export)
    {
        string file = Path.Combine(_root.Root, "model.onnx");
        export(file);
        return File.ReadAllBytes(file);
    }
}
