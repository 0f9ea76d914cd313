using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>Scoring of many rows at a time looks like scoring of one after the other.</summary>
[TestClass]
public sealed class ScoredViewTests
{
    private const int Classes = 5;
    private const int Images = 150; // two batches and a part
    private static readonly ImageShape Colour = new(3, 16, 16);

    private readonly MLContext _ml = new(seed: 1);
    private DerivedNetwork _network = null!;
    private ConcomitantFineTuneTransformer _transformer = null!;

    [TestInitialize]
    public void Begin()
    {
        _network = OnnxSamples.Network(StemKind.Cifar, Colour, classes: Classes);
        _transformer = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(_network, "Features"));
    }

    [TestCleanup]
    public void End()
    {
        _transformer.Dispose();
        _network.Dispose();
    }

    [TestMethod]
    public void RowsAreThoseOfTheStockChain()
    {
        using MemoryStream saved = new();
        _ml.Model.Save(_transformer, View().Schema, saved);
        saved.Position = 0;
        ITransformer stock = new MLContext().Model.Load(saved, out _);
        using IDisposable owner = (IDisposable)stock;

        FullRow.AreEqual(FullRow.All(stock.Transform(View())), FullRow.All(_transformer.Transform(View())));
    }

    [TestMethod]
    public void SavedAfterScoringItIsTheStockChainStill()
    {
        _ = FullRow.All(_transformer.Transform(View()));
        using MemoryStream saved = new();
        _ml.Model.Save(_transformer, View().Schema, saved);
        saved.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(saved, out _);
        using IDisposable owner = (IDisposable)loaded;

        Assert.IsFalse(
            ((IEnumerable<ITransformer>)loaded).Any(t => t.GetType().Assembly == typeof(SearchResult).Assembly));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void CursorSetsGiveTheSameRowsInTheSameOrder(int threads)
    {
        IDataView mapped = Mapped();
        IDataView scored = _transformer.Transform(mapped);

        FullRow[] rows = [.. OrderedRows.Read(scored, scored.Schema, threads, FullRow.Open)];

        Assert.HasCount(threads, mapped.GetRowCursorSet(mapped.Schema, threads).Select(Closed).ToArray());
        FullRow.AreEqual(FullRow.All(_transformer.Transform(View())), rows);
    }

    [TestMethod]
    public void ShuffledRowsKeepWhatBelongsToThem()
    {
        Dictionary<ulong, FullRow> expected = FullRow.All(_transformer.Transform(View())).ToDictionary(row => row.Id.Low);
        IDataView scored = _transformer.Transform(_ml.Data.Cache(View()));
        Assert.IsTrue(scored.CanShuffle);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema, new Random(3));
        Func<FullRow> read = FullRow.Open(cursor);
        List<FullRow> rows = [];
        while (cursor.MoveNext()) rows.Add(read());

        CollectionAssert.AreNotEqual(expected.Keys.ToArray(), rows.Select(row => row.Id.Low).ToArray());
        FullRow.AreEqual([.. rows.Select(row => expected[row.Id.Low])], [.. rows]);
    }

    [TestMethod]
    public void NothingIsReadBeforeACursorMovesAndNoMoreThanABatchThen()
    {
        CountedView source = new(View(), rowCount: Images);
        IDataView scored = _transformer.Transform(source);
        Assert.AreEqual(0, source.Cursors);
        Assert.AreEqual(Images, scored.GetRowCount());

        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        Assert.AreEqual(0, source.Rows);
        CollectionAssert.AreEqual(new[] { "Pixels" }, source.Columns.ToArray());
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(64, source.Rows);
    }

    [TestMethod]
    public void TheNetworkRunsWhenAScoreIsAskedFor()
    {
        IDataView scored = _transformer.Transform(View());
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"], scored.Schema["Label"]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        cursor.MoveNext();
        Assert.IsFalse(_transformer.IsScoring);

        VBuffer<float> score = default;
        getter(ref score);

        Assert.IsTrue(_transformer.IsScoring);
        Assert.AreEqual(1, score.DenseValues().Sum(), 1e-5);
    }

    [TestMethod]
    public void WhoDoesNotAskForScoresReadsNoPixels()
    {
        CountedView source = new(View());
        IDataView scored = _transformer.Transform(source);

        uint[] labels = [.. scored.GetColumn<uint>("Label")];

        Assert.HasCount(Images, labels);
        CollectionAssert.AreEqual(new[] { "Label" }, source.Columns.ToArray());
        Assert.IsFalse(_transformer.IsScoring);
    }

    [TestMethod]
    public void ACursorRefusesWhatItHasNot()
    {
        IDataView scored = _transformer.Transform(View());
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);

        Assert.IsTrue(cursor.IsColumnActive(scored.Schema["Score"]));
        Assert.IsFalse(cursor.IsColumnActive(scored.Schema["Features"]));
        Assert.IsFalse(cursor.IsColumnActive(scored.Schema["Label"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<uint>(scored.Schema["Label"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Score"]));
        Refuses();
        while (cursor.MoveNext()) { }
        Assert.AreEqual(-1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext());
        Refuses();

        void Refuses() => Assert.ThrowsExactly<InvalidOperationException>(() =>
        {
            VBuffer<float> value = default;
            score(ref value);
        });
    }

    [TestMethod]
    public void AValueThatWasHandedOutIsNotOverwritten()
    {
        IDataView scored = _transformer.Transform(View());
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        ValueGetter<VBuffer<float>> pixels = cursor.GetGetter<VBuffer<float>>(scored.Schema["Pixels"]);
        VBuffer<float> firstScore = default, firstPixels = default;
        cursor.MoveNext();
        score(ref firstScore);
        pixels(ref firstPixels);
        float[] scoresThen = [.. firstScore.DenseValues()], pixelsThen = [.. firstPixels.DenseValues()];
        while (cursor.MoveNext())
        {
            VBuffer<float> other = default;
            score(ref other);
            pixels(ref other);
        }

        CollectionAssert.AreEqual(scoresThen, firstScore.DenseValues().ToArray());
        CollectionAssert.AreEqual(pixelsThen, firstPixels.DenseValues().ToArray());
    }

    [TestMethod]
    public void ABadRowFailsInItsPlace()
    {
        IDataView scored = _transformer.Transform(new CountedView(View()) { BadRow = 100 });
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        Func<FullRow> read = FullRow.Open(cursor);
        List<FullRow> rows = [];

        var error = Assert.ThrowsExactly<InvalidDataException>(() =>
        {
            while (cursor.MoveNext()) rows.Add(read());
        });

        Assert.AreEqual("Row 100 is bad.", error.Message);
        FullRow.AreEqual(FullRow.All(_transformer.Transform(View()))[..100], [.. rows]);
    }

    [TestMethod]
    public void ColumnsThatCannotBeKeptAreHandedThrough()
    {
        using TestFolder folder = new TestFolder().WithClasses(3, "a", "b");
        IDataView files = _ml.SswpNas().LoadImageFolder(folder.Root);
        IDataView pixels = _ml.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(_ml.Transforms.ResizeImages("Image", 16, 16))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Image")).Fit(files).Transform(files);
        IDataView scored = _transformer.Transform(pixels);
        float[][] expected = [.. scored.GetColumn<float[]>("Score")];
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<MLImage> image = cursor.GetGetter<MLImage>(scored.Schema["Image"]);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        int count = 0;
        while (cursor.MoveNext())
        {
            MLImage value = null!;
            image(ref value);
            VBuffer<float> numbers = default;
            score(ref numbers);
            Assert.AreEqual(16, value.Width);
            for (int k = 0; k < Classes; k++) Assert.AreEqual(expected[count][k], numbers.GetItemOrDefault(k), 1e-6f);
            value.Dispose();
            count++;
        }

        Assert.AreEqual(6, count);
    }

    [TestMethod]
    public void ManyThreadsScoreAtOnce()
    {
        FullRow[] expected = FullRow.All(_transformer.Transform(View()));
        PredictionEngineOptions options = new() { InputSchemaDefinition = PixelRows.Schema(Colour), OwnsTransformer = false };

        Parallel.For(0, 8, i =>
        {
            if (i % 2 == 0)
            {
                FullRow.AreEqual(expected, FullRow.All(_transformer.Transform(View())));
                return;
            }

            using PredictionEngine<PixelRow, ScoredRow> engine =
                _ml.Model.CreatePredictionEngine<PixelRow, ScoredRow>(_transformer, options);
            foreach (FullRow row in expected.Take(20))
                Assert.AreEqual(row.Score[0], engine.Predict(new PixelRow { Pixels = row.Pixels }).Score[0], 1e-6f);
        });
    }

    [TestMethod]
    public void DisposedItScoresNoMoreAndHoldsNoSession()
    {
        IDataView scored = _transformer.Transform(View());
        _ = scored.GetColumn<float[]>("Score").First();
        Assert.IsTrue(_transformer.IsScoring);

        _transformer.Dispose();

        Assert.IsFalse(_transformer.IsScoring);
        Assert.ThrowsExactly<ObjectDisposedException>(() => scored.GetColumn<float[]>("Score").First());
    }

    [TestMethod]
    public void DisposedInTheMidstOfScoringItEndsInOrder()
    {
        IDataView scored = _transformer.Transform(View());
        Task[] readers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            Assert.ThrowsExactly<ObjectDisposedException>(() =>
            {
                while (true) _ = scored.GetColumn<float[]>("Score").Count();
            });
        }))];
        SpinWait.SpinUntil(() => _transformer.IsScoring);

        _transformer.Dispose();
        Task.WaitAll(readers);

        Assert.IsFalse(_transformer.IsScoring);
    }

    [TestMethod]
    public void ANewScoreHidesAnOlderColumnOfItsName()
    {
        IDataView once = _transformer.Transform(View());

        FullRow[] twice = FullRow.All(_transformer.Transform(once));

        FullRow.AreEqual(FullRow.All(once), twice);
    }

    private IDataView View() => PixelRows.View(_ml, Colour, OnnxSamples.ClassNames(Classes), Images);

    /// <summary>The same rows behind a mapping, which ML.NET splits for several threads.</summary>
    private IDataView Mapped()
    {
        IDataView view = View();
        return _ml.Transforms.CopyColumns("Copy", "Pixels").Append(_ml.Transforms.NormalizeMinMax("Copy", fixZero: true))
            .Fit(view).Transform(view);
    }

    private static bool Closed(DataViewRowCursor cursor)
    {
        cursor.Dispose();
        return true;
    }
}
