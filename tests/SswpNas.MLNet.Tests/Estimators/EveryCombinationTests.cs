using Microsoft.ML;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>
/// Every objective with every direction of pruning, every kind of gates and every kind of network: two epochs on 64 images,
/// saved, loaded, fine-tuned, exported and scored.
/// </summary>
[TestClass]
public sealed class EveryCombinationTests
{
    private const int Images = 64;

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Combinations() =>
        from objective in Enum.GetValues<SearchObjective>()
        from direction in Enum.GetValues<PruneDirection>()
        from gates in Enum.GetValues<GateMode>()
        from network in new[] { (StemKind.Cifar, 3, 8), (StemKind.Cifar, 1, 12), (StemKind.ImageNet, 3, 64) }
        select new object[] { objective, direction, gates, network.Item1, network.Item2, network.Item3 };

    public static IEnumerable<object[]> Pairs() => Pairwise.Of(Combinations());

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void EveryPairRunsIsSavedExportedAndScored(
        SearchObjective objective, PruneDirection direction, GateMode gates, StemKind stem, int channels, int size) =>
        EveryCombinationRunsIsSavedExportedAndScored(objective, direction, gates, stem, channels, size);

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Combinations))]
    public void EveryCombinationRunsIsSavedExportedAndScored(
        SearchObjective objective, PruneDirection direction, GateMode gates, StemKind stem, int channels, int size)
    {
        Stripes stripes = new() { Count = Images, Channels = channels, Height = size, Width = size };
        IDataView data = stripes.View(_ml);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sswpnas-");
        try
        {
            SearchResult found = SearchAndReload(data, folder.FullName, objective, direction, gates, stem);
            using ConcomitantFineTuneTransformer tuned = _ml.SswpNas().FineTune(
                options: Tiny.FineTune with { Epochs = 1 }, searchResult: found).Fit(data);
            Scored[] scored = Scored.Of(_ml, tuned.Transform(data));
            Assert.HasCount(Images, scored);
            foreach (Scored row in scored) Assert.AreEqual(1, row.Score.Sum(), 1e-4);

            string zip = Path.Combine(folder.FullName, "model.zip"), onnx = Path.Combine(folder.FullName, "model.onnx");
            _ml.Model.Save(tuned, data.Schema, zip);
            ITransformer loaded = new MLContext().Model.Load(zip, out _);
            Scored.AreEqual(scored, Scored.Of(_ml, loaded.Transform(data)));
            (loaded as IDisposable)?.Dispose();

            tuned.ExportToOnnx(onnx);
            float[] pixels = [.. stripes.Draw().SelectMany(row => row.Pixels)];
            float[] raw = OnnxSamples.Run(File.ReadAllBytes(onnx), "Score", pixels, Images, channels, size, size);
            for (int i = 0; i < raw.Length; i++) Assert.AreEqual(scored[i / 3].Score[i % 3], raw[i], 1e-5f);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private SearchResult SearchAndReload(
        IDataView data, string folder, SearchObjective objective, PruneDirection direction, GateMode gates, StemKind stem)
    {
        // One epoch searches, one prunes; without pruning both search.
        SearchOptions options = Tiny.Search with
        {
            Objective = objective,
            PruneDirection = direction,
            Gates = gates,
            Stem = stem,
            Epochs = 2,
            Phases = new PhaseSplit(0, 0.5, 0.5),
            FinalTrainingFraction = 0,
        };
        string? label = objective == SearchObjective.Supervised ? "Label" : null;
        using SswpNasSearchTransformer search = _ml.SswpNas().Search(options: options, labelColumnName: label).Fit(data);
        SearchPhase second = direction == PruneDirection.None ? SearchPhase.Search : SearchPhase.Prune;
        CollectionAssert.AreEqual(
            new[] { SearchPhase.Search, second }, search.Result.History.Select(epoch => epoch.Phase).ToArray());
        Assert.AreEqual(direction == PruneDirection.None ? 0 : 2, search.Result.History[1].FrozenCells);
        Assert.IsTrue(search.Result.History.All(epoch => double.IsFinite(epoch.ArchitectureLoss)), "alphas were trained");
        search.Result.Save(Path.Combine(folder, "search"));
        SearchResult loaded = SearchResult.Load(Path.Combine(folder, "search"));
        DeterminismTests.AreEqual(search.Result, loaded);
        return loaded;
    }
}
