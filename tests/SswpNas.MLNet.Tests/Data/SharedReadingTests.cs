using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Collectives;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Data;

/// <summary>Several ranks read the same images, each its share, and all have what one process has.</summary>
[TestClass]
public sealed class SharedReadingTests
{
    private const int Images = 400;

    [TestMethod]
    [DataRow(2, 1, 1f)]
    [DataRow(3, 2, 255f)]
    public void EachImageIsWorkedOutByOneRankAndAllHaveIt(int size, int threads, float white)
    {
        LabelledPixels alone = Read(Ranks.Single, threads, new Stripes { Count = Images, White = white }, out int all);

        int[] worked = new int[size];
        LabelledPixels[] together = ThreadRanks.Run(
            size, ranks => Read(ranks, threads, new Stripes { Count = Images, White = white }, out worked[ranks.Rank]));

        Assert.IsGreaterThanOrEqualTo(Images, all);
        foreach (LabelledPixels one in together)
        {
            Assert.AreEqual(alone.Pixels.Fingerprint(), one.Pixels.Fingerprint());
            CollectionAssert.AreEqual(alone.Labels, one.Labels);
            CollectionAssert.AreEqual(alone.RowNumbers, one.RowNumbers);
            CollectionAssert.AreEqual(alone.Teacher!.Values.ToArray(), one.Teacher!.Values.ToArray());
        }

        // About 1 of 64 is worked out by all, to be compared.
        double share = (double)all / size;
        foreach (int part in worked) Assert.IsTrue(part > 0.6 * share && part < 1.4 * share, $"{part} of {all} by one of {size}");
    }

    [TestMethod]
    public void RanksWithOtherImagesAreRefused()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => ThreadRanks.Run(
            2, ranks => Read(ranks, 1, new Stripes { Count = Images, Seed = 1 + ranks.Rank }, out _)));
        StringAssert.Contains(error.Message, "Rank 1 reads other images or labels than rank 0");
    }

    /// <summary>Rows cannot be shared out then, and what differs is said when data are compared.</summary>
    [TestMethod]
    public void WithOtherRowsEachRankReadsItsOwn()
    {
        LabelledPixels[] each = ThreadRanks.Run(
            2, ranks => Read(ranks, 1, new Stripes { Count = Images + ranks.Rank }, out _));
        Assert.AreEqual(Images, each[0].Pixels.Count);
        Assert.AreEqual(Images + 1, each[1].Pixels.Count);
    }

    [TestMethod]
    public void AnImageThatCannotBeReadEndsAllRanks()
    {
        Stripes stripes = new() { Count = Images, Spoil = (row, pixels) => pixels[0] = row == 333 ? float.NaN : pixels[0] };
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => ThreadRanks.Run(3, ranks => Read(ranks, 1, stripes, out _)));
        StringAssert.Contains(error.Message, "Row 333");
    }

    private static LabelledPixels Read(Ranks ranks, int threads, Stripes stripes, out int worked)
    {
        MLContext ml = new(1);
        int count = 0;
        IDataView rows = stripes.View(ml);
        IDataView data = ml.Transforms.CustomMapping<Drawn, Seen>(
            (drawn, seen) =>
            {
                Interlocked.Increment(ref count);
                (seen.Image, seen.Features) = (drawn.Pixels, drawn.Pixels[..4]);
            },
            contractName: null).Fit(rows).Transform(rows);
        PixelReading reading = new(PixelStorage.Memory, threads) { Ranks = ranks };
        LabelledPixels read = PixelReader.Read(data, new ImageColumns("Image", "Label", "Features"), reading, CancellationToken.None);
        worked = count;
        return read;
    }

    private sealed class Drawn
    {
        [VectorType(3, 8, 8)]
        public float[] Pixels { get; set; } = [];
    }

    private sealed class Seen
    {
        [VectorType(3, 8, 8)]
        public float[] Image { get; set; } = [];

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }
}
