using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class PixelColumnTests
{
    [TestMethod]
    [DataRow(new[] { 3, 32, 32 }, 3, 32, false)]
    [DataRow(new[] { 1, 28, 28 }, 1, 28, false)]
    [DataRow(new[] { 32, 32, 3 }, 3, 32, true)]
    [DataRow(new[] { 28, 28, 1 }, 1, 28, true)]
    [DataRow(new[] { 3072 }, 3, 32, false)]
    [DataRow(new[] { 784 }, 1, 28, false)]
    public void SquareImagesAreKnownByTheirDimensions(int[] dimensions, int channels, int size, bool interleaved)
    {
        var column = PixelColumn.Of(Schema(new VectorDataViewType(NumberDataViewType.Single, dimensions)), "Pixels");

        Assert.AreEqual(new ImageShape(channels, size, size), column.Shape);
        Assert.AreEqual(interleaved, column.IsInterleaved);
    }

    [TestMethod]
    [DataRow(new[] { 3, 32, 24 }, "square images of 1 or 3 channels")]
    [DataRow(new[] { 4, 32, 32 }, "square images of 1 or 3 channels")]
    [DataRow(new[] { 32, 32 }, "square images of 1 or 3 channels")]
    [DataRow(new[] { 100, 3 }, "square images of 1 or 3 channels")]
    [DataRow(new[] { 30 }, "square images of 1 or 3 channels")]
    [DataRow(new[] { 3, 31, 31 }, "31 x 31 pixels; expected: an even size")]
    [DataRow(new[] { 0 }, "a vector of Single of known size")]
    public void OtherVectorsAreRefused(int[] dimensions, string words)
    {
        DataViewSchema schema = Schema(new VectorDataViewType(NumberDataViewType.Single, dimensions));

        string message = Assert.ThrowsExactly<ArgumentException>(() => PixelColumn.Of(schema, "Pixels")).Message;

        Assert.StartsWith("The pixel column 'Pixels' holds ", message);
        Assert.Contains(words, message);
        Assert.EndsWith("ExtractPixels with its defaults, makes such a column (Vector<Single, 3, H, W>).", message);
    }

    [TestMethod]
    public void OtherTypesAreRefusedWithTheirName()
    {
        DataViewSchema bytes = Schema(new VectorDataViewType(NumberDataViewType.Byte, 3, 32, 32));
        DataViewSchema scalar = Schema(NumberDataViewType.Single);

        Assert.Contains(
            "holds Vector<Byte, 3, 32, 32>; expected: a vector of Single",
            Assert.ThrowsExactly<ArgumentException>(() => PixelColumn.Of(bytes, "Pixels")).Message);
        Assert.Contains(
            "holds Single; expected: a vector of Single",
            Assert.ThrowsExactly<ArgumentException>(() => PixelColumn.Of(scalar, "Pixels")).Message);
    }

    [TestMethod]
    public void AMissingColumnIsReportedWithThoseThatExist()
    {
        IDataView data = TestRow.View(new MLContext(1), 1, 1);

        string message = Assert.ThrowsExactly<ArgumentException>(() => PixelColumn.Of(data.Schema, "Image")).Message;

        Assert.AreEqual(
            "There is no column 'Image' to take the pixels from. The data has: 'Number', 'Class', 'Pixels', 'Label'.",
            message);
    }

    [TestMethod]
    public void AShapeWithoutDataIsCheckedAsFarAsItGoes()
    {
        IDataView data = TestRow.View(new MLContext(1), 1, 1);
        SchemaShape shape = ShapeProbe.Of(data);

        PixelColumn.Check(shape, "Pixels");
        LabelColumn.Check(shape, "Label");
        Assert.ThrowsExactly<ArgumentException>(() => PixelColumn.Check(shape, "Number"));
        Assert.ThrowsExactly<ArgumentException>(() => LabelColumn.Check(shape, "Class"));
        Assert.Contains(
            "The data has: 'Number', 'Class', 'Pixels', 'Label'",
            Assert.ThrowsExactly<ArgumentException>(() => LabelColumn.Check(shape, "Target")).Message);
    }

    [TestMethod]
    public void ALabelColumnHasToBeAKeyOfAFewClasses()
    {
        IDataView data = TestRow.View(new MLContext(1), 1, 1);
        DataViewSchema hashed = Schema(new KeyDataViewType(typeof(uint), 1 << 20));

        Assert.Contains(
            "The label column 'Class' holds String; expected: one key a row. Conversion.MapValueToKey",
            Assert.ThrowsExactly<ArgumentException>(() => LabelColumn.Of(data.Schema, "Class")).Message);
        Assert.Contains(
            "holds keys up to 1048576; expected: at most 100000 classes",
            Assert.ThrowsExactly<ArgumentException>(() => LabelColumn.Of(hashed, "Pixels")).Message);
    }

    private static DataViewSchema Schema(DataViewType type)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Pixels", type);
        return builder.ToSchema();
    }

    /// <summary>An estimator that only keeps the shape it is given; SchemaShape.Create is internal.</summary>
    private sealed class ShapeProbe : IEstimator<ITransformer>
    {
        private SchemaShape? _seen;

        public static SchemaShape Of(IDataView data)
        {
            var ml = new MLContext(1);
            var probe = new ShapeProbe();
            IEstimator<ITransformer> copy = ml.Transforms.CopyColumns("Copy", "Number");
            new EstimatorChain<ITransformer>().Append(probe).Append(copy).Fit(data);
            return probe._seen!;
        }

        public ITransformer Fit(IDataView input) => new MLContext(1).Transforms.CopyColumns("C", "Number").Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _seen = inputSchema;
    }
}
