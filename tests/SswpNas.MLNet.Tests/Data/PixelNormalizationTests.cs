using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Objectives.Views;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class PixelNormalizationTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void MeanAndDeviationAreThoseOfTheChosenImages(int channels)
    {
        PixelStore store = TestImages.Random(new(channels, 9, 7), 30);
        int[] chosen = [3, 4, 4, 29, 0];
        PixelNormalization normalization = PixelNormalization.Of(store, chosen);
        for (int c = 0; c < channels; c++)
        {
            double[] values = [.. chosen.SelectMany(i => Channel(store, i, c))];
            double mean = values.Average();
            Assert.AreEqual(mean, normalization.Mean[c], 1e-6);
            double variance = values.Average(v => (v - mean) * (v - mean));
            Assert.AreEqual(Math.Sqrt(variance), normalization.StandardDeviation[c], 1e-6);
        }
    }

    [TestMethod]
    public void TheOrderOfTheImagesDoesNotMatter()
    {
        PixelStore store = TestImages.Random(new(3, 9, 7), 300);
        PixelNormalization forward = PixelNormalization.Of(store, Enumerable.Range(0, 300));
        PixelNormalization backward = PixelNormalization.Of(store, Enumerable.Range(0, 300).Reverse());
        CollectionAssert.AreEqual(forward.Mean, backward.Mean);
        CollectionAssert.AreEqual(forward.StandardDeviation, backward.StandardDeviation);
    }

    [TestMethod]
    public void AChannelThatDoesNotVaryGetsDeviationOne()
    {
        PixelNormalization normalization = PixelNormalization.Of(TestImages.Constant(new(3, 8, 8), 51), [0, 0]);
        CollectionAssert.AreEqual(new[] { 0.2f, 0.2f, 0.2f }, normalization.Mean);
        CollectionAssert.AreEqual(new[] { 1f, 1f, 1f }, normalization.StandardDeviation);
    }

    [TestMethod]
    public void NoImagesAreRefused()
    {
        PixelStore store = TestImages.Constant(new(1, 2, 2), 0);
        Assert.ThrowsExactly<ArgumentException>(() => PixelNormalization.Of(store, []));
    }

    private static IEnumerable<double> Channel(PixelStore store, int image, int channel) =>
        store[image].ToArray().Where((_, i) => i % store.Shape.Channels == channel).Select(b => b / 255.0);
}
