using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Collectives;

/// <summary>Whatever the number of ranks, every bit of a result is that of one process.</summary>
[TestClass]
public sealed class DataParallelTests
{
    private static readonly SearchOptions _search = SearchOptions.Smoke with
    {
        BatchSize = 12,
        ArchitectureInterval = 1,
        ProjectionSize = 16,
        LowResolutionFraction = 0.5,
        Seed = 1,
        Device = "cpu",
        Threads = 1,
    };

    private static readonly FineTuneOptions _fineTune = FineTuneOptions.Smoke with
    {
        Epochs = 2,
        LearningRates = [0.1, 0.2],
        DropPath = 0.2,
        Seed = 1,
        Device = "cpu",
        Threads = 1,
    };

    private static readonly Lazy<SearchResult> _found = new(() => Search(_search, Ranks.Single));

    [TestMethod]
    [DataRow(SearchObjective.SimClr, 2)]
    [DataRow(SearchObjective.SimClr, 3)]
    [DataRow(SearchObjective.SimClr, 4)]
    [DataRow(SearchObjective.Byol, 2)]
    [DataRow(SearchObjective.Supervised, 3)]
    public void ASearchIsTheSame(SearchObjective objective, int size)
    {
        SearchOptions options = _search with { Objective = objective, Gates = objective == SearchObjective.Byol ? GateMode.Full : GateMode.Two };
        string alone = ResultHash.Of(Search(options, Ranks.Single));
        string[] together = ThreadRanks.Run(size, ranks => ResultHash.Of(Search(options, ranks)));
        foreach (string one in together) Assert.AreEqual(alone, one);
    }

    [TestMethod]
    [DataRow(UnlabelledImages.Ignore, 2)]
    [DataRow(UnlabelledImages.PseudoLabels, 3)]
    public void AFineTuningIsTheSame(UnlabelledImages unlabelled, int size)
    {
        FineTuneOptions options = _fineTune with { Unlabelled = unlabelled, SemiSupervised = _fineTune.SemiSupervised with { Steps = 12 } };
        byte[] alone = FineTune(options, Ranks.Single);
        byte[][] together = ThreadRanks.Run(size, ranks => FineTune(options, ranks));
        foreach (byte[] one in together) CollectionAssert.AreEqual(alone, one);
    }

    [TestMethod]
    public void APretrainingIsTheSameAndSoIsATrainingFromScratch()
    {
        string alone = Pretrain(Ranks.Single);
        foreach (string one in ThreadRanks.Run(2, Pretrain)) Assert.AreEqual(alone, one);
    }

    /// <summary>More ranks than images of a step: some have nothing to do, and nothing changes.</summary>
    [TestMethod]
    public void RanksWithoutAnImageChangeNothing()
    {
        SearchOptions options = _search with { BatchSize = 2, Epochs = 3 };
        string alone = ResultHash.Of(Search(options, Ranks.Single, images: 12));
        foreach (string one in ThreadRanks.Run(7, ranks => ResultHash.Of(Search(options, ranks, images: 12)))) Assert.AreEqual(alone, one);
    }

    [TestMethod]
    public void TheFirstRankKeepsCheckpointsFromWhichAllGoOn()
    {
        using TestFolder folder = new();
        CheckpointOptions checkpoints = new() { Folder = Path.Combine(folder.Root, "run") };
        string alone = ResultHash.Of(Search(_search, Ranks.Single));
        using CancellationTokenSource stop = new();
        Assert.ThrowsExactly<OperationCanceledException>(() => ThreadRanks.Run(2, ranks => ResultHash.Of(Search(
            _search with
            {
                Checkpoints = checkpoints,
                // Asked on one rank only: all stop at the same step.
                CancellationToken = ranks.IsFirst ? CancellationToken.None : stop.Token,
                Progress = new Direct<SearchProgress>(p =>
                {
                    if (p.Epoch == 2) stop.Cancel();
                }),
            },
            ranks))));
        Assert.HasCount(1, Directory.GetDirectories(folder.Root));
        string[] together = ThreadRanks.Run(3, ranks => ResultHash.Of(Search(_search with { Checkpoints = checkpoints }, ranks)));
        foreach (string one in together) Assert.AreEqual(alone, one);
    }

    [TestMethod]
    public void RanksThatRunDifferentThingsAreRefusedWithWhatDiffers()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => ThreadRanks.Run(
            3, ranks => ResultHash.Of(Search(_search with { Seed = ranks.Rank == 2 ? 2 : 1, LearningRate = ranks.Rank == 2 ? 0.5 : 0.025 }, ranks))));
        StringAssert.Contains(error.Message, "Rank 2 runs something else than rank 0");
        StringAssert.Contains(error.Message, "seed");
        StringAssert.Contains(error.Message, "LearningRate");
    }

    [TestMethod]
    public void AFailureOfOneRankEndsTheOthers()
    {
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => ThreadRanks.Run(2, ranks =>
        {
            MLContext ml = new(1);
            IDataView stripes = new Stripes().View(ml);
            IDataView data = ml.Transforms.CustomMapping<Drawn, Drawn>(
                (one, same) => same.Pixels = ranks.Rank == 1 ? throw new IOException("the disk is gone") : one.Pixels, contractName: null)
                .Fit(stripes).Transform(stripes);
            using SswpNasSearchTransformer found = ml.SswpNas().Search(options: _search with { Ranks = ranks }).Fit(data);
            return ResultHash.Of(found.Result);
        }));
        StringAssert.Contains(error.Message, "the disk is gone");
    }

    [TestMethod]
    public void LibtorchIsRefused()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => ThreadRanks.Run(
            2, ranks => ResultHash.Of(Search(_search with { UseManagedKernels = false }, ranks))));
        StringAssert.Contains(error.Message, "Ranks are 2, but UseManagedKernels is false");
    }

    private static SearchResult Search(SearchOptions options, Ranks ranks, int images = 60)
    {
        MLContext ml = new(1);
        string? label = options.Objective == SearchObjective.Supervised ? "Label" : null;
        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: options with { Ranks = ranks }, labelColumnName: label)
            .Fit(new Stripes { Count = images }.View(ml));
        return found.Result;
    }

    private static byte[] FineTune(FineTuneOptions options, Ranks ranks)
    {
        MLContext ml = new(1);
        IDataView half = ml.SswpNas().MaskLabels(new Stripes().View(ml), "Label", 0.5, seed: 1);
        using ConcomitantFineTuneTransformer tuned =
            ml.SswpNas().FineTune(options: options with { Ranks = ranks }, searchResult: _found.Value).Fit(half);
        using TestFolder folder = new();
        string path = Path.Combine(folder.Root, "model.onnx");
        tuned.ExportToOnnx(path);
        return File.ReadAllBytes(path);
    }

    private static string Pretrain(Ranks ranks)
    {
        MLContext ml = new(1);
        IDataView data = new Stripes().View(ml);
        using SimClrPretrainTransformer made = ml.SswpNas()
            .Pretrain(options: PretrainOptions.From(_search) with { Epochs = 2, Ranks = ranks }, searchResult: _found.Value).Fit(data);
        TrainOptions options = TrainOptions.Smoke with { Epochs = 2, Seed = 1, Device = "cpu", Threads = 1, Ranks = ranks };
        using ArchitectureTrainTransformer trained = ml.SswpNas().Train(_found.Value.Architecture, options: options).Fit(data);
        using TestFolder folder = new();
        string path = Path.Combine(folder.Root, "model.onnx");
        trained.ExportToOnnx(path);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ShortHash.Append(hash, made.Result.Weights);
        hash.AppendData(File.ReadAllBytes(path));
        return ShortHash.Of(hash);
    }

    private sealed class Drawn
    {
        [VectorType(3, 8, 8)]
        public float[] Pixels { get; set; } = [];
    }
}
