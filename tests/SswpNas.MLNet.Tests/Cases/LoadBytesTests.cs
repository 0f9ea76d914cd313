using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>The loader of ours takes image files in memory as it takes paths.</summary>
[TestClass]
[TestCategory("Cases")]
public sealed class LoadBytesTests : IDisposable
{
    private static readonly byte[] _photo = Photo.Oriented(Photo.Quarters(48, 32), 6);
    private static readonly byte[] _clear = Photo.Drawn(8, 8, SKEncodedImageFormat.Png, (x, _) => new SKColor(0, 0, 0, (byte)(x < 4 ? 255 : 0)));

    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void FilesInMemoryGiveThePixelsOfFilesOnTheDisk()
    {
        byte[][] files =
        [
            _photo, _clear, TestFolder.Image(SKEncodedImageFormat.Png, size: 20), Photo.Quarters(2200, 1100),
            Photo.Profiled(Photo.Quarters(16, 16), IccProfile.Matrix()),
        ];
        string[] paths = [.. files.Select((bytes, i) => _folder.Write($"{i}", bytes))];

        Pixels[] ofPaths = Pixels.Of(_ml, _ml.SswpNas().LoadImages(), paths);
        Pixels[] ofBytes = Read(new ImageLoadOptions(), files);

        Assert.HasCount(files.Length, ofBytes);
        for (int i = 0; i < files.Length; i++)
        {
            Assert.AreEqual((ofPaths[i].Width, ofPaths[i].Height), (ofBytes[i].Width, ofBytes[i].Height));
            CollectionAssert.AreEqual(ofPaths[i].Colors, ofBytes[i].Colors);
        }
    }

    [TestMethod]
    public void APhotographIsTurnedAndAlphaIsLaidOnTheGround()
    {
        Pixels[] white = Read(new ImageLoadOptions(), _photo, _clear);
        Pixels[] blue = Read(new ImageLoadOptions { Ground = new RgbColor(0, 0, 200) }, _clear);

        Assert.AreEqual((32, 48), (white[0].Width, white[0].Height));
        Assert.IsGreaterThan(140, white[0][4, 4].Green); // the lower left quarter, turned up
        Assert.AreEqual(new SKColor(255, 255, 255), white[1][7, 7]);
        Assert.AreEqual(new SKColor(0, 0, 0), white[1][0, 0]);
        Assert.AreEqual(new SKColor(0, 0, 200), blue[0][7, 7]);
    }

    [TestMethod]
    public void WhatCannotBeReadIsNamedByItsRow()
    {
        byte[] jpeg = TestFolder.Image(SKEncodedImageFormat.Jpeg, size: 64);
        AssertSaid("The image in row 1 (the first is 0) of the column 'File' is truncated", jpeg[..(jpeg.Length * 2 / 3)]);
        AssertSaid("The image in row 1 (the first is 0) of the column 'File' is empty (0 bytes).", []);
        AssertSaid("is not an image, or its header is damaged.", "<html>"u8.ToArray());
        AssertSaid("declares 64 x 64 pixels, more than the limit of 300 (MaxPixels).", jpeg, new() { MaxPixels = 300 });
        AssertSaid("bytes, more than the limit of 1000 (MaxFileBytes).", jpeg, new() { MaxFileBytes = 1000 });

        void AssertSaid(string words, byte[] file, ImageLoadOptions? options = null) => Assert.Contains(
            words,
            Assert.ThrowsExactly<IOException>(() => Read(options ?? new(), TestFolder.Image(SKEncodedImageFormat.Png, size: 8), file)).Message);
    }

    [TestMethod]
    public void AVectorThatHoldsOnlyWhatIsNotZeroIsReadInFull()
    {
        byte[] file = [.. TestFolder.Image(SKEncodedImageFormat.Png), 0, 0, 0];
        int[] places = [.. Enumerable.Range(0, file.Length).Where(i => file[i] != 0)];
        VBuffer<byte> sparse = new(file.Length, places.Length, [.. places.Select(i => file[i])], places);
        IDataView rows = _ml.Data.LoadFromEnumerable([new SparseRow { File = sparse }]);

        Pixels[] read = Pixels.OfView(_ml.SswpNas().LoadImages("Image", "File").Fit(rows).Transform(rows));

        CollectionAssert.AreEqual(Read(new(), file)[0].Colors, read[0].Colors);
    }

    [TestMethod]
    public void PipelinesAndPredictionEnginesReadThem()
    {
        FileRow[] rows = [.. Enumerable.Range(0, 6).Select(i => new FileRow { File = TestFolder.Image(SKEncodedImageFormat.Png, i) })];
        IDataView files = _ml.Data.LoadFromEnumerable(rows);
        var chain = _ml.SswpNas().LoadImages("Image", "File").Append(_ml.Transforms.ResizeImages("Image", 8, 8))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Image"));

        Assert.IsNotNull(chain.GetOutputSchema(FormsOfDataTests.Shape(files)).Single(c => c.Name == "Pixels"));
        var fitted = chain.Fit(files);
        float[][] pixels = [.. fitted.Transform(files).GetColumn<float[]>("Pixels")];
        using var engine = _ml.Model.CreatePredictionEngine<FileRow, PixelRow>(fitted);

        Assert.HasCount(6, pixels);
        for (int i = 0; i < rows.Length; i++) CollectionAssert.AreEqual(pixels[i], engine.Predict(rows[i]).Pixels);
    }

    [TestMethod]
    public void ColumnsOfAnotherTypeAreRefused()
    {
        IDataView numbers = _ml.Data.LoadFromEnumerable([new PixelRow { Pixels = [1, 2] }]);
        string expected = "expected: text, the path of an image a row, or a vector of Byte, the content of an image file a row.";

        Assert.AreEqual($"The column 'Pixels' holds Vector<Single>; {expected}", Refused(numbers, "Pixels"));
        Assert.Contains("There is no column 'File'", Refused(numbers, "File"));
        Assert.Contains(expected, Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().LoadImages("Image", "Pixels").GetOutputSchema(FormsOfDataTests.Shape(numbers))).Message);
        IDataView files = _ml.Data.LoadFromEnumerable([new FileRow()]);
        Assert.Contains("imageFolder is 'photos'. Set imageFolder to an empty text", Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().LoadImages("Image", "File", "photos").Fit(files)).Message);
        ImageLoadTransformer ofFiles = _ml.SswpNas().LoadImages("Image", "File").Fit(files);
        Assert.Contains("There is no column 'File'; a vector of Byte", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ofFiles.Transform(numbers)).Message);

        string Refused(IDataView data, string column) =>
            Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().LoadImages("Image", column).Fit(data)).Message;
    }

    [TestMethod]
    public void ASavedModelBeginsAtTheColumnOfImages()
    {
        IDataView files = _ml.Data.LoadFromEnumerable([new FileRow { File = _photo }]);
        LogLines log = new(_ml);
        Assert.Contains("SaveAsImageColumn", Assert.ThrowsExactly<InvalidOperationException>(() => Saved(new())).Message);
        Assert.Contains("Set SaveAsImageColumn instead", Assert.ThrowsExactly<ArgumentException>(() => Saved(new() { SaveAsLoadImages = true })).Message);
        Assert.Contains("SaveAsLoadImages and SaveAsImageColumn are both true", Assert.ThrowsExactly<ArgumentException>(
            () => Saved(new() { SaveAsLoadImages = true, SaveAsImageColumn = true })).Message);

        (MemoryStream zip, float[] expected) = Saved(new() { SaveAsImageColumn = true });

        Assert.Contains("The saved model begins at the column 'Image'; 1 images that were read are turned", log.ToString());
        MLContext stock = new();
        ITransformer loaded = stock.Model.Load(zip, out _);
        using var engine = stock.Model.CreatePredictionEngine<ImageRow, PixelRow>(loaded);
        Pixels upright = Read(new(), _photo)[0];
        using MLImage image = MLImage.CreateFromPixels(
            upright.Width, upright.Height, MLPixelFormat.Rgba32, [.. upright.Colors.SelectMany(c => new[] { c.Red, c.Green, c.Blue, c.Alpha })]);
        CollectionAssert.AreEqual(expected, engine.Predict(new ImageRow { Image = image }).Pixels);

        (MemoryStream, float[]) Saved(ImageLoadOptions options)
        {
            var chain = _ml.SswpNas().LoadImages("Image", "File", options: options).Append(_ml.Transforms.ResizeImages("Image", 8, 8))
                .Append(_ml.Transforms.ExtractPixels("Pixels", "Image"));
            var model = chain.Fit(files);
            float[] pixels = model.Transform(files).GetColumn<float[]>("Pixels").Single();
            MemoryStream stream = new();
            _ml.Model.Save(model, files.Schema, stream);
            stream.Position = 0;
            return (stream, pixels);
        }
    }

    [TestMethod]
    public void AModelOfPathsMayBeginAtTheColumnOfImages()
    {
        IDataView paths = PathRow.View(_ml, _folder.Write("x.png", TestFolder.Image(SKEncodedImageFormat.Png)));
        LogLines log = new(_ml);
        ImageLoadTransformer loading = _ml.SswpNas().LoadImages(options: new() { SaveAsImageColumn = true }).Fit(paths);
        using MemoryStream zip = new();
        _ml.Model.Save(loading, paths.Schema, zip);
        zip.Position = 0;

        DataViewSchema schema = new MLContext().Model.Load(zip, out _).GetOutputSchema(paths.Schema);

        Assert.IsNull(schema.GetColumnOrNull("Image"));
        Assert.Contains("the program that scores makes the images, for example by MLImage.CreateFromStream.", log.ToString());
    }

    private Pixels[] Read(ImageLoadOptions options, params byte[][] files)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(files.Select(file => new FileRow { File = file }).ToArray());
        return Pixels.OfView(_ml.SswpNas().LoadImages("Image", "File", options: options).Fit(rows).Transform(rows));
    }

    private sealed class FileRow
    {
        public byte[] File { get; set; } = [];
    }

    private sealed class SparseRow
    {
        public VBuffer<byte> File { get; set; }
    }

    private sealed class PixelRow
    {
        public float[] Pixels { get; set; } = [];
    }

    private sealed class ImageRow
    {
        [Microsoft.ML.Transforms.Image.ImageType(48, 32)]
        public MLImage? Image { get; set; }
    }
}
