using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class StockUseTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static IDataView s_data = null!;
    private static TransformerChain<ConcomitantFineTuneTransformer> s_chain = null!;
    private static Scored[] s_scored = null!;

    [ClassInitialize]
    public static void Begin(TestContext context)
    {
        s_data = new Stripes().View(Ml);
        s_chain = Ml.SswpNas().Search(options: Tiny.Search)
            .Append(Ml.SswpNas().FineTune(options: Tiny.Thorough)).Fit(s_data);
        s_scored = Scored.Of(Ml, s_chain.Transform(s_data));
    }

    [ClassCleanup]
    public static void End() => s_chain.Dispose();

    [TestMethod]
    public void TheWholeChainSavesAndLoadsWithTheSameScores()
    {
        using MemoryStream saved = new();
        Ml.Model.Save(s_chain, s_data.Schema, saved);
        saved.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(saved, out DataViewSchema schema);

        Scored.AreEqual(s_scored, Scored.Of(Ml, loaded.Transform(s_data)), tolerance: 0);
        Assert.IsNotNull(schema.GetColumnOrNull("Pixels"));
        Assert.IsFalse(((IEnumerable<ITransformer>)loaded).Any(t => t.GetType().Assembly == typeof(SearchResult).Assembly));
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void APredictionEngineScoresRowByRow()
    {
        // Without the label: who scores does not know it.
        Stripes stripes = new() { Count = 6 };
        using PredictionEngine<StripeRow, Scored> engine = Ml.Model.CreatePredictionEngine<StripeRow, Scored>(
            s_chain.LastTransformer, new PredictionEngineOptions
            {
                OwnsTransformer = false,
                InputSchemaDefinition = Schema(stripes),
            });

        Scored[] rows = [.. stripes.Draw().Select(engine.Predict)];

        Scored.AreEqual(s_scored[..6], [.. rows]);
    }

    [TestMethod]
    public void TheOnnxFileGivesTheScoresOfTheChain()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string file = Path.Combine(folder.FullName, "model.onnx");
            s_chain.LastTransformer.ExportToOnnx(file);
            float[] pixels = [.. new Stripes().Draw().SelectMany(row => row.Pixels)];
            float[] raw = OnnxSamples.Run(File.ReadAllBytes(file), "Score", pixels, 60, 3, 8, 8);

            for (int i = 0; i < raw.Length; i++) Assert.AreEqual(s_scored[i / 3].Score[i % 3], raw[i], 1e-5f);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void ImagesThatItNeverSawAreScoredTheSameInAnyOrder()
    {
        IDataView fresh = new Stripes { Seed = 99 }.View(Ml);
        Scored[] cached = Scored.Of(Ml, s_chain.Transform(Ml.Data.Cache(fresh)));
        Scored[] shuffled = Scored.Of(Ml, s_chain.Transform(Ml.Data.ShuffleRows(fresh, seed: 3)));

        CollectionAssert.AreEquivalent(cached.Select(r => r.Score[0]).ToArray(), shuffled.Select(r => r.Score[0]).ToArray());
        Assert.IsGreaterThan(0.8, cached.Select((r, i) => r.PredictedLabel == (i % 3) + 1 ? 1.0 : 0).Average());
    }

    private static SchemaDefinition Schema(Stripes stripes)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(StripeRow));
        schema[nameof(StripeRow.Pixels)].ColumnType = new VectorDataViewType(
            NumberDataViewType.Single, stripes.Dimensions);
        return schema;
    }
}
