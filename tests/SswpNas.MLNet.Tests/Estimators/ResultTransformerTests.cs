using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>The transformer of a search that is there already, made without data.</summary>
[TestClass]
public sealed class ResultTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(Layout.Planar)]
    [DataRow(Layout.Interleaved)]
    [DataRow(Layout.Flat)]
    public void ALoadedResultGivesTheFeaturesOfTheTransformerThatFoundIt(Layout layout)
    {
        using TestFolder folder = new();
        IDataView data = new Stripes { Layout = layout }.View(_ml);
        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: Tiny.Search).Fit(data);
        string path = Path.Combine(folder.Root, "result");
        found.Result.Save(path);

        SearchResult loaded = SearchResult.Load(path);
        using SswpNasSearchTransformer made = loaded.ToTransformer(_ml, "Encoded", interleavePixelColors: layout == Layout.Interleaved, threads: 1);

        Assert.AreSame(loaded, made.Result);
        float[][] expected = [.. found.Transform(data).GetColumn<float[]>("Features")];
        AssertSame(expected, made.Transform(data), "Encoded", tolerance: 0);
    }

    [TestMethod]
    public void ItIsSavedAndScoresTheSameWithStockMlNet()
    {
        IDataView data = new Stripes().View(_ml);
        using SswpNasSearchTransformer made = Tiny.Found.ToTransformer(_ml);
        float[][] expected = [.. made.Transform(data).GetColumn<float[]>("Features")];
        using MemoryStream zip = new();
        _ml.Model.Save(made, data.Schema, zip);
        zip.Position = 0;

        MLContext stock = new();
        ITransformer loaded = stock.Model.Load(zip, out DataViewSchema schema);

        Assert.IsNotNull(schema.GetColumnOrNull("Pixels"));
        AssertSame(expected, loaded.Transform(data), "Features", tolerance: 1e-5f);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void AFineTuningBehindItWorksAsAfterASearch()
    {
        IDataView data = new Stripes().View(_ml);
        using SswpNasSearchTransformer made = Tiny.Found.ToTransformer(_ml);
        using ConcomitantFineTuneTransformer behind = _ml.SswpNas().FineTune(options: Tiny.FineTune).Fit(made.Transform(data));
        using ConcomitantFineTuneTransformer handed = _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data);

        Assert.AreSame(Tiny.Found, behind.SearchResult);
        Scored.AreEqual(Scored.Of(_ml, handed.Transform(data)), Scored.Of(_ml, behind.Transform(data)), tolerance: 0);
    }

    [TestMethod]
    public void PixelsInTheOtherOrderAreRefused()
    {
        IDataView planar = new Stripes().View(_ml), interleaved = new Stripes { Layout = Layout.Interleaved }.View(_ml);
        using SswpNasSearchTransformer ofPlanar = Tiny.Found.ToTransformer(_ml);
        using SswpNasSearchTransformer ofInterleaved = Tiny.Found.ToTransformer(_ml, interleavePixelColors: true);

        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ofPlanar.Transform(interleaved)).Message;
        Assert.Contains("The pixel column 'Pixels' holds Vector<Single, 8, 8, 3>; expected: 3 x 8 x 8 (planar), the order", message);
        Assert.Contains("expected: 8 x 8 x 3 (interleaved)", Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => ofInterleaved.GetRowToRowMapper(planar.Schema)).Message);
        Assert.AreEqual(60L, ofInterleaved.Transform(interleaved).GetColumn<float[]>("Features").LongCount());
    }

    [TestMethod]
    public void ArgumentsThatCannotBeUsedAreAllNamed()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => Tiny.Found.ToTransformer(_ml, "Pixels", threads: 0)).Message;
        Assert.Contains("'Pixels' is the name of 2 columns", message);
        Assert.Contains("threads is 0; 1 to 1024 was expected.", message);
        Assert.ThrowsExactly<ArgumentException>(() => Tiny.Found.ToTransformer(_ml, " "));
        Assert.ThrowsExactly<ArgumentException>(() => Tiny.Found.ToTransformer(_ml, inputColumnName: ""));
        Assert.ThrowsExactly<ArgumentNullException>(() => Tiny.Found.ToTransformer(null!));
    }

    private static void AssertSame(float[][] expected, IDataView data, string column, float tolerance)
    {
        float[][] actual = [.. data.GetColumn<float[]>(column)];
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.HasCount(expected[i].Length, actual[i]);
            for (int k = 0; k < expected[i].Length; k++) Assert.AreEqual(expected[i][k], actual[i][k], tolerance);
        }
    }
}
