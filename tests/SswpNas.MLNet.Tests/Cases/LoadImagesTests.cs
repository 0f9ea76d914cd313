using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>The loader of ours sees images as people do.</summary>
[TestClass]
[TestCategory("Cases")]
public sealed class LoadImagesTests : IDisposable
{
    private const int Near = 12;

    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(1, 0, 1, 2, 3)]
    [DataRow(2, 1, 0, 3, 2)]
    [DataRow(3, 3, 2, 1, 0)]
    [DataRow(4, 2, 3, 0, 1)]
    [DataRow(5, 0, 2, 1, 3)]
    [DataRow(6, 2, 0, 3, 1)]
    [DataRow(7, 3, 1, 2, 0)]
    [DataRow(8, 1, 3, 0, 2)]
    public void EveryExifOrientationIsTurnedUpright(int tag, params int[] corners)
    {
        string file = _folder.Write("x.jpg", Photo.Oriented(Photo.Quarters(48, 32), tag));

        Pixels seen = Load(file);

        Assert.AreEqual(tag < 5 ? (48, 32) : (32, 48), (seen.Width, seen.Height));
        int right = seen.Width - 5, low = seen.Height - 5;
        AssertNear(Photo.Corners[corners[0]], seen[4, 4]);
        AssertNear(Photo.Corners[corners[1]], seen[right, 4]);
        AssertNear(Photo.Corners[corners[2]], seen[4, low]);
        AssertNear(Photo.Corners[corners[3]], seen[right, low]);
    }

    [TestMethod]
    public void TheOrientationOfPngAndWebPIsTaken()
    {
        string png = _folder.Write("x.png", Photo.OrientedPng(Photo.Quarters(48, 32, SKEncodedImageFormat.Png), 6));
        string webp = _folder.Write("x.webp", Photo.OrientedWebP(Photo.Quarters(48, 32, SKEncodedImageFormat.Webp), 48, 32, 6));

        foreach (string file in new[] { png, webp })
        {
            Pixels seen = Load(file);
            Assert.AreEqual((32, 48), (seen.Width, seen.Height), file);
            AssertNear(Photo.Corners[2], seen[4, 4]);
        }
    }

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png)]
    [DataRow(SKEncodedImageFormat.Jpeg)]
    [DataRow(SKEncodedImageFormat.Webp)]
    public void UprightOpaqueImagesGiveTheNumbersOfMlNet(SKEncodedImageFormat format)
    {
        string file = _folder.Write("x", TestFolder.Image(format, size: 60));

        Pixels ours = Load(file), stock = Pixels.Of(_ml, _ml.Transforms.LoadImages("Image", "", "ImagePath"), file)[0];

        CollectionAssert.AreEqual(stock.Colors, ours.Colors);
    }

    [TestMethod]
    public void TransparencyIsLaidOnAGround()
    {
        string file = _folder.Write("x.png", Photo.Drawn(8, 8, SKEncodedImageFormat.Png, (x, _) => new SKColor(0, 0, 0, (byte)(x < 4 ? 255 : x < 6 ? 128 : 0))));

        Pixels white = Load(file), blue = Load(file, new() { Ground = new RgbColor(0, 0, 200) });

        Assert.AreEqual(new SKColor(0, 0, 0), white[1, 1]);
        Assert.AreEqual(new SKColor(127, 127, 127), white[5, 1]);
        Assert.AreEqual(new SKColor(255, 255, 255), white[7, 1]);
        Assert.AreEqual(new SKColor(0, 0, 200), blue[7, 7]);
    }

    [TestMethod]
    public void AProfileChangesColoursWhateverItsForm()
    {
        byte[] plain = Photo.Drawn(16, 16, SKEncodedImageFormat.Jpeg, (_, _) => new SKColor(200, 40, 40));
        SKColor swapped = Load(_folder.Write("matrix.jpg", Photo.Profiled(plain, IccProfile.Matrix())))[8, 8];
        Assert.IsGreaterThan(150, swapped.Blue);
        Assert.IsLessThan(80, swapped.Red);

        SKColor table = Load(_folder.Write("table.jpg", Photo.Profiled(plain, IccProfile.Table(3))))[8, 8];
        Assert.IsGreaterThan(40, Math.Abs(table.Red - 200) + Math.Abs(table.Green - 40));
        byte[] inks = Photo.Cmyk(255, 30, 255, 200);
        SKColor naive = Load(_folder.Write("inks.jpg", inks))[4, 4];
        SKColor exact = Load(_folder.Write("profiled.jpg", Photo.Profiled(inks, IccProfile.Table(4))))[4, 4];
        Assert.IsGreaterThan(40, Math.Abs(naive.Red - exact.Red) + Math.Abs(naive.Green - exact.Green) + Math.Abs(naive.Blue - exact.Blue));
    }

    [TestMethod]
    public void LargePhotographsAreReducedWhereTheFormatCan()
    {
        byte[] jpeg = Photo.Quarters(2200, 1100), png = Photo.Quarters(2200, 1100, SKEncodedImageFormat.Png);

        Pixels half = Load(_folder.Write("x.jpg", jpeg)), turned = Load(_folder.Write("y.jpg", Photo.Oriented(jpeg, 6)));

        Assert.AreEqual((1100, 550), (half.Width, half.Height));
        Assert.AreEqual((550, 1100), (turned.Width, turned.Height));
        AssertNear(Photo.Corners[3], half[1000, 500]);
        Assert.AreEqual(2200, Load(_folder.Write("x.png", png)).Width);
        Assert.AreEqual(2200, Load(_folder.Write("x.jpg", jpeg), new() { LeastSide = null }).Width);
        Assert.AreEqual(275, Load(_folder.Write("x.jpg", jpeg), new() { LeastSide = 100 }).Width);
    }

    [TestMethod]
    public void AFileThatCannotBeReadIsNamedWithItsRow()
    {
        byte[] jpeg = TestFolder.Image(SKEncodedImageFormat.Jpeg, size: 64);
        string good = _folder.Write("a.jpg", jpeg), cut = _folder.Write("cut.jpg", jpeg[..(jpeg.Length * 2 / 3)]);

        AssertSaid(cut, $"Row 1 (the first is 0; ImagePath '{cut}') cannot be read: The image '{cut}' of the column 'ImagePath' is truncated");
        AssertSaid("", "Row 1 (the first is 0; ImagePath '') cannot be read: The column 'ImagePath' has an empty path;");
        AssertSaid("missing.jpg", "The image 'missing.jpg' of the column 'ImagePath' does not exist.");
        AssertSaid(_folder.Write("html.jpg", "<html>"u8.ToArray()), "is not an image, or its header is damaged");
        AssertSaid(_folder.Root, "does not exist");

        void AssertSaid(string path, string message)
        {
            IDataView rows = PathRow.View(_ml, good, path);
            var chain = _ml.SswpNas().LoadImages().Append(_ml.Transforms.ResizeImages("Image", 8, 8)).Append(_ml.Transforms.ExtractPixels("Pixels", "Image"));
            IDataView pixels = chain.Fit(rows).Transform(rows);
            string said = Assert.ThrowsExactly<InvalidDataException>(
                () => _ml.SswpNas().Search(options: SearchOptions.Smoke).Fit(pixels)).Message;
            Assert.Contains(message, said);
        }
    }

    [TestMethod]
    public void ASavedModelHasTheStepOnlyWhereItIsWanted()
    {
        string file = _folder.Write("x.jpg", Photo.Oriented(Photo.Quarters(48, 32), 6));
        IDataView rows = PathRow.View(_ml, file);
        LogLines log = new(_ml);
        string refused = Assert.ThrowsExactly<InvalidOperationException>(
            () => _ml.Model.Save(_ml.SswpNas().LoadImages().Fit(rows), rows.Schema, Stream.Null)).Message;
        Assert.Contains("SaveAsLoadImages", refused);

        ImageLoadTransformer loading = _ml.SswpNas().LoadImages(options: new() { SaveAsLoadImages = true }).Fit(rows);
        Assert.HasCount(1, Images(_ml, loading));
        using MemoryStream zip = new();
        _ml.Model.Save(loading, rows.Schema, zip);
        zip.Position = 0;
        MLContext stock = new();

        Assert.HasCount(1, Images(stock, stock.Model.Load(zip, out _)));
        Assert.Contains("1 images that were read are turned, transparent or large", log.ToString());

        int[] Images(MLContext ml, ITransformer step) =>
            [.. ml.Data.CreateEnumerable<WidthRow>(ml.Transforms.ResizeImages("Image", 8, 8).Fit(step.Transform(rows)).Transform(step.Transform(rows)), false)
                .Select(row => row.Image!.Width)];
    }

    [TestMethod]
    public void APredictionEngineReadsOneImageAfterAnother()
    {
        string file = _folder.Write("x.png", Photo.Quarters(16, 16, SKEncodedImageFormat.Png));
        IDataView rows = PathRow.View(_ml, file);
        var chain = _ml.SswpNas().LoadImages("Image", "ImagePath", _folder.Root)
            .Append(_ml.Transforms.ResizeImages("Image", 16, 16)).Append(_ml.Transforms.ExtractPixels("Pixels", "Image"));
        using var engine = _ml.Model.CreatePredictionEngine<PathRow, PixelRow>(chain.Fit(rows));

        for (int i = 0; i < 3; i++) Assert.AreEqual(199, engine.Predict(new PathRow { ImagePath = "x.png" }).Pixels[0]);
    }

    [TestMethod]
    public void OptionsOutOfRangeAreAllNamed()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().LoadImages(options: new() { LeastSide = 0, MaxPixels = 0, MaxFileBytes = 0 })).Message;

        Assert.Contains("LeastSide is 0; expected: 1 to 65535 (null for full size); MaxPixels is 0; ", message);
        Assert.Contains("MaxFileBytes is 0", message);
        Assert.Contains("There is no column 'ImagePath'", Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().LoadImages().Fit(_ml.Data.LoadFromEnumerable(new[] { new WidthRow() }))).Message);
    }

    private Pixels Load(string file, ImageLoadOptions? options = null) => Pixels.Of(_ml, _ml.SswpNas().LoadImages(options: options), file)[0];

    private static void AssertNear(SKColor expected, SKColor seen)
    {
        int difference = Math.Max(Math.Abs(expected.Red - seen.Red), Math.Max(Math.Abs(expected.Green - seen.Green), Math.Abs(expected.Blue - seen.Blue)));
        Assert.IsLessThan(Near, difference, $"{expected} was expected, {seen} came");
    }

    private sealed class WidthRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(8, 8)]
        public MLImage? Image { get; set; }
    }

    private sealed class PixelRow
    {
        public float[] Pixels { get; set; } = [];
    }
}
