using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class ImageFolderTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ImagesBecomePixelsThroughTheStockTransforms()
    {
        _folder.Write("b/2.JPG", TestFolder.Image(SKEncodedImageFormat.Jpeg));
        _folder.Write("b/10.png", TestFolder.Image(SKEncodedImageFormat.Png));
        _folder.Write("B/1.gif", Gif);
        _folder.Write("a/x.bmp", Bmp);
        _folder.Write("a/notes.txt", [1, 2, 3]);
        _folder.Write("a/.hidden.png", [1, 2, 3]);
        _folder.Write(".git/x.png", [1, 2, 3]);

        IDataView data = _ml.SswpNas().LoadImageFolder(_folder.Root);

        string[] paths = [.. data.GetColumn<string>("ImagePath")];
        CollectionAssert.AreEqual(
            new[] { "B/1.gif", "a/x.bmp", "b/10.png", "b/2.JPG" },
            paths.Select(p => Path.GetRelativePath(_folder.Root, p)).ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3, 3 }, data.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { "B", "a", "b" }, LabelColumn.Of(data.Schema, "Label").ClassNames);
        var chain = _ml.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(_ml.Transforms.ResizeImages("Image", 16, 16))
            .Append(_ml.Transforms.ExtractPixels("Pixels", "Image"));
        LabelledPixels read = PixelReader.ReadLabelled(chain.Fit(data).Transform(data), "Pixels", "Label");
        Assert.AreEqual(new ImageShape(3, 16, 16), read.Pixels.Shape);
        Assert.AreEqual(new PixelRange(0, 255), read.Pixels.Range);
        // The PNG's own bytes, channels last.
        using var bitmap = SKBitmap.Decode(paths[2]);
        SKColor colour = bitmap.GetPixel(5, 3);
        int at = ((3 * 16) + 5) * 3;
        CollectionAssert.AreEqual(
            new[] { colour.Red, colour.Green, colour.Blue }, read.Pixels[2].Slice(at, 3).ToArray());
    }

    [TestMethod]
    public void EveryBadFileIsNamed()
    {
        _folder.WithClasses(3, "a", "b");
        byte[] png = TestFolder.Image(SKEncodedImageFormat.Png, size: 64);
        byte[] jpeg = TestFolder.Image(SKEncodedImageFormat.Jpeg, size: 64);
        _folder.Write("a/empty.png", []);
        _folder.Write("a/text.jpg", "not an image at all"u8.ToArray());
        _folder.Write("a/cut.png", png[..(png.Length / 2)]);
        _folder.Write("b/cut.jpg", jpeg[..(jpeg.Length / 2)]);
        _folder.Write("b/header.png", png[..20]);
        byte[] damaged = [.. png];
        for (int i = 200; i < 260; i++) damaged[i] ^= 0xFF;
        _folder.Write("b/damaged.png", damaged);

        string message = Message();

        Assert.StartsWith($"The image folder '{_folder.Root}' has 6 problems:", message);
        AssertNamed(message, "a/empty.png", "is empty (0 bytes)");
        AssertNamed(message, "a/text.jpg", "is not an image, or its header is damaged");
        AssertNamed(message, "a/cut.png", "is truncated");
        AssertNamed(message, "b/cut.jpg", "is truncated");
        AssertNamed(message, "b/header.png", "is not an image, or its header is damaged");
        AssertNamed(message, "b/damaged.png", "is ");
    }

    [TestMethod]
    [DataRow(SKEncodedImageFormat.Png, 0.1)]
    [DataRow(SKEncodedImageFormat.Png, 0.5)]
    [DataRow(SKEncodedImageFormat.Png, 0.99)]
    [DataRow(SKEncodedImageFormat.Jpeg, 0.4)]
    [DataRow(SKEncodedImageFormat.Jpeg, 0.7)]
    [DataRow(SKEncodedImageFormat.Jpeg, 0.99)]
    public void ATruncatedFileIsFoundWhereverItEnds(SKEncodedImageFormat format, double share)
    {
        byte[] bytes = TestFolder.Image(format, size: 64);
        string path = _folder.Write("a/x.png", bytes[..(int)(bytes.Length * share)]);

        Assert.IsNotNull(ImageCheck.Problem(path, _folder.Root, new ImageLimits(1 << 20, 1 << 20)));
        File.WriteAllBytes(path, bytes);
        Assert.IsNull(ImageCheck.Problem(path, _folder.Root, new ImageLimits(1 << 20, 1 << 20)));
    }

    [TestMethod]
    public void TwentyProblemsAreListedAndAllAreCounted()
    {
        _folder.WithClasses(1, "a", "b");
        for (int i = 0; i < 25; i++) _folder.Write($"a/bad{i:00}.png", [0]);

        string[] lines = Message().Split(Environment.NewLine);

        Assert.HasCount(21, lines);
        Assert.EndsWith("has 25 problems; the first 20:", lines[0]);
        Assert.Contains("bad19.png", lines[20]);
    }

    [TestMethod]
    public void AHugeImageIsRefusedBeforeItIsDecoded()
    {
        byte[] png = TestFolder.Image(SKEncodedImageFormat.Png);
        // Width and height of the PNG header, which its checksum follows.
        byte[] huge = [.. png];
        (huge[16], huge[17], huge[18], huge[19]) = (0, 0, 0xFF, 0xFF);
        (huge[20], huge[21], huge[22], huge[23]) = (0, 0, 0xFF, 0xFF);
        uint checksum = Crc32(huge.AsSpan(12, 17));
        for (int i = 0; i < 4; i++) huge[29 + i] = (byte)(checksum >> (24 - (8 * i)));
        _folder.WithClasses(1, "a");
        _folder.Write("a/huge.png", huge);

        AssertNamed(Message(), "a/huge.png", "declares 65535 x 65535 pixels, more than the limit of 64000000");
        Assert.Contains("declares 16 x 16 pixels", Message(new ImageFolderOptions { MaxPixels = 255 }));
    }

    [TestMethod]
    public void LinksMayNotLeaveTheFolder()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Making links needs special rights on Windows.");
        using var outside = new TestFolder();
        string secret = outside.Write("x.png", TestFolder.Image(SKEncodedImageFormat.Png));
        _folder.WithClasses(2, "a");
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "a/inside.png"), "000.png");
        Assert.AreEqual(3L, _ml.SswpNas().LoadImageFolder(_folder.Root).GetRowCount());

        File.CreateSymbolicLink(Path.Combine(_folder.Root, "a/out.png"), secret);
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "a/broken.png"), "nowhere.png");
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "a/loop.png"), "loop.png");
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "b"), outside.Root);
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "a/through.png"), "../b/x.png");
        string message = Message();

        Assert.Contains("has 5 problems", message);
        AssertNamed(message, "a/out.png", "is a link that leaves the image folder, to '");
        AssertNamed(message, "a/through.png", "is a link that leaves the image folder, to '");
        AssertNamed(message, "b", "is a link that leaves the image folder, to '");
        AssertNamed(message, "a/broken.png", "does not exist");
        AssertNamed(message, "a/loop.png", "cannot be read: ");
    }

    [TestMethod]
    public void AFolderMayItselfBeALink()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Making links needs special rights on Windows.");
        using var other = new TestFolder();
        _folder.WithClasses(2, "a");
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "a/inside.png"), "000.png");
        string link = Path.Combine(other.Root, "link");
        Directory.CreateSymbolicLink(link, _folder.Root);

        Assert.AreEqual(3L, _ml.SswpNas().LoadImageFolder(link).GetRowCount());
    }

    [TestMethod]
    public void AFileInUseIsNamed()
    {
        _folder.WithClasses(2, "a");
        using var locked = new FileStream(
            Path.Combine(_folder.Root, "a/001.png"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        AssertNamed(Message(), "a/001.png", "cannot be read: ");
    }

    [TestMethod]
    public void AnUnreadableFolderIsNamed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Unix permissions only.");
            return;
        }

        _folder.WithClasses(1, "a", "b");
        string folder = Path.Combine(_folder.Root, "b");
        File.SetUnixFileMode(folder, UnixFileMode.None);
        try
        {
            if (Environment.IsPrivilegedProcess) Assert.Inconclusive("The superuser may read everything.");
            AssertNamed(Message(), "b", "cannot be read: ");
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [TestMethod]
    public void FoldersThatHoldNothingUsefulAreNamed()
    {
        Assert.Contains("has no class folders", Message());
        _folder.WithClasses(1, "a");
        Directory.CreateDirectory(Path.Combine(_folder.Root, "void"));
        AssertNamed(Message(), "void", "has no images (png, jpg, jpeg, jpe");
        string missing = Path.Combine(_folder.Root, "missing");
        Assert.Contains(
            $"'{missing}' does not exist or is not a folder",
            Assert.ThrowsExactly<InvalidDataException>(() => _ml.SswpNas().LoadImageFolder(missing)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().LoadImageFolder(" "));
    }

    [TestMethod]
    public void ALimitIsStratifiedNestedAndSeeded()
    {
        _folder.WithClasses(20, "a", "b", "c");
        string[] six = Paths(6, 1);

        Assert.HasCount(6, six);
        Assert.HasCount(2, six.Where(p => p.Contains("/b/", StringComparison.Ordinal)));
        CollectionAssert.IsSubsetOf(six, Paths(31, 1));
        Assert.HasCount(30, Paths(31, 1));
        CollectionAssert.AreEqual(six, Paths(6, 1));
        CollectionAssert.AreNotEqual(six, Paths(6, 2));
        Assert.HasCount(60, Paths(1000, 1));
        Assert.Contains("has 3 classes, more than the limit of 2 images", Message(new() { Limit = 2 }));

        string[] Paths(int limit, int seed) => [.. _ml.SswpNas()
            .LoadImageFolder(_folder.Root, new() { Limit = limit, Seed = seed })
            .GetColumn<string>("ImagePath").Select(p => p.Replace('\\', '/'))];
    }

    [TestMethod]
    public void ImagesOfTheUnlabelledFolderComeLastAndHaveNoLabel()
    {
        _folder.WithClasses(2, "a", "unsorted", "z");

        IDataView data = _ml.SswpNas().LoadImageFolder(_folder.Root, new() { UnlabelledFolder = "unsorted" });

        CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 2, 0, 0 }, data.GetColumn<uint>("Label").ToArray());
        Assert.EndsWith(Path.Combine("unsorted", "001.png"), data.GetColumn<string>("ImagePath").Last());
        CollectionAssert.AreEqual(new[] { "a", "z" }, LabelColumn.Of(data.Schema, "Label").ClassNames);
        IDataView three = _ml.SswpNas().LoadImageFolder(_folder.Root, new() { UnlabelledFolder = "unsorted", Limit = 3 });
        CollectionAssert.AreEqual(new uint[] { 1, 2, 0 }, three.GetColumn<uint>("Label").ToArray());
        string message = Message(new ImageFolderOptions { UnlabelledFolder = "Unsorted" });
        Assert.StartsWith($"The image folder '{_folder.Root}' has no folder 'Unsorted'. Expected: one of that name", message);
    }

    [TestMethod]
    public void TheUnlabelledFolderIsANameAndOfLoadImageFolderOnly()
    {
        foreach (string name in new[] { "", "a/b", "..", ".git" })
        {
            string message = Assert.ThrowsExactly<ArgumentException>(
                () => _ml.SswpNas().LoadImageFolder(_folder.Root, new() { UnlabelledFolder = name })).Message;
            Assert.StartsWith($"ImageFolderOptions: UnlabelledFolder is '{name}'; expected: the name of a folder", message);
        }

        Assert.StartsWith(
            "ImageFolderOptions: UnlabelledFolder is 'x'; expected: null",
            Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().LoadTinyImageNet(_folder.Root, options: new() { UnlabelledFolder = "x" })).Message);
    }

    [TestMethod]
    public void AllOptionsOutOfRangeAreReported()
    {
        var options = new ImageFolderOptions { Limit = 0, MaxPixels = 0, MaxFileBytes = 0 };

        string message = Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().LoadImageFolder(_folder.Root, options)).Message;

        Assert.AreEqual(
            "ImageFolderOptions: Limit is 0; expected: at least 1, or null for all images; "
            + "MaxPixels is 0; expected: 1 to 500000000; MaxFileBytes is 0; expected: 1 to 1073741824.",
            message);
    }

    // 2 x 2 pixels; SkiaSharp does not write these formats.
    internal static byte[] Gif => Convert.FromHexString(
        "47494638396102000200800000000000FFFFFF2C00000000020002000002038C0D05003B");

    internal static byte[] Bmp =>
    [
        .. "BM"u8, 70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0,
        40, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 24, 0, 0, 0, 0, 0, 16, 0, 0, 0,
        19, 11, 0, 0, 19, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 255, 0, 255, 0, 0, 0,
        255, 0, 0, 255, 255, 255, 0, 0,
    ];

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }

    private string Message(ImageFolderOptions? options = null) => Assert.ThrowsExactly<InvalidDataException>(
        () => _ml.SswpNas().LoadImageFolder(_folder.Root, options)).Message;

    private void AssertNamed(string message, string file, string problem) =>
        Assert.Contains($"'{Path.Combine(_folder.Root, file)}' {problem}", message);
}
