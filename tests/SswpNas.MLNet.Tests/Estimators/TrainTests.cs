using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Onnx;
using static SswpNas.MLNet.Tests.Estimators.SearchRefusalTests;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class TrainTests
{
    /// <summary>The whole recipe on a small scale.</summary>
    private static readonly TrainOptions _options = TrainOptions.Cifar10 with
    {
        Epochs = 2,
        BatchSize = 16,
        CutoutLength = 2,
        Seed = 1,
        Device = "cpu",
        Threads = 1,
    };

    private static readonly Architecture _darts = new(KnownGenotypes.DARTS_V2(5), 4);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AKnownArchitectureLearnsFromScratch(bool managedKernels)
    {
        IDataView data = new Stripes().View(_ml);

        using ArchitectureTrainTransformer model = _ml.SswpNas().Train(
            _darts, options: _options with { Epochs = 20, LearningRate = 0.1, DropPath = 0.1, UseManagedKernels = managedKernels }).Fit(data);

        Assert.IsGreaterThan(0.9, _ml.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
        Assert.HasCount(20, model.History);
        Assert.IsLessThan(model.History[0].Loss / 2, model.History[^1].Loss);
        Assert.AreEqual(_darts.Parameters(classes: 3), model.Parameters, "the auxiliary head is gone");
        CollectionAssert.AreEqual(Stripes.Classes, model.ClassNames.ToArray());
    }

    [TestMethod]
    [DataRow(3, 8, StemKind.Cifar)]
    [DataRow(1, 12, StemKind.Cifar)]
    [DataRow(3, 64, StemKind.ImageNet)]
    [DataRow(1, 96, StemKind.ImageNet)]
    [DataRow(3, 48, StemKind.Strided)]
    public void ImagesOfAnySizeThatFitsAreScoredAsByTheSavedModel(int channels, int size, StemKind stem)
    {
        Stripes stripes = new() { Count = 24, Channels = channels, Height = size, Width = size };
        IDataView data = stripes.View(_ml);
        using ArchitectureTrainTransformer model =
            _ml.SswpNas().Train(new Architecture(KnownGenotypes.PDARTS(5), 4, stem), options: _options).Fit(data);
        Scored[] scored = Scored.Of(_ml, model.Transform(data));

        using MemoryStream saved = new();
        _ml.Model.Save(model, data.Schema, saved);
        saved.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(saved, out _);
        Scored.AreEqual(scored, Scored.Of(_ml, loaded.Transform(data)));
        (loaded as IDisposable)?.Dispose();

        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        string file = Path.Combine(folder.FullName, "model.onnx");
        model.ExportToOnnx(file);
        float[] pixels = [.. stripes.Draw().SelectMany(row => row.Pixels)];
        float[] raw = OnnxSamples.Run(File.ReadAllBytes(file), "Score", pixels, 24, channels, size, size);
        folder.Delete(recursive: true);
        for (int i = 0; i < raw.Length; i++) Assert.AreEqual(scored[i / 3].Score[i % 3], raw[i], 1e-5f);
    }

    [TestMethod]
    public void ASearchedArchitectureIsTrainedWithoutItsWeightsAndOnOtherSizes()
    {
        IDataView data = new Stripes().View(_ml);
        FoundNetwork blank = Tiny.Found.Network with { Weights = new Dictionary<string, TensorValue>() };
        Scored[] one = Train(Tiny.Found, data), other = Train(new SearchResult(blank, [], []), data);
        Scored.AreEqual(one, other, tolerance: 0);
        Assert.HasCount(60, Train(Tiny.Found, new Stripes { Height = 16, Width = 16 }.View(_ml)));

        EstimatorChain<ArchitectureTrainTransformer> estimator = _ml.SswpNas().Search(options: Tiny.Search)
            .Append(_ml.SswpNas().Train(options: _options with { ScoreColumnName = "P", FeaturesColumnName = "F" }));
        string[] columns = [.. estimator.GetOutputSchema(FormsOfDataTests.Shape(data)).Select(c => c.Name)];
        foreach (string name in new[] { "Features", "P", "F", "PredictedLabel" }) Assert.Contains(name, columns);
        using TransformerChain<ArchitectureTrainTransformer> chain = estimator.Fit(data);
        Assert.AreEqual(
            ((SswpNasSearchTransformer)chain.First()).Result.Architecture, chain.LastTransformer.Architecture);
        Assert.HasCount(Tiny.Found.FeatureSize, chain.Transform(data).GetColumn<float[]>("F").First());
    }

    [TestMethod]
    public void ThreadsDoNotChangeItAndSeedsDo()
    {
        IDataView data = new Stripes().View(_ml);
        Scored[] one = Train(Tiny.Found, data);
        Scored.AreEqual(one, Train(Tiny.Found, data, _options with { Threads = 3 }), tolerance: 0);
        Assert.AreNotEqual(one[0].Score[0], Train(Tiny.Found, data, _options with { Seed = 2 })[0].Score[0]);
        Assert.AreNotEqual(one[0].Score[0], Train(Tiny.Found, data, _options with { AuxiliaryWeight = 0 })[0].Score[0]);
    }

    [TestMethod]
    public void WhatDoesNotFitIsSaid()
    {
        IDataView data = new Stripes().View(_ml);
        Says<InvalidOperationException>(
            () => _ml.SswpNas().Train(options: _options).Fit(data), "no search result", "Append Train after Search");
        Says<ArgumentException>(
            () => _ml.SswpNas().Train(new Architecture(KnownGenotypes.DARTS_V2(5), 4, StemKind.ImageNet), options: _options).Fit(data),
            "8 x 8 pixels", "ImageNet stem", "a multiple of 32 from 64 on");
        Says<ArgumentException>(
            () => _ml.SswpNas().Train(_darts, options: _options with { Epochs = 0, LearningRate = 0, AuxiliaryWeight = -1, DropPath = 1 }),
            "The train options", "Epochs is 0", "LearningRate is 0", "AuxiliaryWeight is -1; 0 to 10", "DropPath is 1");
        Says<ArgumentException>(() => _ml.SswpNas().Train(_darts, "Class", options: _options).Fit(data), "'Class'", "one key a row");
        Says<ArgumentException>(() => _ml.SswpNas().Train(_darts, inputColumnName: "Image", options: _options).Fit(data), "'Image'");
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(
            () => _ml.SswpNas().Train(_darts, options: _options with { CancellationToken = source.Token }).Fit(data));
    }

    /// <summary>Table 5, the columns "train".</summary>
    [TestMethod]
    public void ThePresetsAreTable5()
    {
        TrainOptions cifar = TrainOptions.Cifar10, imageNet = TrainOptions.ImageNet;
        Assert.AreEqual(new TrainOptions(), cifar);
        Assert.AreEqual((600, 128, 0.025, 0.9, 3e-4), (cifar.Epochs, cifar.BatchSize, cifar.LearningRate, cifar.Momentum, cifar.WeightDecay));
        Assert.AreEqual((0.4, 16, 0.3, 5.0), (cifar.AuxiliaryWeight, cifar.CutoutLength, cifar.DropPath, cifar.GradientClip));
        Assert.AreEqual((250, 1024, 0.4, 0.9, 3e-4), (imageNet.Epochs, imageNet.BatchSize, imageNet.LearningRate, imageNet.Momentum, imageNet.WeightDecay));
        Assert.AreEqual((0.4, 0, 0.0, 5.0), (imageNet.AuxiliaryWeight, imageNet.CutoutLength, imageNet.DropPath, imageNet.GradientClip));
        SearchOptions search = SearchOptions.ImageNet;
        Assert.AreEqual((StemKind.ImageNet, 48, 14, 256), (search.Stem, search.InitialChannels, search.Cells, search.BatchSize));
        Assert.AreEqual((100, 0.025, 4e-5), (search.Epochs, search.LearningRate, search.WeightDecay));
        Assert.AreEqual(20, search.Schedule().WarmUpEpochs);
        Assert.AreEqual(10, (search with { Epochs = 50 }).Schedule().WarmUpEpochs);
        Assert.AreEqual(10, (search with { Epochs = 40 }).Schedule().WarmUpEpochs, "at least 10 epochs");
        foreach (TrainOptions preset in new[] { cifar, TrainOptions.Cifar100, TrainOptions.TinyImageNet, imageNet, TrainOptions.Laptop, TrainOptions.Smoke })
            Assert.IsEmpty(preset.Problems());
        foreach (SearchOptions preset in new[] { SearchOptions.Cifar10, SearchOptions.Cifar100, SearchOptions.TinyImageNet, search })
            Assert.IsEmpty(preset.Problems());
        foreach (FineTuneOptions preset in new[] { FineTuneOptions.Cifar10, FineTuneOptions.Cifar100, FineTuneOptions.TinyImageNet, FineTuneOptions.ImageNet })
            Assert.IsEmpty(preset.Problems());
    }

    private Scored[] Train(SearchResult found, IDataView data, TrainOptions? options = null)
    {
        using ArchitectureTrainTransformer model = _ml.SswpNas().Train(found, options: options ?? _options).Fit(data);
        return Scored.Of(_ml, model.Transform(data));
    }
}
