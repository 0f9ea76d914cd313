using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>A folder of images gives all of them or says which it does not give.</summary>
[TestClass]
[TestCategory("Cases")]
public sealed class FolderListingTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();
    private readonly LogLines _log;

    public FolderListingTests() => _log = new LogLines(_ml);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void FoldersAreWalkedAndEveryExtensionOfTheDecoderIsTaken()
    {
        string[] names = ["0.jpg", "2023/1.jpe", "2024/may/2.jfif", "2024/3.JIF", "4.webp", "5.PNG", "6.pjpeg", "7.pjp", "8.gif", "9.bmp", "10.dib"];
        for (int i = 0; i < names.Length; i++) _folder.Write($"a/{names[i]}", Of(Path.GetExtension(names[i]).ToLowerInvariant(), i));
        _folder.WithClasses(1, "b");
        foreach (string other in new[] { "a/x.heic", "a/2023/y.HEIC", "a/notes.txt", "a/Thumbs.db", "a/.x.png", "a/none", "b/._y.png" }) _folder.Write(other, [1]);

        Assert.AreEqual(names.Length + 1L, Load().GetRowCount());

        Assert.Contains("1 files of the kind .db; 2 files of the kind .heic; 1 files of the kind .txt; 1 files without an extension; 2 hidden files", _log.ToString());
        Assert.Contains("Warning: Passed over in", _log.ToString());
        Assert.Contains("2 of them are images of kinds that are not read", _log.ToString());
        Assert.AreEqual(9L, Load(new() { IncludeSubfolders = false }).GetRowCount());
        Assert.Contains("2 folders in class folders (IncludeSubfolders is off)", _log.ToString());
    }

    [TestMethod]
    [DataRow("__MACOSX")]
    [DataRow("@eaDir")]
    [DataRow("$RECYCLE.BIN")]
    [DataRow("#recycle")]
    [DataRow("System Volume Information")]
    [DataRow("lost+found")]
    public void FoldersOfTheSystemArePassedOverAndSaid(string name)
    {
        _folder.WithClasses(2, "a", "b", name, $"a/{name}");

        Assert.AreEqual(4L, Load().GetRowCount());

        Assert.Contains($"1 folders of the system ({name})", _log.ToString());
    }

    [TestMethod]
    public void EmptyClassesAreLeftOutWhereTheOptionSaysSo()
    {
        _folder.WithClasses(2, "a", "c");
        Directory.CreateDirectory(Path.Combine(_folder.Root, "b", "inner"));

        Assert.Contains("b' has no images (png, jpg", Refused());
        IDataView data = Load(new() { SkipEmptyClasses = true });

        CollectionAssert.AreEqual(new[] { "a", "c" }, LabelColumn.Of(data.Schema, "Label").ClassNames);
        CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 2 }, data.GetColumn<uint>("Label").ToArray());
        Assert.Contains("1 class folders have no images and are left out: b.", _log.ToString());
    }

    [TestMethod]
    [DataRow("train", "test")]
    [DataRow("Training", "Validation", "Test")]
    [DataRow("train")]
    [DataRow("dev", "val")]
    [DataRow("train", "test", "generator")]
    public void PartsOfADataSetAreSeenAndTheFolderIsNamed(params string[] parts)
    {
        _folder.WithClasses(2, [.. parts.SelectMany(part => new[] { $"{part}/a", $"{part}/b" })]);
        string expected = Path.Combine(_folder.Root, parts[0]);

        string message = Refused();

        Assert.Contains("holds the parts of a data set (", message);
        Assert.Contains($"Name '{expected}'", message);
        Assert.AreEqual(4L, _ml.SswpNas().LoadImageFolder(expected).GetRowCount());
        string above = Path.GetDirectoryName(_folder.Root)!;
        using TestFolder outer = new();
        Directory.Move(_folder.Root, Path.Combine(outer.Root, "dataset"));
        Assert.Contains($"Name '{Path.Combine(outer.Root, "dataset", parts[0])}'", Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.SswpNas().LoadImageFolder(outer.Root)).Message);
        Directory.Move(Path.Combine(outer.Root, "dataset"), Path.Combine(above, Path.GetFileName(_folder.Root)));
    }

    [TestMethod]
    public void AClassMayBeCalledTrain()
    {
        _folder.WithClasses(1, "bus", "car", "train");

        Assert.AreEqual(3L, Load().GetRowCount());
    }

    [TestMethod]
    [DataRow("unlabelled")]
    [DataRow("unlabeled")]
    [DataRow("Unlabelled images")]
    [DataRow("un-labeled")]
    [DataRow("no_label")]
    [DataRow("unsup")]
    public void AFolderWithoutLabelsIsNoClass(string name)
    {
        _folder.WithClasses(2, "a", "b", name);

        Assert.Contains($"has a folder '{name}', which would become a class. Set UnlabelledFolder to '{name}'", Refused());

        uint[] labels = [.. Load(new() { UnlabelledFolder = name }).GetColumn<uint>("Label")];
        CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 2, 0, 0 }, labels);
        Assert.AreEqual(6L, Load(new() { ClassNames = ["a", "b", name] }).GetRowCount());
    }

    [TestMethod]
    public void KeysOfASecondFolderAreThoseOfTheFirst()
    {
        _folder.WithClasses(2, "cross", "square");

        IDataView test = Load(new() { ClassNames = ["circle", "cross", "square"] });

        CollectionAssert.AreEqual(new uint[] { 2, 2, 3, 3 }, test.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { "circle", "cross", "square" }, LabelColumn.Of(test.Schema, "Label").ClassNames);
        Assert.Contains("has class folders that ClassNames does not name: square;", Refused(new() { ClassNames = ["circle", "cross"] }));
        foreach (string[] names in new[] { [], ["a", "a"], new[] { "a", "" } })
            Assert.Contains("ClassNames is '", Assert.ThrowsExactly<ArgumentException>(() => Load(new() { ClassNames = names })).Message);
    }

    [TestMethod]
    public void DamagedFilesAreLeftOutAndReportedToTheProgram()
    {
        _folder.WithClasses(3, "a", "b");
        for (int i = 0; i < 30; i++) _folder.Write($"a/bad{i:00}.jpg", "<html>not found</html>"u8.ToArray());
        _folder.Write("b/zero.jpg", new byte[4000]);
        _folder.Write("b/empty.png", []);
        List<ImageProblem> told = [];

        Assert.Contains("has 32 problems; the first 20:", Refused(new() { OnProblem = told.Add }));
        Assert.HasCount(32, told);
        told.Clear();
        IDataView data = Load(new() { SkipDamaged = true, OnProblem = told.Add });

        Assert.AreEqual(6L, data.GetRowCount());
        Assert.HasCount(32, told);
        Assert.AreEqual(new ImageProblem(Path.Combine(_folder.Root, "b/empty.png"), "is empty (0 bytes)"), told[30]);
        Assert.Contains("32 of 38 images cannot be used and are left out.", _log.ToString());
        _folder.Write("c/bad.png", [1]);
        Assert.Contains("no image of the class 'c' can be used", Refused(new() { SkipDamaged = true }));
    }

    [TestMethod]
    public void LimitsAreNamedByTheirOptions()
    {
        _folder.WithClasses(1, "a", "b");

        Assert.Contains("declares 16 x 16 pixels, more than the limit of 100 (MaxPixels)", Refused(new() { MaxPixels = 100 }));
        Assert.Contains("bytes, more than the limit of 100 (MaxFileBytes)", Refused(new() { MaxFileBytes = 100 }));
    }

    [TestMethod]
    public void WhatMlNetWouldGetWrongIsCountedInTheLog()
    {
        byte[] photo = Photo.Quarters(32, 32);
        _folder.Write("a/turned.jpg", Photo.Oriented(photo, 6));
        _folder.Write("a/upright.jpg", Photo.Oriented(photo, 1));
        _folder.Write("b/clear.png", Photo.Drawn(16, 16, SKEncodedImageFormat.Png, (x, y) => new SKColor(0, 0, 0, (byte)(x > y ? 255 : 0))));
        _folder.Write("b/table.jpg", Photo.Profiled(photo, IccProfile.Table(3)));
        _folder.Write("b/matrix.jpg", Photo.Profiled(photo, IccProfile.Matrix()));

        Load();

        Assert.Contains("1 of 5 images are to be turned (EXIF orientation)", _log.ToString());
        Assert.Contains("1 of 5 images are transparent in parts", _log.ToString());
        Assert.Contains("2 of 5 images have a colour profile", _log.ToString());
    }

    [TestMethod]
    public void OneImageInTwoClassesIsSaid()
    {
        for (int i = 0; i < 6; i++) _folder.Write($"{(i < 3 ? "a" : "b")}/{i:000}.png", TestFolder.Image(SKEncodedImageFormat.Png, i));
        byte[] photo = Photo.Drawn(64, 64, SKEncodedImageFormat.Png, Blobs);
        _folder.Write("a/photo.png", photo);
        _folder.Write("b/copy.png", photo);
        _folder.Write("b/again.png", photo);
        using SKBitmap bitmap = SKBitmap.Decode(photo);
        using SKBitmap small = bitmap.Resize(new SKImageInfo(50, 50), SKFilterQuality.High);
        _folder.Write("a/smaller.jpg", small.Encode(SKEncodedImageFormat.Jpeg, 60).ToArray());

        Load();

        Assert.Contains("1 images are in two classes with the same pixels: ", _log.ToString());
        Assert.Contains("2 images have the pixels of another one: ", _log.ToString());
        Assert.Contains("1 images look like another one of their class: ", _log.ToString());
        Assert.DoesNotContain("000.png", _log.ToString());
    }

    private static SKColor Blobs(int x, int y)
    {
        byte value = (byte)(128 + (60 * Math.Sin(x / 9.0)) + (50 * Math.Cos((x + (2 * y)) / 13.0)));
        return new SKColor(value, (byte)(255 - value), 90);
    }

    private static byte[] Of(string extension, int seed) => extension switch
    {
        ".gif" => ImageFolderTests.Gif,
        ".bmp" or ".dib" => ImageFolderTests.Bmp,
        ".webp" => TestFolder.Image(SKEncodedImageFormat.Webp, seed),
        ".png" => TestFolder.Image(SKEncodedImageFormat.Png, seed),
        _ => TestFolder.Image(SKEncodedImageFormat.Jpeg, seed),
    };

    private IDataView Load(ImageFolderOptions? options = null) => _ml.SswpNas().LoadImageFolder(_folder.Root, options);

    private string Refused(ImageFolderOptions? options = null) => Assert.ThrowsExactly<InvalidDataException>(() => Load(options)).Message;
}
