using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class PixelReaderTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void PlanarAndInterleavedColumnsGiveTheSameBytes()
    {
        float[] interleaved = [.. Enumerable.Range(0, 12).Select(i => i * 20f)];
        float[] planar = [.. Enumerable.Range(0, 12).Select(i => interleaved[(i % 4 * 3) + (i / 4)])];

        PixelStore first = PixelReader.Read(Images([planar], 3, 2, 2), "Pixels");
        PixelStore second = PixelReader.Read(Images([interleaved], 2, 2, 3), "Pixels");
        PixelStore flat = PixelReader.Read(Images([planar], 12), "Pixels");

        Assert.AreEqual(new ImageShape(3, 2, 2), first.Shape);
        CollectionAssert.AreEqual(interleaved.Select(v => (byte)v).ToArray(), first[0].ToArray());
        Assert.AreEqual(first.Fingerprint(), second.Fingerprint());
        Assert.AreEqual(first.Fingerprint(), flat.Fingerprint());
    }

    [TestMethod]
    [DataRow(0f, 1f, 0f, 1f, DisplayName = "zero to one")]
    [DataRow(0f, 200f, 0f, 255f, DisplayName = "bytes")]
    [DataRow(-0.5f, 0.9f, -1f, 1f, DisplayName = "minus one to one")]
    [DataRow(-2.1f, 2.6f, -2.1f, 2.6f, DisplayName = "standardised")]
    [DataRow(0f, 300f, 0f, 300f, DisplayName = "above 255")]
    public void TheRangeFollowsFromAllPixels(float low, float high, float black, float white)
    {
        // The ends come last, so the range of the first images has to be given up.
        IDataView data = Images([[0, 0, 0, 0], [low, 0, 0, 0], [0, 0, 0, high], [low, low, high, high]], 1, 2, 2);

        PixelStore store = PixelReader.Read(data, "Pixels");

        Assert.AreEqual(new PixelRange(black, white), store.Range);
        Assert.AreEqual(4, store.Count);
        byte[] expected = [Byte(low), Byte(low), Byte(high), Byte(high)];
        CollectionAssert.AreEqual(expected, store[3].ToArray());
        Assert.AreEqual(Byte(0), store[0][0]);

        byte Byte(float v) => (byte)Math.Round((v - black) / (white - black) * 255.0);
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(1f)]
    [DataRow(-7f)]
    [DataRow(1e9f)]
    public void EqualPixelsEverywhereAreReadBackAsTheyWere(float value)
    {
        PixelStore store = PixelReader.Read(Images([[value, value, value, value]], 1, 2, 2), "Pixels");

        Assert.IsGreaterThan(store.Range.Black, store.Range.White);
        Assert.AreEqual(value, store.Range.Black + (store[0][0] / 255f * (store.Range.White - store.Range.Black)));
    }

    [TestMethod]
    public void SparseVectorsAreRead()
    {
        IDataView data = Images([[0, 0, 0, 255], [0, 0, 0, 0]], 4);
        // Concatenating a sparse one-hot vector keeps it sparse.
        IDataView keys = _ml.Data.LoadFromEnumerable([new TestRow { Class = "a" }, new TestRow { Class = "b" },
            new TestRow { Class = "c" }, new TestRow { Class = "d" }]);
        IDataView sparse = _ml.Transforms.Categorical.OneHotEncoding("Pixels", "Class").Fit(keys).Transform(keys);

        PixelStore store = PixelReader.Read(sparse, "Pixels");

        CollectionAssert.AreEqual(new byte[] { 0, 0, 255, 0 }, store[2].ToArray());
        CollectionAssert.AreEqual(new byte[] { 0, 0, 0, 255 }, PixelReader.Read(data, "Pixels")[0].ToArray());
    }

    [TestMethod]
    [DataRow(float.NaN, "NaN")]
    [DataRow(float.PositiveInfinity, "infinite")]
    [DataRow(float.NegativeInfinity, "infinite")]
    public void ANumberThatIsNoneNamesItsRow(float value, string word)
    {
        IDataView data = Images([[0, 0, 0, 0], [0, 1, 0, 1], [0, value, 0, 0]], 1, 2, 2);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => PixelReader.Read(data, "Pixels"));

        Assert.StartsWith($"Row 2 (the first is 0) has a pixel that is {word}", error.Message);
    }

    [TestMethod]
    public void RowsWithoutALabelAreLeftOut()
    {
        TestRow[] rows =
        [
            new() { Class = "b", Pixels = [0, 0, 0, 1] }, new() { Class = "", Pixels = [float.NaN, 0, 0, 0] },
            new() { Class = "a", Pixels = [1, 0, 0, 0] }, new() { Class = "b", Pixels = [1, 1, 1, 1] },
        ];
        IDataView data = TestRow.WithLabels(_ml, _ml.Data.LoadFromEnumerable(rows));

        LabelledPixels read = PixelReader.ReadLabelled(data, "Pixels", "Label");

        CollectionAssert.AreEqual(new[] { "b", "a" }, read.ClassNames);
        CollectionAssert.AreEqual(new[] { 0, 1, 0 }, read.Labels);
        CollectionAssert.AreEqual(new long[] { 0, 2, 3 }, read.RowNumbers);
        CollectionAssert.AreEqual(new byte[] { 255, 0, 0, 0 }, read.Pixels[1].ToArray());
    }

    [TestMethod]
    public void NumericKeyValuesBecomeNames()
    {
        IDataView data = TestRow.View(_ml, 2, 2);
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(data).Transform(data);

        CollectionAssert.AreEqual(new[] { "0", "1", "2", "3" }, LabelColumn.Of(keyed.Schema, "Label").ClassNames);
    }

    [TestMethod]
    public void PixelsThatChangeFromReadingToReadingAreRefused()
    {
        int reading = 0;
        IDataView data = _ml.Data.LoadFromEnumerable(Rows());

        var error = Assert.ThrowsExactly<InvalidDataException>(() => PixelReader.Read(data, "Pixels"));

        Assert.Contains("gave other values when it was read again", error.Message);

        IEnumerable<TestRow> Rows()
        {
            reading += 1000;
            yield return new TestRow { Pixels = [-reading, 0, 0, 0] };
            yield return new TestRow { Pixels = [-reading * 2, 0, 0, 0] };
        }
    }

    [TestMethod]
    public void ReadingCanBeCancelled()
    {
        IDataView data = Images([[0, 0, 0, 0]], 1, 2, 2);

        Assert.ThrowsExactly<OperationCanceledException>(
            () => PixelReader.Read(data, "Pixels", cancellation: new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void TheFingerprintTellsDataSetsApart()
    {
        ulong first = Fingerprint([0, 0, 0, 9]);

        Assert.AreEqual(first, Fingerprint([0, 0, 0, 9]));
        Assert.AreNotEqual(first, Fingerprint([0, 0, 9, 0]));
        Assert.AreNotEqual(first, Fingerprint([0, 0, 0, 9], [0, 0, 0, 0]));
        Assert.AreNotEqual(Fingerprint([0, 0, 0, 1], [0, 0, 0, 0]), Fingerprint([0, 0, 0, 0], [0, 0, 0, 1]));

        ulong Fingerprint(params float[][] images) => PixelReader.Read(Images(images, 1, 2, 2), "Pixels").Fingerprint();
    }

    private IDataView Images(float[][] images, params int[] dimensions)
    {
        var schema = SchemaDefinition.Create(typeof(TestRow));
        schema["Pixels"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimensions);
        return _ml.Data.LoadFromEnumerable(images.Select(p => new TestRow { Pixels = p }).ToArray(), schema);
    }
}
