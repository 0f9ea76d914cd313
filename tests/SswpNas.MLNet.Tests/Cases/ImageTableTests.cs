using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>A table of images is read as it is meant, or the line is named.</summary>
[TestClass]
[TestCategory("Cases")]
public sealed class ImageTableTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();
    private readonly LogLines _log;

    public ImageTableTests()
    {
        _log = new LogLines(_ml);
        for (int i = 0; i < 3; i++) _folder.Write($"img/{i}.jpg", TestFolder.Image(SKEncodedImageFormat.Jpeg, i, 32));
        byte[] jpeg = TestFolder.Image(SKEncodedImageFormat.Jpeg, 9, 64);
        _folder.Write("img/cut.jpg", jpeg[..(jpeg.Length * 3 / 4)]);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("ImagePath,Label\nimg/0.jpg,bolt\nimg/1.jpg,\nimg/2.jpg,ant\n")]
    [DataRow("ImagePath;Label\r\nimg/0.jpg;bolt\r\nimg/1.jpg;\r\nimg/2.jpg;ant")]
    [DataRow("label\timagepath\nbolt\timg/0.jpg\n\timg/1.jpg\nant\timg/2.jpg\n")]
    [DataRow("ImagePath|note|Label\nimg/0.jpg|a, b; c|bolt\nimg/1.jpg||\nimg/2.jpg||ant\n")]
    [DataRow("img/0.jpg,bolt\nimg/1.jpg,\nimg/2.jpg,ant\n")]
    [DataRow("img/0.jpg;bolt\nimg/1.jpg;\nimg/2.jpg;ant\n")]
    [DataRow("bolt,img/0.jpg\n,img/1.jpg\nant,img/2.jpg\n")]
    [DataRow("\"ImagePath\" , \"Label\"\n\"img/0.jpg\", bolt\n\n img/1.jpg ,\"\"\n\"img/2.jpg\",ant\n\n")]
    public void SeparatorsAndColumnNamesAreLookedAt(string text)
    {
        IDataView rows = Load(text);

        CollectionAssert.AreEqual(new[] { "img/0.jpg", "img/1.jpg", "img/2.jpg" }, rows.GetColumn<string>("ImagePath").ToArray());
        CollectionAssert.AreEqual(new uint[] { 2, 0, 1 }, rows.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { "ant", "bolt" }, LabelColumn.Of(rows.Schema, "Label").ClassNames);
        Assert.Contains("has 3 rows, separated by", _log.ToString());
    }

    [TestMethod]
    public void ByteOrderMarksSayHowTheTableIsEncoded()
    {
        foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            string file = _folder.Write("t.csv", [.. encoding.GetPreamble(), .. encoding.GetBytes("ImagePath,Label\nimg/0.jpg,Größe\nimg/1.jpg,ß\n")]);
            CollectionAssert.AreEqual(new[] { "Größe", "ß" }, LabelColumn.Of(_ml.SswpNas().LoadImageTable(file).Schema, "Label").ClassNames);
        }
    }

    [TestMethod]
    [DataRow("ImagePath,Label\nimg/0.jpg,bolt\n,\n", "line 3: ImagePath is empty")]
    [DataRow("ImagePath,Label\nimg/0.jpg,bolt\n\nimg/cut.jpg,\n", "line 4: 'img/cut.jpg' is truncated")]
    [DataRow("ImagePath,Label\nimg/0.jpg,bolt\nimg/no.jpg,x\n", "line 3: 'img/no.jpg' does not exist")]
    [DataRow("ImagePath,Label\nimg/0.jpg,bolt\nimg/1.jpg\n", "has in line 3 1 fields; 2 were expected")]
    [DataRow("ImagePath,Label\nimg/0.jpg,\"bo\"lt\n", "has in line 2 quotation marks")]
    [DataRow("Path,Class,Note\nimg/0.jpg,bolt,x\n", "begins with 'Path,Class,Note'; the column names ImagePath and Label")]
    [DataRow("\n\n", "has no rows")]
    [DataRow("ImagePath,Label\n", "has no rows with an image that can be used")]
    public void WhatCannotBeUsedIsNamedByItsLine(string text, string expected) =>
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => Load(text)).Message);

    [TestMethod]
    public void DamagedFilesAreLeftOutAndClassesAreThoseOfAnotherTable()
    {
        List<ImageProblem> told = [];
        const string text = "ImagePath,Label\nimg/0.jpg,bolt\nimg/cut.jpg,\nimg/1.jpg,nut\n";

        IDataView rows = Load(text, new() { SkipDamaged = true, OnProblem = told.Add, ClassNames = ["ant", "bolt", "nut"] });

        CollectionAssert.AreEqual(new uint[] { 2, 3 }, rows.GetColumn<uint>("Label").ToArray());
        Assert.HasCount(1, told);
        Assert.Contains("Left out: line 3, 'img/cut.jpg' is truncated", _log.ToString());
        Assert.Contains("line 4: the label 'nut' is none of ClassNames (bolt)", Assert.ThrowsExactly<InvalidDataException>(
            () => Load(text, new() { SkipDamaged = true, ClassNames = ["bolt"] })).Message);
        Assert.Contains("MaxPixels is 0", Assert.ThrowsExactly<ArgumentException>(() => Load(text, new() { MaxPixels = 0 })).Message);
    }

    [TestMethod]
    public void ASavedModelHasNoPathOfTheTable()
    {
        IDataView rows = Load("ImagePath,Label\nimg/0.jpg,bolt\nimg/1.jpg,\n");
        ImageLoadOptions saved = new() { SaveAsLoadImages = true };
        var pixels = _ml.SswpNas().LoadImages("Image", "ImagePath", _folder.Root, saved)
            .Append(_ml.Transforms.ResizeImages("Image", 8, 8)).Append(_ml.Transforms.ExtractPixels("Pixels", "Image")).Fit(rows);
        Assert.AreEqual(2, pixels.Transform(rows).GetColumn<float[]>("Pixels").Count());
        using MemoryStream zip = new();

        _ml.Model.Save(new TransformerChain<ITransformer>([_ml.SswpNas().LoadImages(options: saved).Fit(rows), .. pixels.Skip(1)]), rows.Schema, zip);

        using System.IO.Compression.ZipArchive parts = new(zip, System.IO.Compression.ZipArchiveMode.Read);
        foreach (var part in parts.Entries)
        {
            using StreamReader reader = new(part.Open(), Encoding.Latin1);
            Assert.DoesNotContain(_folder.Root, reader.ReadToEnd(), part.FullName);
        }
    }

    private IDataView Load(string text, ImageTableOptions? options = null) =>
        _ml.SswpNas().LoadImageTable(_folder.Write("table.csv", Encoding.UTF8.GetBytes(text)), options);
}
