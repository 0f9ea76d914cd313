using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Objectives.Views;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class PixelStoreTests
{
    private static readonly ImageShape Shape = new(3, 4, 4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sswpnas-");

    [TestCleanup]
    public void End() => _folder.Delete(recursive: true);

    [TestMethod]
    public void AMappedStoreHoldsTheSameImages()
    {
        PixelStore memory = TestImages.Random(Shape, 50);

        using PixelStore mapped = Write(memory, new PixelStorage(0, _folder.FullName), expected: 50);

        Assert.IsTrue(mapped.IsMapped);
        Assert.IsFalse(memory.IsMapped);
        Assert.AreEqual(memory.Fingerprint(), mapped.Fingerprint());
        foreach (int i in new[] { 49, 0, 31, 7, 7 }) CollectionAssert.AreEqual(memory[i].ToArray(), mapped[i].ToArray());
    }

    [TestMethod]
    public void ImagesGoToAFileWhenTheyBecomeTooMany()
    {
        PixelStore memory = TestImages.Random(Shape, 20);

        using PixelStore fits = Write(memory, new PixelStorage(20 * Shape.Size, _folder.FullName), expected: null);
        using PixelStore spilt = Write(memory, new PixelStorage((20 * Shape.Size) - 1, _folder.FullName), expected: null);

        Assert.IsFalse(fits.IsMapped);
        Assert.IsTrue(spilt.IsMapped);
        Assert.AreEqual(memory.Fingerprint(), spilt.Fingerprint());
    }

    [TestMethod]
    public void TheFileHasNoNameWhileItIsUsed()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Windows deletes the file when it is closed.");

        using PixelStore mapped = Write(TestImages.Random(Shape, 5), new PixelStorage(0, _folder.FullName), 5);

        Assert.IsEmpty(_folder.GetFileSystemInfos());
        Assert.AreEqual(Shape.Size, mapped[4].Length);
    }

    [TestMethod]
    public void AStoreThatIsDisposedIsNotRead()
    {
        PixelStore mapped = Write(TestImages.Random(Shape, 5), new PixelStorage(0, _folder.FullName), 5);
        mapped.Dispose();
        mapped.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => mapped[0].Length);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(5)]
    public void ThereIsNothingBesideTheImages(int index)
    {
        using PixelStore mapped = Write(TestImages.Random(Shape, 5), new PixelStorage(0, _folder.FullName), 5);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => mapped[index].Length);
    }

    [TestMethod]
    public void ImagesBeyondTwoGigabytesAreFound()
    {
        // A hole in the file costs no space: only the last images are written.
        ImageShape shape = new(3, 64, 64);
        const int First = 180_000;
        FileStream stream = new(
            Path.Combine(_folder.FullName, "sparse"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 1,
            FileOptions.DeleteOnClose);
        stream.SetLength((long)First * shape.Size);
        stream.Seek(0, SeekOrigin.End);
        PixelStore images = TestImages.Random(shape, 3);
        PixelFile file = new(stream);
        for (int i = 0; i < 3; i++) file.Write(images[i]);
        file.Map();

        using PixelStore store = new(shape, images.Range, file, First + 3);

        Assert.IsGreaterThan(int.MaxValue, file.Length);
        for (int i = 0; i < 3; i++) CollectionAssert.AreEqual(images[i].ToArray(), store[First + i].ToArray());
        Assert.AreEqual(0, store[First - 1].ToArray().Max());
    }

    [TestMethod]
    public void TooLittleSpaceIsSaidBeforeAnythingIsRead()
    {
        MLContext ml = new();
        CountedView data = new(TestRow.View(ml, 2, 2), rowCount: 1L << 50);

        var error = Assert.ThrowsExactly<IOException>(() => PixelReader.Read(
            data, "Pixels", new PixelReading(new PixelStorage(1 << 20, _folder.FullName), 1)));

        Assert.Contains($"The images take {4L << 50} bytes in a temporary file, but '{_folder.FullName}' has", error.Message);
        Assert.Contains("StoreMemoryLimit", error.Message);
        Assert.AreEqual(0, data.Cursors);
    }

    [TestMethod]
    public void AFullDiskIsOneClearError()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("/dev/full is Linux's.");
        using PixelFile file = new(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 4096));
        byte[] image = new byte[3000];

        var error = Assert.ThrowsExactly<IOException>(() =>
        {
            for (int i = 0; i < 3; i++) file.Write(image);
        });

        Assert.StartsWith("The images' temporary file cannot be written beyond", error.Message);
        Assert.Contains("No space left on device", error.Message);
        Assert.Contains("MLContext.TempFilePath", error.Message);
    }

    [TestMethod]
    public void AFolderThatIsMissingIsNamed()
    {
        string missing = Path.Combine(_folder.FullName, "missing");

        var error = Assert.ThrowsExactly<IOException>(() => Write(TestImages.Random(Shape, 1), new PixelStorage(0, missing), 1));

        Assert.Contains(missing, error.Message);
    }

    /// <summary>Alone: what other tests hold is in the count.</summary>
    [TestMethod]
    [DoNotParallelize]
    public void MemoryPastTheLimitDoesNotDependOnTheNumberOfImages()
    {
        ImageShape shape = new(1, 32, 32);
        PixelStorage storage = new(1 << 20, _folder.FullName);

        long few = HeldBy(shape, storage, images: 5_000);
        long many = HeldBy(shape, storage, images: 100_000);

        Assert.IsLessThan(1 << 20, many - few, $"{few} bytes with 5,000 images, {many} with 100,000 (102 MB of pixels)");
    }

    private static long HeldBy(ImageShape shape, PixelStorage storage, int images)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using PixelStoreWriter writer = new(shape, storage, expected: null);
        for (int i = 0; i < images; i++)
        {
            byte[] image = new byte[shape.Size];
            image[i % shape.Size] = 255;
            writer.Add(image);
        }

        using PixelStore store = writer.ToStore(new PixelRange(0, 255));
        Assert.IsTrue(store.IsMapped);
        Assert.AreEqual(255, store[images - 1][(images - 1) % shape.Size]);
        return GC.GetTotalMemory(forceFullCollection: true) - before;
    }

    private static PixelStore Write(PixelStore images, PixelStorage storage, long? expected)
    {
        using PixelStoreWriter writer = new(images.Shape, storage, expected);
        for (int i = 0; i < images.Count; i++) writer.Add(images[i].ToArray());
        return writer.ToStore(images.Range);
    }
}
