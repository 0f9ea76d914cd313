using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Objectives.Views;

[TestClass]
public sealed class AreaAverageTests
{
    private static readonly PixelNormalization None = new([0f], [1f]);

    /// <summary>Every pixel counts with its area, so the image's mean stays.</summary>
    [TestMethod]
    [DataRow(28, 16)]
    [DataRow(32, 16)]
    [DataRow(12, 8)]
    [DataRow(7, 5)]
    [DataRow(9, 9)]
    [DataRow(5, 1)]
    public void TheMeanOfTheImageStays(int from, int to)
    {
        Planes planes = TestImages.ToPlanes(TestImages.Random(new(1, from, from), 1), 0);
        Assert.AreEqual(planes.Plane(0)[..(from * from)].ToArray().Average(), Shrink(planes, from, to).Average(), 1e-5f);
    }

    [TestMethod]
    public void APixelThatLiesAcrossTwoIsShared()
    {
        Planes planes = new(new ImageShape(1, 3, 3));
        planes.Plane(0)[4] = 9; // the middle: a quarter of it lies in each of the four
        float[] small = Shrink(planes, 3, 2);
        foreach (float value in small) Assert.AreEqual(9 * 0.25f / (1.5f * 1.5f), value, 1e-6f);
    }

    [TestMethod]
    public void TheSameSizeIsTheSameImage()
    {
        Planes planes = TestImages.ToPlanes(TestImages.Random(new(1, 9, 9), 1), 0);
        CollectionAssert.AreEqual(planes.Plane(0)[..81].ToArray(), Shrink(planes, 9, 9));
    }

    private static float[] Shrink(Planes planes, int from, int to)
    {
        float[] small = new float[to * to];
        new AreaAverage(from, to).WriteNormalized(planes, None, small);
        return small;
    }
}
