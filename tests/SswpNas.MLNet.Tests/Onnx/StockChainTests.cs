using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Onnx;

[TestClass]
public sealed class StockChainTests
{
    private const int Classes = 5;
    private const int Images = 20;
    private static readonly ImageShape Colour = new(3, 16, 16);

    private readonly MLContext _ml = new(seed: 1);
    private DirectoryInfo _temp = null!;
    private DerivedNetwork _network = null!;

    [TestInitialize]
    public void Begin()
    {
        _temp = Directory.CreateTempSubdirectory();
        _ml.TempFilePath = _temp.FullName;
        _network = OnnxSamples.Network(StemKind.Cifar, Colour, classes: Classes);
    }

    [TestCleanup]
    public void End()
    {
        _network.Dispose();
        _temp.Delete(recursive: true);
    }

    [TestMethod]
    public void ItGivesWhatOnnxRuntimeGives()
    {
        OnnxExport export = OnnxSamples.Export(_network);
        float[] pixels = OnnxSamples.Pixels(Images, Colour);
        float[][] raw = [.. OnnxSamples.Run(export.ToBytes(), "Score", pixels, Images, 3, 16, 16).Chunk(Classes)];
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, export);
        ScoredRow[] rows = Scored(transformer.Transform(View()));
        for (int i = 0; i < Images; i++)
        {
            for (int k = 0; k < Classes; k++) Assert.AreEqual(raw[i][k], rows[i].Score[k], 1e-6f);
            Assert.AreEqual(Array.IndexOf(raw[i], raw[i].Max()) + 1, (int)rows[i].PredictedLabel);
        }
    }

    [TestMethod]
    public void EveryClassCanBePredicted()
    {
        string[] names = OnnxSamples.ClassNames(Classes);
        for (int k = 0; k < Classes; k++)
        {
            float[] logits = new float[Classes];
            logits[k] = 1000 * (k + 1);
            OnnxSamples.Favour(_network, logits);
            using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(_network));
            IDataView scored = transformer.Transform(View());
            foreach (ScoredRow row in Scored(scored)) Assert.AreEqual((uint)k + 1, row.PredictedLabel);
            IDataView named =
                _ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(scored).Transform(scored);
            foreach (string name in named.GetColumn<string>("Name")) Assert.AreEqual(names[k], name);
        }
    }

    [TestMethod]
    public void LabelAndScoreKnowTheClassNamesAndNothingIsLeftOver()
    {
        OnnxExport export = OnnxSamples.Export(_network, "Features");
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, export);
        IDataView input = View();
        DataViewSchema schema = transformer.GetOutputSchema(input.Schema);
        CollectionAssert.AreEqual(OnnxSamples.ClassNames(Classes), PixelRows.KeyValues(schema["PredictedLabel"]));
        CollectionAssert.AreEqual(OnnxSamples.ClassNames(Classes), PixelRows.SlotNames(schema["Score"]));
        Assert.AreEqual(new KeyDataViewType(typeof(uint), Classes), schema["PredictedLabel"].Type);
        Assert.AreEqual(_network.Macro.Features, ((VectorDataViewType)schema["Features"].Type).Size);
        CollectionAssert.AreEquivalent(
            new[] { "Pixels", "Class", "Label", "Features", "PredictedLabel", "Score" },
            schema.Select(column => column.Name).ToArray());
    }

    [TestMethod]
    public void TheConfusionMatrixShowsTheClassNames()
    {
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(_network));
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(transformer.Transform(View()));
        string table = metrics.ConfusionMatrix.GetFormattedConfusionTable();
        foreach (string name in OnnxSamples.ClassNames(Classes)) Assert.Contains(name, table);
    }

    [TestMethod]
    public void ASavedModelLoadsAsStockTransformersWithTheSameScores()
    {
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(_network));
        IDataView view = View();
        string zip = Path.Combine(_temp.FullName, "model.zip");
        _ml.Model.Save(new TransformerChain<ITransformer>(transformer), view.Schema, zip);
        ITransformer loaded = new MLContext { TempFilePath = _temp.FullName }.Model.Load(zip, out DataViewSchema schema);
        using IDisposable _ = (IDisposable)loaded;
        Assert.AreEqual(Colour.Size, ((VectorDataViewType)schema["Pixels"].Type).Size);
        Assert.DoesNotContain("SswpNas", loaded.GetType().Assembly.FullName!);
        ScoredRow[] expected = Scored(transformer.Transform(view));
        ScoredRow[] actual = Scored(loaded.Transform(view));
        for (int i = 0; i < Images; i++)
        {
            CollectionAssert.AreEqual(expected[i].Score, actual[i].Score);
            Assert.AreEqual(expected[i].PredictedLabel, actual[i].PredictedLabel);
        }

        CollectionAssert.AreEqual(
            OnnxSamples.ClassNames(Classes), PixelRows.KeyValues(loaded.GetOutputSchema(schema)["PredictedLabel"]));
    }

    [TestMethod]
    public void APredictionEngineScoresOneImage()
    {
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(_network));
        ScoredRow expected = Scored(transformer.Transform(View()))[3];
        PredictionEngineOptions options = new() { InputSchemaDefinition = PixelRows.Schema(Colour), OwnsTransformer = false };
        using PredictionEngine<PixelRow, ScoredRow> engine =
            _ml.Model.CreatePredictionEngine<PixelRow, ScoredRow>(transformer, options);
        float[] pixels = [.. OnnxSamples.Pixels(Images, Colour).Chunk(Colour.Size).ElementAt(3)];
        ScoredRow actual = engine.Predict(new PixelRow { Pixels = pixels });
        CollectionAssert.AreEqual(expected.Score, actual.Score);
        Assert.AreEqual(expected.PredictedLabel, actual.PredictedLabel);
    }

    [TestMethod]
    public void AnEncoderGivesFeaturesOnly()
    {
        using DerivedNetwork encoder = OnnxSamples.Network(StemKind.Cifar, Colour, classes: 0);
        OnnxExport export = OnnxSamples.Export(encoder, "Features");
        SearchResult found = OnnxSamples.Found(encoder);
        using SswpNasSearchTransformer transformer = new(_ml, export, found);
        IDataView output = transformer.Transform(View());
        Assert.IsTrue(SearchResultAnnotation.TryFind(output.Schema, out SearchResult? handedOn));
        Assert.AreSame(found, handedOn);
        Assert.AreSame(found, transformer.Result);
        CollectionAssert.AreEqual(
            new[] { "Pixels", "Class", "Label", "Features" }, output.Schema.Select(c => c.Name).ToArray());
        float[] features = [.. output.GetColumn<float[]>("Features").SelectMany(f => f)];
        float[] raw = OnnxSamples.Run(export.ToBytes(), "Features", OnnxSamples.Pixels(Images, Colour), Images, 3, 16, 16);
        for (int i = 0; i < raw.Length; i++) Assert.AreEqual(raw[i], features[i], 1e-5f);
    }

    [TestMethod]
    public void AnEncoderIsSavedWithItsSchemaAndLoaded()
    {
        using DerivedNetwork encoder = OnnxSamples.Network(StemKind.Cifar, Colour, classes: 0);
        using SswpNasSearchTransformer transformer =
            new(_ml, OnnxSamples.Export(encoder, "Features"), OnnxSamples.Found(encoder));
        IDataView view = View();
        using MemoryStream saved = new();
        _ml.Model.Save(new TransformerChain<ITransformer>(transformer), view.Schema, saved);
        saved.Position = 0;
        ITransformer loaded = _ml.Model.Load(saved, out _);
        using IDisposable owner = (IDisposable)loaded;
        CollectionAssert.AreEqual(
            transformer.Transform(view).GetColumn<float[]>("Features").SelectMany(f => f).ToArray(),
            loaded.Transform(view).GetColumn<float[]>("Features").SelectMany(f => f).ToArray());
    }

    [TestMethod]
    public void NoFileIsLeftInTheTempFolder()
    {
        using (ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(_network)))
        {
            using MemoryStream saved = new();
            _ml.Model.Save(transformer, View().Schema, saved);
            Scored(transformer.Transform(View()));
        }

        Assert.IsEmpty(_temp.GetFileSystemInfos());
    }

    [TestMethod]
    public void AThousandClassesStayApart()
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(i => $"class {i}")];
        ImageShape small = new(1, 8, 8);
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, small, cells: 1, channels: 4, names.Length);
        float[] logits = new float[names.Length];
        foreach (int k in new[] { 999, 512, 0 })
        {
            logits[k] = 1000 * (1000 - k);
            OnnxSamples.Favour(network, logits);
            OnnxExport export = OnnxSamples.Export(network) with { ClassNames = names };
            using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, export);
            IDataView scored = transformer.Transform(PixelRows.View(_ml, small, names, 3));
            foreach (uint label in scored.GetColumn<uint>("PredictedLabel")) Assert.AreEqual((uint)k + 1, label);
        }
    }

    [TestMethod]
    public void AGpuMeantForLibtorchDoesNotStopTheCpuBuildOfOnnxRuntime()
    {
        MLContext gpu = new() { GpuDeviceId = 0, FallbackToCpu = true, TempFilePath = _temp.FullName };
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(gpu, OnnxSamples.Export(_network));
        Assert.HasCount(Images, Scored(transformer.Transform(View())));
    }

    private IDataView View() => PixelRows.View(_ml, Colour, OnnxSamples.ClassNames(Classes), Images);

    private ScoredRow[] Scored(IDataView view) => [.. _ml.Data.CreateEnumerable<ScoredRow>(view, reuseRowObject: false)];
}
