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
