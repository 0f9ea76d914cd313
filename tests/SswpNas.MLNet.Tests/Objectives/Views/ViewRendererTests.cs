using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Objectives.Views;

[TestClass]
public sealed class ViewRendererTests
{
    private const int Seed = 11;

    private static readonly ViewOptions Identity = new()
    {
        MinimumCropArea = 1,
        FlipProbability = 0,
        JitterProbability = 0,
        GrayscaleProbability = 0,
        BlurProbability = 0,
    };

    private static readonly ViewOptions Everything = new()
    {
        VerticalFlipProbability = 0.5,
        Rotate90Probability = 0.7,
        JitterProbability = 0.8,
        GrayscaleProbability = 0.3,
        BlurProbability = 0.5,
    };

    [TestMethod]
    public void TheViewsAreTheSameOnAnyNumberOfThreads()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 40);
        float[] one = Render(Everything, store, threads: 1);
        CollectionAssert.AreEqual(one, Render(Everything, store, threads: 2));
        CollectionAssert.AreEqual(one, Render(Everything, store, threads: 5));
        CollectionAssert.AreEqual(one, Render(Everything, store, threads: null));
    }

    [TestMethod]
    public void SeedPurposeAndStepGiveOtherViews()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 1);
        ViewRenderer renderer = new(new(), TestImages.Normalization(3));
        float[] first = Draw(Seed, RandomPurpose.Views, 3);
        CollectionAssert.AreEqual(first, Draw(Seed, RandomPurpose.Views, 3));
        CollectionAssert.AreNotEqual(first, Draw(Seed + 1, RandomPurpose.Views, 3));
        CollectionAssert.AreNotEqual(first, Draw(Seed, RandomPurpose.ArchitectureViews, 3));
        CollectionAssert.AreNotEqual(first, Draw(Seed, RandomPurpose.Views, 4));

        float[] Draw(int seed, RandomPurpose purpose, long step)
        {
            float[] views = new float[2 * store.Shape.Size];
            renderer.Render(store, [0], seed, purpose, step, store.Shape.Height, views);
            return views;
        }
    }

    [TestMethod]
    public void TheTwoViewsOfAnImageDiffer()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 20);
        float[][] views = [.. Render(new(), store).Chunk(store.Shape.Size)];
        for (int i = 0; i < 20; i++) CollectionAssert.AreNotEqual(views[i], views[20 + i], $"image {i}");
    }

    [TestMethod]
    [DataRow(3, 32, 32)]
    [DataRow(1, 28, 28)]
    [DataRow(3, 11, 17)]
    public void WithNothingToDoTheViewsAreTheNormalizedImages(int channels, int height, int width)
    {
        PixelStore store = TestImages.Random(new(channels, height, width), 5);
        float[] table = TestImages.Normalization(channels).Table();
        double ratio = (double)width / height;
        float[] views = Render(Identity with { MinimumAspectRatio = ratio, MaximumAspectRatio = ratio }, store);
        for (int row = 0; row < 10; row++)
        {
            ReadOnlySpan<byte> image = store[row % 5];
            for (int i = 0; i < image.Length; i++)
                Assert.AreEqual(table[(i % channels * 256) + image[i]], views[(row * image.Length) + i]);
        }
    }

    [TestMethod]
    [DataRow(3, 32)]
    [DataRow(3, 19)]
    [DataRow(1, 28)]
    public void WholeViewsAgreeWithTheLiteralVersion(int channels, int side)
    {
        PixelStore store = TestImages.Random(new(channels, side, side), 24);
        LiteralViews literal = new(store.Shape);
        PixelNormalization normalization = TestImages.Normalization(channels);
        float[][] views = [.. Render(Everything, store).Chunk(store.Shape.Size)];
        for (int row = 0; row < views.Length; row++)
        {
            RandomStream random = new(Seed, RandomPurpose.Views, 0, row);
            double[] expected = literal.Draw(TestImages.ToDoubles(store, row % 24), Everything, random);
            TestImages.AssertClose(literal.Normalize(expected, normalization), views[row], 1e-4, $"row {row}");
        }
    }

    [TestMethod]
    public void EachOperationComesAsOftenAsItsOptionSays()
    {
        ViewOptions jitter = Identity with { Contrast = 0, Saturation = 0, Hue = 0 };
        CheckRate(Identity with { FlipProbability = 0.5 }, 0.5);
        CheckRate(Identity with { VerticalFlipProbability = 0.1 }, 0.1);
        CheckRate(Identity with { Rotate90Probability = 0.4 }, 0.4);
        CheckRate(jitter with { JitterProbability = 0.3 }, 0.3);
        CheckRate(Identity with { GrayscaleProbability = 0.2 }, 0.2);
        CheckRate(Identity with { BlurProbability = 0.2 }, 0.2);
    }

    [TestMethod]
    public void TurnsByNinetyTwiceAndThriceNinetyDegreesAreAlikeOften()
    {
        PixelStore store = TestImages.Random(new(1, 8, 8), 1);
        LiteralViews literal = new(store.Shape);
        double[] image = literal.Normalize(TestImages.ToDoubles(store, 0), TestImages.Normalization(1));
        List<double[]> turned = [literal.Turn(image)];
        turned.Add(literal.Turn(turned[0]));
        turned.Add(literal.Turn(turned[1]));
        int[] counts = new int[3];
        float[] views = Render(Identity with { Rotate90Probability = 1 }, store, count: 1000);
        foreach (float[] view in views.Chunk(store.Shape.Size))
            counts[turned.FindIndex(t => t.Zip(view).All(v => Math.Abs(v.First - v.Second) < 1e-5))]++;
        foreach (int count in counts) AssertBinomial(2000, 1 / 3.0, count);
    }

    [TestMethod]
    public void ImagesThatAreNotSquareTurnUpsideDown()
    {
        PixelStore store = TestImages.Random(new(3, 6, 10), 1);
        LiteralViews literal = new(store.Shape);
        double[] turned = literal.MirrorRows(literal.MirrorColumns(TestImages.ToDoubles(store, 0)));
        ViewOptions options =
            Identity with { Rotate90Probability = 1, MinimumAspectRatio = 10.0 / 6, MaximumAspectRatio = 10.0 / 6 };
        float[] views = Render(options, store);
        double[] expected = literal.Normalize(turned, TestImages.Normalization(3));
        TestImages.AssertClose(expected, views.AsSpan(0, store.Shape.Size), 1e-5, "turned");
    }

    [TestMethod]
    public void AConstantImageStaysConstantUnderCropAndBlur()
    {
        PixelStore store = TestImages.Constant(TestImages.Small, 200);
        float[] table = TestImages.Normalization(3).Table();
        float[] views = Render(new() { JitterProbability = 0, BlurProbability = 1 }, store, count: 50);
        for (int i = 0; i < views.Length; i++) Assert.AreEqual(table[(i % 3 * 256) + 200], views[i], 1e-5f);
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(1)]
    public void SmallViewsAreTheMeansOfTheWholeOnes(int channels)
    {
        const int Side = 12, Half = Side / 2;
        PixelStore store = TestImages.Random(new(channels, Side, Side), 4);
        float[] whole = Render(Everything, store), small = new float[whole.Length / 4];
        new ViewRenderer(Everything, TestImages.Normalization(channels), threads: 2)
            .Render(store, [0, 1, 2, 3], Seed, RandomPurpose.Views, 0, Half, small);
        for (int i = 0; i < small.Length; i++)
        {
            (int view, int pixel, int c) = (i / (Half * Half * channels), i / channels % (Half * Half), i % channels);
            int corner = (((view * Side) + (2 * (pixel / Half))) * Side) + (2 * (pixel % Half));
            float mean = (At(corner) + At(corner + 1) + At(corner + Side) + At(corner + Side + 1)) / 4;
            Assert.AreEqual(mean, small[i], 1e-5f);

            float At(int position) => whole[(position * channels) + c];
        }
    }

    [TestMethod]
    public void TooLittleRoomIsRefused()
    {
        PixelStore store = TestImages.Random(new(1, 4, 4), 2);
        ViewRenderer renderer = new(new(), TestImages.Normalization(1));
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => renderer.Render(store, [0, 1], Seed, RandomPurpose.Views, 0, 4, new float[63]));
        StringAssert.StartsWith(error.Message, "4 images of 1 x 4 x 4 need 64 floats; room for 63 came.");
    }

    /// <summary>How many of 4000 views are not the image itself.</summary>
    private static void CheckRate(ViewOptions options, double rate)
    {
        PixelStore store = TestImages.Random(new(3, 8, 8), 1);
        float[] plain = [.. Render(Identity, store).Take(store.Shape.Size)];
        float[] views = Render(options, store, count: 2000);
        int changed = views.Chunk(store.Shape.Size).Count(v => !v.AsSpan().SequenceEqual(plain));
        AssertBinomial(4000, rate, changed);
    }

    /// <summary>Within four standard deviations; the seed is fixed.</summary>
    private static void AssertBinomial(int trials, double probability, int count) =>
        Assert.AreEqual(trials * probability, count, 4 * Math.Sqrt(trials * probability * (1 - probability)));

    /// <summary>Two views of every image, or of image 0 <paramref name="count"/> times.</summary>
    private static float[] Render(ViewOptions options, PixelStore store, int? threads = 2, int? count = null)
    {
        int[] images = count is int n ? new int[n] : [.. Enumerable.Range(0, store.Count)];
        float[] views = new float[2 * images.Length * store.Shape.Size];
        ViewRenderer renderer = new(options, TestImages.Normalization(store.Shape.Channels), threads);
        renderer.Render(store, images, Seed, RandomPurpose.Views, 0, store.Shape.Height, views);
        return views;
    }
}
