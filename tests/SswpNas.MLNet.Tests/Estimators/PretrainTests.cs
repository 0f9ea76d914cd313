using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;
using static SswpNas.MLNet.Tests.Estimators.SearchRefusalTests;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class PretrainTests
{
    private static readonly PretrainOptions _options = PretrainOptions.From(Tiny.Search);

    private static readonly FineTuneOptions _fineTune =
        Tiny.FineTune with { Initialization = WeightInitialization.SimClrPretrained };

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void FreshWeightsOfTheSameArchitectureAreTrainedForAsManyEpochsAsTheSearch()
    {
        PretrainResult result = Pretrain(_options);

        Assert.AreEqual(Tiny.Found.Genotype, result.Genotype);
        Assert.HasCount(Tiny.Found.History.Count, result.History);
        Assert.AreEqual(Tiny.Found.Parameters, result.Parameters);
        Assert.AreEqual(60, result.Network.Settings.Images);
        CollectionAssert.AreEquivalent(Tiny.Found.Weights.Keys.ToArray(), result.Network.Weights.Keys.ToArray());
        Assert.IsFalse(Same(result.Network, Tiny.Found.Network));
        // Nothing of the search's weights is in it.
        FoundNetwork blank = Tiny.Found.Network with { Weights = new Dictionary<string, TensorValue>() };
        SearchResult other = new(blank, Tiny.Found.History, Tiny.Found.AlphaHistory);
        Assert.IsTrue(Same(result.Network, Pretrain(_options, other).Network));
    }

    [TestMethod]
    public void TheLossFallsAndThreadsDoNotChangeIt()
    {
        PretrainResult one = Pretrain(_options with { Epochs = 30, Views = SearchVariantTests.AlikeViews });
        string losses = string.Join(' ', one.History.Select(e => e.Loss.ToString("F3")));
        Assert.IsLessThan(0.9 * one.History[0].Loss, one.History.TakeLast(3).Average(e => e.Loss), losses);
        Assert.AreEqual(0, one.History[^1].LearningRate, 0.05 * one.History[0].LearningRate);

        PretrainResult few = Pretrain(_options);
        Assert.IsTrue(Same(few.Network, Pretrain(_options with { Threads = 2 }).Network));
        Assert.IsFalse(Same(few.Network, Pretrain(_options with { Seed = 9 }).Network));
        Assert.AreEqual(few.History[0].Loss, Pretrain(_options with { UseManagedKernels = false }).History[0].Loss, 0.05);
    }

    [TestMethod]
    public void InAChainSearchPretrainingAndFineTuningFindOneAnother()
    {
        IDataView data = new Stripes().View(_ml);
        EstimatorChain<ConcomitantFineTuneTransformer> estimator = _ml.SswpNas().Search(options: Tiny.Search)
            .Append(_ml.SswpNas().Pretrain(options: _options))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.SswpNas().FineTune(options: _fineTune));
        Assert.Contains(column => column.Name == "Score", estimator.GetOutputSchema(FormsOfDataTests.Shape(data)));

        using TransformerChain<ConcomitantFineTuneTransformer> chain = estimator.Fit(data);

        PretrainResult result = ((SimClrPretrainTransformer)chain.ElementAt(1)).Result;
        Assert.AreSame(result, chain.LastTransformer.PretrainResult);
        Assert.AreSame(((SswpNasSearchTransformer)chain.ElementAt(0)).Result, chain.LastTransformer.SearchResult);
        Assert.HasCount(60, Scored.Of(_ml, chain.Transform(data)));
    }

    [TestMethod]
    public void EachInitialisationStartsFromItsOwnWeights()
    {
        IDataView data = new Stripes().View(_ml);
        PretrainResult result = Pretrain(_options);
        // So small a rate leaves the weights where they started.
        FineTuneOptions still = Tiny.FineTune with { Epochs = 1, LearningRates = [1e-30], FeaturesColumnName = "Tuned" };
        float[][] features = new float[3][];
        foreach (WeightInitialization start in Enum.GetValues<WeightInitialization>())
        {
            using ConcomitantFineTuneTransformer tuned = _ml.SswpNas().FineTune(
                options: still with { Initialization = start }, searchResult: Tiny.Found, pretrainResult: result).Fit(data);
            features[(int)start] = [.. tuned.Transform(data).GetColumn<float[]>("Tuned").SelectMany(f => f)];
            Assert.AreEqual(start == WeightInitialization.SimClrPretrained ? result : null, tuned.PretrainResult);
        }

        foreach ((int a, int b) in new[] { (0, 1), (0, 2), (1, 2) }) CollectionAssert.AreNotEqual(features[a], features[b]);
        using ConcomitantFineTuneTransformer alone =
            _ml.SswpNas().FineTune(options: still with { Initialization = WeightInitialization.SimClrPretrained }, pretrainResult: result).Fit(data);
        Assert.IsNull(alone.SearchResult);
        CollectionAssert.AreEqual(
            features[(int)WeightInitialization.SimClrPretrained],
            alone.Transform(data).GetColumn<float[]>("Tuned").SelectMany(f => f).ToArray());
    }

    [TestMethod]
    public void WhatIsMissingOrDoesNotFitIsSaid()
    {
        IDataView data = new Stripes().View(_ml);
        Says<InvalidOperationException>(
            () => _ml.SswpNas().Pretrain(options: _options).Fit(data), "no search result", "Append Pretrain after Search");
        Says<InvalidOperationException>(
            () => _ml.SswpNas().FineTune(options: _fineTune, searchResult: Tiny.Found).Fit(data),
            "no pre-training result", "SimClrPretrained", "PretrainResult.Load");
        Says<ArgumentException>(
            () => _ml.SswpNas().Pretrain(Tiny.Found, _options).Fit(new Stripes { Height = 16, Width = 16 }.View(_ml)),
            "3 x 16 x 16", "3 x 8 x 8");
        Says<ArgumentException>(
            () => _ml.SswpNas().Pretrain(Tiny.Found, _options).Fit(new Stripes { White = 1 }.View(_ml)), "between 0 and 1");
        Says<InvalidDataException>(
            () => _ml.SswpNas().Pretrain(Tiny.Found, _options).Fit(new Stripes { Count = 7 }.View(_ml)), "7 images", "batch of 8");
        Says<ArgumentException>(
            () => _ml.SswpNas().Pretrain(Tiny.Found, _options, "Image").Fit(data), "'Image'", "'Pixels'");
        SearchResult none = new(Tiny.Found.Network, [], []);
        Says<ArgumentException>(() => _ml.SswpNas().Pretrain(none, _options).Fit(data), "no epochs", "set Epochs");
    }

    [TestMethod]
    public void APretrainingOfAnotherNetworkIsRefusedWithAllThatDiffers()
    {
        IDataView data = new Stripes().View(_ml);
        PretrainResult result = Pretrain(_options with { Epochs = 1 });
        FoundNetwork network = Tiny.Found.Network;
        Dictionary<string, TensorValue> reshaped = new(network.Weights);
        string third = network.Weights.Keys.ElementAt(2);
        reshaped[third] = new TensorValue([2], [1, 2]);
        CellGenotype[] cells = [.. network.Genotype.Cells.Select((c, i) => i == 1 ? Other(c) : c)];

        Refused(network with { Weights = reshaped }, $"'{third}'", "[2]");
        Refused(network with { Genotype = new Genotype(cells) }, "- cell 1: ");
        Refused(network with { Macro = network.Macro with { InitialChannels = 8 } }, "- cells: 3 of 4 channels (Cifar stem)", "there, 3 of 8 channels");

        void Refused(FoundNetwork changed, params string[] parts) => Says<ArgumentException>(
            () => _ml.SswpNas().FineTune(
                options: _fineTune, searchResult: new SearchResult(changed, [], []), pretrainResult: result).Fit(data),
            ["of another network than the search result", .. parts]);
    }

    [TestMethod]
    public void AllOptionsThatAreOutOfRangeAreNamedAtOnce()
    {
        PretrainOptions options = new()
        {
            Epochs = 0,
            BatchSize = 1,
            LearningRate = 0,
            Momentum = 1,
            WeightDecay = -1,
            GradientClip = 0,
            Temperature = double.NaN,
            ProjectionSize = 1,
            Threads = 0,
            Device = "gpu",
            Views = new ViewOptions { FlipProbability = 2 },
        };

        Says<ArgumentException>(
            () => _ml.SswpNas().Pretrain(null, options, "Pixels", "Pixels"), "The pre-training options", "Epochs is 0", "BatchSize is 1",
            "LearningRate is 0", "Momentum is 1", "WeightDecay is -1", "GradientClip is 0", "Temperature is NaN", "ProjectionSize is 1",
            "Threads is 0", "'gpu'", "FlipProbability", "'Pixels' is the name of 2 columns");
    }

    /// <summary>Options that both have, so that a new one of the search is not forgotten here.</summary>
    [TestMethod]
    public void TheSearchsOptionsAreTakenOverWhereverThereIsOneOfTheSameName()
    {
        string[] own = ["Epochs", "Progress", "CancellationToken", "EqualityContract"];
        SearchOptions search = SearchOptions.Laptop with { Seed = 5, Threads = 3, Device = "cpu", UseManagedKernels = false };
        foreach (System.Reflection.PropertyInfo property in typeof(PretrainOptions).GetProperties())
        {
            if (property.GetMethod!.IsStatic || own.Contains(property.Name)) continue;
            object? expected = typeof(SearchOptions).GetProperty(property.Name)!.GetValue(search);
            Assert.AreEqual(expected, property.GetValue(PretrainOptions.From(search)), property.Name);
        }

        Assert.AreEqual(PretrainOptions.From(SearchOptions.Paper), PretrainOptions.Paper);
    }

    private PretrainResult Pretrain(PretrainOptions options, SearchResult? search = null)
    {
        using SimClrPretrainTransformer trained =
            _ml.SswpNas().Pretrain(search ?? Tiny.Found, options).Fit(new Stripes().View(_ml));
        return trained.Result;
    }

    private static bool Same(FoundNetwork one, FoundNetwork other) =>
        one.Weights.All(w => w.Value.Values.AsSpan().SequenceEqual(other.Weights[w.Key].Values));

    private static CellGenotype Other(CellGenotype cell)
    {
        GenotypeEdge first = cell.Edges[0];
        CellOperation next = (CellOperation)(((int)first.Operation + 1) % CellOperations.Count);
        return new CellGenotype([first with { Operation = next }, .. cell.Edges.Skip(1)]);
    }
}
