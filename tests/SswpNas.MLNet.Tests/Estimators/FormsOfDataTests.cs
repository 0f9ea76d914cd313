using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class FormsOfDataTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(Layout.Interleaved)]
    [DataRow(Layout.Flat)]
    public void TheLayoutOfThePixelsMakesNoDifference(Layout layout)
    {
        Stripes planar = new(), other = planar with { Layout = layout };
        using TransformerChain<ConcomitantFineTuneTransformer> expected = Fit(planar.View(_ml));
        using TransformerChain<ConcomitantFineTuneTransformer> actual = Fit(other.View(_ml));

        CollectionAssert.AreEqual(
            Features(expected.Transform(planar.View(_ml))), Features(actual.Transform(other.View(_ml))));
        Scored.AreEqual(
            Scored.Of(_ml, expected.Transform(planar.View(_ml))), Scored.Of(_ml, actual.Transform(other.View(_ml))));
    }

    [TestMethod]
    [DataRow(Layout.Planar)]
    [DataRow(Layout.Interleaved)]
    public void TheOnnxFileTakesImagesAsTheColumnHasThem(Layout layout)
    {
        Stripes stripes = new() { Layout = layout, Count = 30 };
        IDataView data = stripes.View(_ml);
        using ConcomitantFineTuneTransformer model =
            _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data);
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string file = Path.Combine(folder.FullName, "model.onnx");
            model.ExportToOnnx(file);
            float[] pixels = [.. stripes.Draw().SelectMany(row => row.Pixels)];
            float[] raw = OnnxSamples.Run(File.ReadAllBytes(file), "Score", pixels, [30, .. stripes.Dimensions]);

            float[] scored = [.. Scored.Of(_ml, model.Transform(data)).SelectMany(row => row.Score)];
            for (int i = 0; i < raw.Length; i++) Assert.AreEqual(scored[i], raw[i], 1e-5f);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void GrayImagesWork()
    {
        Stripes stripes = new() { Channels = 1, White = 1 };
        IDataView data = stripes.View(_ml);
        using TransformerChain<ConcomitantFineTuneTransformer> chain = Fit(data, Tiny.Thorough);

        Assert.AreEqual(1, chain.LastTransformer.SearchResult!.ImageChannels);
        Assert.IsGreaterThan(0.8, _ml.MulticlassClassification.Evaluate(chain.Transform(data)).MicroAccuracy);
    }

    [TestMethod]
    [DataRow(DataKind.Byte)]
    [DataRow(DataKind.UInt16)]
    [DataRow(DataKind.UInt32)]
    [DataRow(DataKind.UInt64)]
    public void EveryTypeOfKeyIsALabel(DataKind kind)
    {
        IDataView data = new Stripes().View(_ml);
        IDataView converted = _ml.Transforms.Conversion.ConvertType("Label", "Label", kind).Fit(data).Transform(data);
        ConcomitantFineTuneEstimator estimator =
            _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found);
        // A chain asks for the output schema of every step but the first before it fits.
        using TransformerChain<ColumnCopyingTransformer> chain = _ml.Transforms.CopyColumns("Copy", "Label").Append(estimator)
            .Append(_ml.Transforms.CopyColumns("Guess", "PredictedLabel")).Fit(converted);

        Scored[] actual = Scored.Of(_ml, chain.Transform(converted));

        Scored.AreEqual(Scored.Of(_ml, estimator.Fit(data).Transform(data)), actual);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("Tuned")]
    public void TheSchemaThatIsPromisedIsTheSchemaThatComes(string? features)
    {
        IDataView data = new Stripes().View(_ml);
        IEstimator<ITransformer>[] estimators =
        [
            _ml.SswpNas().Search(options: Tiny.Search),
            _ml.SswpNas().FineTune(
                options: Tiny.FineTune with { FeaturesColumnName = features, ScoreColumnName = "Chances" },
                searchResult: Tiny.Found),
        ];
        foreach (IEstimator<ITransformer> estimator in estimators)
        {
            SchemaShape promised = estimator.GetOutputSchema(Shape(data));
            using OnnxPipelineTransformer model = (OnnxPipelineTransformer)estimator.Fit(data);
            string[] expected = [.. promised.Select(Text)];
            CollectionAssert.AreEquivalent(expected, Texts(model.Transform(data).Schema));
            CollectionAssert.AreEquivalent(expected, Texts(model.GetOutputSchema(data.Schema)));
        }
    }

    /// <summary>ML.NET itself tells an estimator the shape of the data, in a chain.</summary>
    internal static SchemaShape Shape(IDataView data)
    {
        ShapeWatch watch = new();
        new EstimatorChain<ITransformer>().Append(watch).Fit(data);
        return watch.Shape!;
    }

    private static string Text(SchemaShape.Column c) =>
        Line(c.Name, c.Kind == SchemaShape.Column.VectorKind.Vector, c.ItemType, c.IsKey, c.Annotations.Select(a => a.Name));

    private static string[] Texts(DataViewSchema schema) =>
    [
        .. schema.Where(c => !c.IsHidden).Select(c => Line(
            c.Name, c.Type is VectorDataViewType { IsKnownSize: true }, (c.Type as VectorDataViewType)?.ItemType ?? c.Type,
            c.Type is KeyDataViewType, c.Annotations.Schema.Select(a => a.Name))),
    ];

    // The search result rides on the features; no shape can say so.
    private static string Line(string name, bool isVector, DataViewType item, bool isKey, IEnumerable<string> annotations) =>
        $"{name}: {(isVector ? "vector" : "scalar")} of {item.RawType.Name}{(isKey ? " key" : "")}, "
        + string.Join(' ', annotations.Where(a => !a.StartsWith("SswpNas", StringComparison.Ordinal)).Order());

    private TransformerChain<ConcomitantFineTuneTransformer> Fit(IDataView data, FineTuneOptions? options = null) =>
        _ml.SswpNas().Search(options: Tiny.Search)
            .Append(_ml.SswpNas().FineTune(options: options ?? Tiny.FineTune)).Fit(data);

    private static float[] Features(IDataView data) => [.. data.GetColumn<float[]>("Features").SelectMany(f => f)];

    private sealed class ShapeWatch : IEstimator<ITransformer>
    {
        public SchemaShape? Shape { get; private set; }

        public ITransformer Fit(IDataView input) => new TransformerChain<ITransformer>();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Shape = inputSchema;
    }
}
