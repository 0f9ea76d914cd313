using SswpNas.MLNet.Data;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Tests.Objectives.Views;

namespace SswpNas.MLNet.Tests.Training.Augmentation;

[TestClass]
public sealed class TrainingAugmenterTests
{
    private const int Size = 3 * 32 * 32;

    private static readonly AugmentationOptions Nothing = new() { FlipProbability = 0, CropPadding = 0 };

    private static readonly AugmentationOptions Strong =
        new() { MinimumCropArea = 0.3, ColorJitter = 1, CutoutLength = 8 };

    [TestMethod]
    public void TheImagesAreTheSameOnAnyNumberOfThreads()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 50);
        foreach (AugmentationOptions options in new[] { new() { CutoutLength = 16 }, Strong })
        {
            float[] one = Render(options, store, 50, threads: 1);
            CollectionAssert.AreEqual(one, Render(options, store, 50, threads: 2));
            CollectionAssert.AreEqual(one, Render(options, store, 50, threads: 5));
            CollectionAssert.AreNotEqual(one, Render(options, store, 50, step: 1));
        }
    }

    [TestMethod]
    public void TheValuesAreFinite()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 50);
        foreach (float value in Render(Strong, store, 50)) Assert.IsTrue(float.IsFinite(value));
        PixelStore black = TestImages.Constant(TestImages.Small, 0);
        foreach (float value in Render(Strong, black, 50)) Assert.IsTrue(float.IsFinite(value));
    }

    [TestMethod]
    [DataRow(3, 32, 32)]
    [DataRow(1, 28, 28)]
    [DataRow(3, 5, 9)]
    public void WithNothingToDoTheImagesAreThoseOfEvaluation(int channels, int height, int width)
    {
        PixelStore store = TestImages.Random(new(channels, height, width), 6);
        float[] plain = new float[6 * store.Shape.Size];
        new PlainRenderer(TestImages.Normalization(channels)).Render(store, [0, 1, 2, 3, 4, 5], plain);
        CollectionAssert.AreEqual(plain, Render(Nothing, store, 6));

        LiteralViews literal = new(store.Shape);
        double[] expected = literal.Normalize(TestImages.ToDoubles(store, 5), TestImages.Normalization(channels));
        TestImages.AssertClose(expected, plain.AsSpan(5 * store.Shape.Size), 1e-5, "image 5");
    }

    [TestMethod]
    public void ThePaddedCropMovesTheImageByUpToFourPixelsEitherWay()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 1);
        float[] plain = Render(Nothing, store, 1);
        HashSet<(int, int)> moves = [];
        foreach (float[] image in Render(new() { FlipProbability = 0 }, store, 2000).Chunk(Size))
        {
            (int, int)[] fitting = [.. Moves().Where(m => IsMoved(plain, image, m.Down, m.Right))];
            Assert.HasCount(1, fitting);
            moves.Add(fitting[0]);
        }

        Assert.HasCount(81, moves);

        static IEnumerable<(int Down, int Right)> Moves() =>
            from down in Enumerable.Range(-4, 9) from right in Enumerable.Range(-4, 9) select (down, right);
    }

    [TestMethod]
    public void ImagesAreMirroredAsOftenAsTheOptionSays()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 1);
        float[] plain = Render(Nothing, store, 1);
        LiteralViews literal = new(store.Shape);
        float[] mirrored = [.. literal.MirrorColumns([.. plain.Select(v => (double)v)]).Select(v => (float)v)];
        float[][] images = [.. Render(Nothing with { FlipProbability = 0.5 }, store, 2000).Chunk(Size)];
        int count = images.Count(i => i.AsSpan().SequenceEqual(mirrored));
        Assert.AreEqual(2000 - count, images.Count(i => i.AsSpan().SequenceEqual(plain)));
        Assert.AreEqual(1000, count, 4 * Math.Sqrt(500));
    }

    [TestMethod]
    public void CutoutBlotsOutOneSquareCutOffAtTheBorder()
    {
        PixelStore store = TestImages.Constant(TestImages.Small, 255);
        HashSet<int> areas = [];
        foreach (float[] image in Render(Nothing with { CutoutLength = 16 }, store, 1000).Chunk(Size))
        {
            int[] blank = [.. Enumerable.Range(0, 1024).Where(p => image[3 * p] == 0)];
            foreach (int p in blank) Assert.AreEqual((0f, 0f), (image[(3 * p) + 1], image[(3 * p) + 2]));
            (int top, int bottom) = (blank.Min(p => p / 32), blank.Max(p => p / 32) + 1);
            (int left, int right) = (blank.Min(p => p % 32), blank.Max(p => p % 32) + 1);
            Assert.HasCount((bottom - top) * (right - left), blank);
            Assert.IsTrue(IsCutOff(top, bottom) && IsCutOff(left, right), $"{top}-{bottom}, {left}-{right}");
            areas.Add(blank.Length);
        }

        Assert.AreEqual((8 * 8, 16 * 16), (areas.Min(), areas.Max()));

        static bool IsCutOff(int start, int end) =>
            end - start == 16 || (start == 0 && end is >= 8 and < 16) || (end == 32 && start is > 16 and <= 24);
    }

    [TestMethod]
    public void ColourJitterChangesTheColoursOfEveryImage()
    {
        PixelStore store = TestImages.Random(TestImages.Small, 20);
        float[][] plain = [.. Render(Nothing, store, 20).Chunk(Size)];
        float[][] jittered = [.. Render(Nothing with { ColorJitter = 0.5 }, store, 20).Chunk(Size)];
        for (int i = 0; i < 20; i++) CollectionAssert.AreNotEqual(plain[i], jittered[i]);
    }

    private static bool IsMoved(float[] plain, float[] image, int down, int right)
    {
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                bool inside = y - down is >= 0 and < 32 && x - right is >= 0 and < 32;
                for (int c = 0; c < 3; c++)
                {
                    float expected = inside ? plain[((((y - down) * 32) + x - right) * 3) + c] : 0;
                    if (image[(((y * 32) + x) * 3) + c] != expected) return false;
                }
            }
        }

        return true;
    }

    /// <summary>Images 0, 1, ... of the store, over and over.</summary>
    private static float[] Render(
        AugmentationOptions options, PixelStore store, int count, int? threads = 2, long step = 0)
    {
        int[] images = [.. Enumerable.Range(0, count).Select(i => i % store.Count)];
        float[] result = new float[count * store.Shape.Size];
        TrainingAugmenter augmenter = new(options, TestImages.Normalization(store.Shape.Channels), threads);
        augmenter.Render(store, images, 7, step, result);
        return result;
    }
}
