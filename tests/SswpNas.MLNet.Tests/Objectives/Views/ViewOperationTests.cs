using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Objectives.Views;

/// <summary>Each operation against its literal version, also at sizes that are no multiple of a vector.</summary>
[TestClass]
public sealed class ViewOperationTests
{
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(3, 32, 32)]
    [DataRow(3, 7, 13)]
    [DataRow(1, 28, 28)]
    [DataRow(1, 5, 3)]
    public void CropAndResizeIsBilinear(int channels, int height, int width)
    {
        (PixelStore store, LiteralViews literal) = Prepare(channels, height, width);
        RandomStream random = new(4, RandomPurpose.Views);
        Planes planes = new(store.Shape);
        for (int i = 0; i < 40; i++)
        {
            CropBox crop = CropBox.Random(ref random, store.Shape, (0.05, 1), (0.5, 2));
            (bool columns, bool rows) = (random.NextBool(0.5), random.NextBool(0.5));
            CropResizer.Resize(store[0], crop, columns, rows, planes);

            double[] expected = literal.Resize(TestImages.ToDoubles(store, 0), crop);
            if (columns) expected = literal.MirrorColumns(expected);
            if (rows) expected = literal.MirrorRows(expected);
            TestImages.AssertClose(expected, TestImages.Interleaved(planes), Tolerance, crop.ToString());
        }
    }

    [TestMethod]
    [DataRow(3, 32, 32)]
    [DataRow(3, 7, 13)]
    [DataRow(1, 28, 28)]
    [DataRow(1, 5, 3)]
    public void TheColourOperationsAreTorchvisions(int channels, int height, int width)
    {
        (PixelStore store, LiteralViews literal) = Prepare(channels, height, width);
        double[] image = TestImages.ToDoubles(store, 0);
        foreach (float factor in new[] { 0, 0.2f, 0.7f, 1, 1.8f })
        {
            Compare(literal.Brightness(image, factor), p => ColorJitter.ChangeBrightness(p, factor), "brightness");
            Compare(literal.Contrast(image, factor), p => ColorJitter.ChangeContrast(p, factor), "contrast");
            Compare(literal.Saturation(image, factor), p => ColorJitter.ChangeSaturation(p, factor), "saturation");
        }

        foreach (float shift in new[] { -0.5f, -0.2f, -0.03f, 0, 0.11f, 0.2f, 0.5f })
            Compare(literal.Hue(image, shift), p => ColorJitter.ShiftHue(p, shift), $"hue {shift}");
        Compare(literal.ToGray(image), ColorJitter.ToGray, "gray");

        void Compare(double[] expected, Action<Planes> operation, string name)
        {
            Planes planes = TestImages.ToPlanes(store, 0);
            operation(planes);
            TestImages.AssertClose(expected, TestImages.Interleaved(planes), Tolerance, name);
        }
    }

    [TestMethod]
    [DataRow(3, 32, 32)]
    [DataRow(3, 7, 13)]
    [DataRow(1, 28, 28)]
    [DataRow(1, 2, 2)]
    public void TheBlurIsAGaussianWithReflectedBorders(int channels, int height, int width)
    {
        (PixelStore store, LiteralViews literal) = Prepare(channels, height, width);
        foreach (double sigma in new[] { 0.1, 1, 1.37, 2 })
        {
            Planes planes = TestImages.ToPlanes(store, 0);
            GaussianBlur.Apply(planes, sigma);
            double[] expected = literal.Blur(TestImages.ToDoubles(store, 0), sigma);
            TestImages.AssertClose(expected, TestImages.Interleaved(planes), Tolerance, $"sigma {sigma}");
        }
    }

    [TestMethod]
    public void CropsStayInTheImageAndKeepAreaAndAspectRatio()
    {
        ImageShape shape = new(3, 48, 64);
        RandomStream random = new(5, RandomPurpose.Views);
        double areas = 0;
        const int Count = 5000;
        for (int i = 0; i < Count; i++)
        {
            CropBox crop = CropBox.Random(ref random, shape, (0.2, 0.5), (0.75, 4.0 / 3));
            Assert.IsTrue(crop.Top >= 0 && crop.Left >= 0, crop.ToString());
            Assert.IsTrue(crop.Top + crop.Height <= 48 && crop.Left + crop.Width <= 64, crop.ToString());
            Assert.IsTrue((crop.Width + 0.5) / (crop.Height - 0.5) >= 0.75, crop.ToString());
            Assert.IsTrue((crop.Width - 0.5) / (crop.Height + 0.5) <= 4.0 / 3, crop.ToString());
            areas += crop.Height * crop.Width / (48.0 * 64);
        }

        Assert.AreEqual(0.35, areas / Count, 4 * 0.3 / Math.Sqrt(12 * Count));
    }

    [TestMethod]
    [DataRow(10, 100, 0, 43, 10, 13)]
    [DataRow(100, 10, 43, 0, 13, 10)]
    [DataRow(20, 20, 0, 0, 20, 20)]
    public void WhereNoCropFitsTheCentreIsTaken(int height, int width, int top, int left, int cropHeight, int cropWidth)
    {
        RandomStream random = new(5, RandomPurpose.Views);
        // The whole area at an aspect ratio of 3/4 to 4/3: fits the square image only, and there it is the whole image.
        CropBox crop = CropBox.Random(ref random, new(1, height, width), (1, 1), (0.75, 4.0 / 3));
        Assert.AreEqual(new CropBox(top, left, cropHeight, cropWidth), crop);
    }

    private static (PixelStore Store, LiteralViews Literal) Prepare(int channels, int height, int width)
    {
        ImageShape shape = new(channels, height, width);
        return (TestImages.Random(shape, 1), new(shape));
    }
}
