using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Examples;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>The other way in which a teacher sees an image.</summary>
[TestClass]
public sealed class SecondViewTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void AMirroredImageHasItsRowsFromRightToLeft()
    {
        float[] image = [.. Enumerable.Range(0, 18).Select(i => (float)i)];

        CollectionAssert.AreEqual(
            new float[] { 2, 1, 0, 5, 4, 3, 8, 7, 6, 11, 10, 9, 14, 13, 12, 17, 16, 15 }, Seen(image, SecondView.Mirrored, 2, 3));
        CollectionAssert.AreEqual(Seen(image, SecondView.Mirrored, 2, 3), Seen(image, SecondView.Turned, 2, 3), "what is not square is not turned");
    }

    [TestMethod]
    public void FourQuartersAreTheImageAgain()
    {
        float[] image = [.. Enumerable.Range(0, 12).Select(i => (float)i)];

        float[] once = Seen(image, SecondView.Turned, 2, 2), again = once;
        for (int i = 0; i < 3; i++) again = Seen(again, SecondView.Turned, 2, 2);

        CollectionAssert.AreEqual(new float[] { 2, 0, 3, 1, 6, 4, 7, 5, 10, 8, 11, 9 }, once);
        CollectionAssert.AreEqual(image, again);
    }

    private float[] Seen(float[] image, SecondView view, int height, int width)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, height, width);
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new Row { Pixels = image } }, schema);
        IEstimator<ITransformer> pixels = _ml.Transforms.CopyColumns("Seen", "Pixels");
        return pixels.Seen(_ml, view, "Seen", height, width).Fit(data).Transform(data).GetColumn<float[]>("Seen").Single();
    }

    private sealed class Row
    {
        public float[] Pixels { get; set; } = [];
    }
}
