using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Data;

/// <summary>What stands for black and white: found or stated, in one reading, and never so that images are lost.</summary>
[TestClass]
public sealed class PixelRangeTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(0f, 1f, 0f, 1f, DisplayName = "zero to one")]
    [DataRow(0f, 1.0001f, 0f, 1f, DisplayName = "zero to a little above one")]
    [DataRow(-0.01f, 1.02f, 0f, 1f, DisplayName = "a little beyond both ends")]
    [DataRow(0f, 200f, 0f, 255f, DisplayName = "bytes")]
    [DataRow(-0.5f, 0.9f, -1f, 1f, DisplayName = "minus one to one")]
    [DataRow(-1.01f, 1.01f, -1f, 1f, DisplayName = "a little beyond minus one to one")]
    public void TheRangeIsFoundInOneReading(float low, float high, float black, float white)
    {
        // The ends come last, so the first images fit more than one range.
        float[][] images = [[0, 0, 0, 0], [0.25f, 0.5f, 0.75f, 1], [low, 0, 0, 0], [0, 0, 0, high], [low, low, high, high]];
        CountedView data = new(Images(images));

        PixelStore store = PixelReader.Read(data, "Pixels");

        Assert.AreEqual(new PixelRange(black, white), store.Range);
        Assert.AreEqual(images.Length, data.Rows);
        for (int i = 0; i < images.Length; i++) CollectionAssert.AreEqual(images[i].Select(Byte).ToArray(), store[i].ToArray());

        byte Byte(float v) => (byte)Math.Clamp(Math.Floor(((v - black) / (white - black) * 255.0) + 0.5), 0, 255);
    }

    [TestMethod]
    [DataRow(1f)]
    [DataRow(255f)]
    [DataRow(-1f)]
    public void AllThatIsFoundIsTheSameOnThreadsAndInAFile(float unit)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sswpnas-");
        try
        {
            float[][] images = [.. Enumerable.Range(0, 3000).Select(i => new float[] { 0, 0, i % 7 / 6f, i < 1000 ? 0 : unit })];
            PixelStore expected = PixelReader.Read(Images(images), "Pixels", new PixelReading(PixelStorage.Memory, 1));
            foreach (int threads in new[] { 1, 4 })
            {
                CountedView data = new(Images(images));
                using PixelStore mapped = PixelReader.Read(
                    data, "Pixels", new PixelReading(new PixelStorage(1000, folder.FullName), threads));

                Assert.IsTrue(mapped.IsMapped);
                Assert.AreEqual(images.Length, data.Rows);
                Assert.AreEqual(expected.Fingerprint(), mapped.Fingerprint());
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void ImagesWaitForTheRangeUpToALimit()
    {
        // 20 images of 4 MiB of floats: the range is fixed after 16 of them.
        const int Side = 1024;
        float[] gray = new float[Side * Side], bright = new float[Side * Side];
        gray.AsSpan(0, 1000).Fill(0.5f);
        bright.AsSpan().Fill(200);

        PixelStore store = PixelReader.Read(Rows(late: -1), "Pixels");
        var error = Assert.ThrowsExactly<InvalidDataException>(() => PixelReader.Read(Rows(late: 18), "Pixels"));

        Assert.AreEqual(PixelRange.ZeroToOne, store.Range);
        Assert.AreEqual(PixelRange.ZeroTo255, PixelReader.Read(Rows(late: 9), "Pixels").Range);
        Assert.StartsWith("Row 18 (the first is 0; Class 's') has a pixel of 200; 0 to 1, as in the rows before, was expected.", error.Message);
        Assert.Contains("Set PixelRange", error.Message);

        IDataView Rows(int late) => Images(
            [.. Enumerable.Range(0, 20).Select(i => i == late ? bright : i % 2 == 0 ? gray : new float[Side * Side])], 1, Side, Side);
    }

    [TestMethod]
    [DataRow(new[] { -2.1f, 0, 0, 2.6f }, -2.1f, DisplayName = "standardised")]
    [DataRow(new[] { 0f, 0, 0, 300 }, 300f, DisplayName = "above 255")]
    [DataRow(new[] { -0.9f, 0, 0, 200 }, -0.9f, DisplayName = "below zero and far above")]
    [DataRow(new[] { -7f, -7, -7, -7 }, -7f, DisplayName = "a number that no range has")]
    public void NumbersThatFitNoRangeAreRefused(float[] image, float value)
    {
        IDataView data = Images([[0, 0, 0, 0], image]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => PixelReader.Read(data, "Pixels"));

        Assert.StartsWith(
            FormattableString.Invariant($"Row 1 (the first is 0; Class 'b') has a pixel of {value}; 0 to 255, 0 to 1 or -1 to 1 was expected."),
            error.Message);
        Assert.Contains("Set PixelRange", error.Message);
        PixelRange stated = new(image.Min(), Math.Max(image.Max(), 0) + 1);
        Assert.AreEqual(stated, Read(data, stated).Range);
    }

    [TestMethod]
    public void ARangeThatWasFoundHoldsForTheRest()
    {
        IDataView data = Images([[0, 0, 0, -0.5f], [0, 0, 0, 1], [0, 0, 0, 200]]);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => PixelReader.Read(data, "Pixels"));

        Assert.StartsWith("Row 2 (the first is 0; Class 'c') has a pixel of 200; -1 to 1, as in the rows before, was expected.", error.Message);
    }

    [TestMethod]
    public void AStatedRangeIsTakenAndItsEndsAreClipped()
    {
        float[][] images = [[0, 0.5f, 1, 1.0001f], [-0.0001f, 0, 0.25f, 1]];

        Assert.AreEqual(PixelRange.ZeroToOne, Read(Images(images), PixelRange.ZeroToOne).Range);
        CollectionAssert.AreEqual(new byte[] { 0, 128, 255, 255 }, Read(Images(images), PixelRange.ZeroToOne)[0].ToArray());
        CollectionAssert.AreEqual(
            new byte[] { 127, 128, 159, 255 }, Read(Images(images), PixelRange.MinusOneToOne)[1].ToArray());
        CollectionAssert.AreEqual(new byte[] { 51, 102, 153, 153 }, Read(Images(images), new PixelRange(-0.5f, 2))[0].ToArray());
    }

    [TestMethod]
    [DataRow(1.1f)]
    [DataRow(-0.1f)]
    [DataRow(255f)]
    public void APixelOutsideTheStatedRangeIsNamedWithItsRow(float value)
    {
        CountedView data = new(TestRow.WithLabels(_ml, Images([[0, 0.5f, 1, 0], [0, 0, value, 1]])));

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(data, PixelRange.ZeroToOne));

        Assert.StartsWith(
            FormattableString.Invariant($"Row 1 (the first is 0; Class 'b') has a pixel of {value}; 0 to 1, as PixelRange says, was expected."),
            error.Message);
    }

    [TestMethod]
    [DataRow(1f, 0f, 255f, DisplayName = "0 to 1 stated as bytes")]
    [DataRow(1 / 255f, 0f, 1f, DisplayName = "scaled twice")]
    [DataRow(1.9f, null, null, DisplayName = "scaled by 1/128")]
    [DataRow(1 / 255f, null, null, DisplayName = "scaled twice, nothing stated")]
    public void ImagesAreNotRoundedAway(float white, float? low, float? high)
    {
        IDataView data = Images([[0, 0.3f * white, white, 0], [0, 0.8f * white, 0.1f * white, white]]);
        PixelRange? stated = low is null ? null : new PixelRange(low.Value, high!.Value);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(data, stated));

        Assert.Contains("would be rounded to less than 16 of 256 levels. Set PixelRange", error.Message);
        Assert.AreEqual(new PixelRange(0, white), Read(data, new PixelRange(0, white)).Range);
    }

    [TestMethod]
    public void FewLevelsAreNoFaultWhereNothingIsRounded()
    {
        CollectionAssert.AreEqual(new byte[] { 3, 0, 0, 1 }, PixelReader.Read(Images([[0, 0, 2, 5], [3, 0, 0, 1]]), "Pixels")[1].ToArray());
        CollectionAssert.AreEqual(new byte[] { 0, 0, 1, 0 }, Read(Images([[0, 0, 1, 0], [0, 1, 0, 0]]), PixelRange.ZeroTo255)[0].ToArray());
    }

    [TestMethod]
    [DataRow(0f)]
    [DataRow(1f)]
    [DataRow(255f)]
    public void ImagesThatAreAllAlikeAreRefused(float value)
    {
        float[] image = [value, value, value, value];

        var error = Assert.ThrowsExactly<InvalidDataException>(() => PixelReader.Read(Images([image, image, image]), "Pixels"));

        Assert.StartsWith($"All 3 images of the pixel column 'Pixels' are alike, with pixels between {value} and {value};", error.Message);
        Assert.AreEqual(1, PixelReader.Read(Images([image]), "Pixels").Count);
        Assert.ThrowsExactly<InvalidDataException>(() => PixelReader.Read(Images([[0, value, 1, 0], [0, value, 1, 0]]), "Pixels"));
    }

    [TestMethod]
    public void TheLogSaysWhatWasTaken()
    {
        string[] found = Log(null, [0, 0, 0.5f, 1.0001f], [0, 0.5f, 0.25f, 1]);
        string[] stated = Log(PixelRange.MinusOneToOne, [0, 0, 0.5f, 1], [0, 0.5f, 0.25f, 1]);
        string[] mixed = Log(null, [0, 0.3f, 0.5f, 0.9f], [0, 99, 255, 30]);

        StringAssert.Contains(found.Single(), "The pixels lie between 0 and 1.0001; 0 to 1 is taken for black to white.");
        StringAssert.Contains(stated.Single(), "The pixels lie between 0 and 1; -1 to 1 is taken for black to white.");
        StringAssert.Contains(mixed[1], "1 of 2 images are rounded to less than 16 of 256 levels, the first in row 0 (the first is 0).");

        string[] Log(PixelRange? range, params float[][] images)
        {
            MLContext ml = new(1);
            List<string> lines = [];
            ml.Log += (_, e) =>
            {
                // The others say when a channel was opened and closed.
                if (e.Source.StartsWith(nameof(PixelReader), StringComparison.Ordinal) && e.Kind != ChannelMessageKind.Trace)
                    lines.Add(e.RawMessage);
            };
            PixelReader.Read(Images(images), "Pixels", PixelReading.Of(ml, long.MaxValue, 1, range));
            return [.. lines];
        }
    }

    [TestMethod]
    [DataRow(1f)]
    [DataRow(255f)]
    public void AChainFindsTheRangeOnceAndFineTunesInIt(float white)
    {
        IDataView data = new Stripes { White = white * 1.0001f }.View(_ml);

        using var search = _ml.SswpNas().Search(options: Tiny.Search).Fit(data);
        IDataView few = new Stripes { White = white, Count = 30, Seed = 2 }.View(_ml);
        using var model = _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: search.Result).Fit(few);

        Assert.AreEqual(new PixelRange(0, white), search.Result.Network.Range);
        Assert.HasCount(30, Scored.Of(_ml, model.Transform(few)));
    }

    [TestMethod]
    public void AFineTuningKeepsToTheRangeOfItsSearch()
    {
        IDataView fractions = new Stripes { White = 1 }.View(_ml);
        PixelRange odd = new(-1, 256);

        var stated = Assert.ThrowsExactly<ArgumentException>(() => FineTune(PixelRange.ZeroToOne, fractions));
        var outside = Assert.ThrowsExactly<ArgumentException>(() => FineTune(null, new Stripes { White = 2000 }.View(_ml)));
        using var search = _ml.SswpNas().Search(options: Tiny.Search with { PixelRange = odd }).Fit(new Stripes().View(_ml));
        using var tuned = _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: search.Result).Fit(new Stripes().View(_ml));
        using var pretrained = _ml.SswpNas().Pretrain(
            options: PretrainOptions.From(Tiny.Search) with { Epochs = 1 }, searchResult: search.Result).Fit(new Stripes().View(_ml));

        Assert.StartsWith("PixelRange is 0 to 1; 0 to 255 was expected, the range of the search's images.", stated.Message);
        Assert.Contains("those of the search lie between 0 and 255. Use the same ExtractPixels settings", outside.Message);
        Assert.AreEqual(odd, search.Result.Network.Range);
        Assert.AreEqual(odd, pretrained.Result.Network.Range);
        FineTune(PixelRange.ZeroTo255, new Stripes().View(_ml));

        void FineTune(PixelRange? range, IDataView data) => _ml.SswpNas()
            .FineTune(options: Tiny.FineTune with { PixelRange = range }, searchResult: Tiny.Found).Fit(data).Dispose();
    }

    [TestMethod]
    [DataRow(0f, 0f)]
    [DataRow(1f, 0f)]
    [DataRow(0f, float.PositiveInfinity)]
    [DataRow(float.NaN, 1f)]
    public void ARangeThatIsNoneIsAnOptionOutOfRange(float black, float white)
    {
        PixelRange range = new(black, white);

        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().Search(options: Tiny.Search with { PixelRange = range }));

        Assert.Contains($"PixelRange is {range}; two finite numbers, the second above the first, were expected.", error.Message);
    }

    private static PixelStore Read(IDataView data, PixelRange? range) =>
        PixelReader.Read(data, "Pixels", PixelReading.Default with { Stated = range });

    private IDataView Images(float[][] images, params int[] dimensions)
    {
        var schema = SchemaDefinition.Create(typeof(TestRow));
        schema["Pixels"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, dimensions is [] ? [1, 2, 2] : dimensions);
        return _ml.Data.LoadFromEnumerable(
            images.Select((p, i) => new TestRow { Pixels = p, Class = ((char)('a' + (i % 20))).ToString() }).ToArray(), schema);
    }
}
