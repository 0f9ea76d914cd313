using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Storage;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Fuzz;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Hostile;

/// <summary>Files and folders made to harm: pipes, devices, links that leave, sizes that are not there, bombs.</summary>
[TestClass]
public sealed partial class HostileFileTests : IDisposable
{
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(20); // on a machine with other work

    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [Timeout(60_000)]
    public void APipeIsNeverWaitedFor()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Named pipes of Unix only.");
        using SavedResult saved = new();
        string pipe = Path.Combine(_folder.Root, "pipe");
        Assert.AreEqual(0, MakePipe(pipe, 0x1B6));
        foreach (string name in ResultFolder.OfSearch.Contents.Append(Sha256Sums.FileName))
        {
            byte[] whole = saved.Bytes(name);
            File.Delete(saved.PathOf(name));
            File.CreateSymbolicLink(saved.PathOf(name), pipe);
            Assert.Contains(name, saved.Refusal());
            File.Delete(saved.PathOf(name));
            File.WriteAllBytes(saved.PathOf(name), whole);
        }

        File.CreateSymbolicLink(Path.Combine(_folder.Root, "train.bin"), pipe);
        Assert.Contains("a regular file was expected", Refusal(() => _ml.SswpNas().LoadCifar100(_folder.Root)));
        Assert.Contains("a regular file was expected", Refusal(() => OnnxModelInfo.Read(pipe)));
        Assert.Contains("a regular file was expected", Refusal(() => _ml.SswpNas().LoadModel(pipe, out _)));
        Assert.Contains("a regular file was expected", Refusal(() => _ml.SswpNas().LoadModel("/dev/zero", out _)));
    }

    [TestMethod]
    [Timeout(60_000)]
    public void ASizeBeyondTheLimitIsRefusedBeforeItIsRead()
    {
        using SavedResult saved = new();
        using (FileStream file = File.OpenWrite(saved.PathOf(ResultFolder.Weights))) file.SetLength(1L << 40);
        Assert.Contains("at most 1073741824", saved.Refusal());

        string large = Path.Combine(_folder.Root, "large");
        using (FileStream file = File.Create(large)) file.SetLength(1L << 40);
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "train.bin"), large);
        Assert.Contains("1099511627776 bytes", Refusal(() => _ml.SswpNas().LoadCifar100(_folder.Root)));
        Assert.Contains("at most 268435456", Refusal(() => OnnxModelInfo.Read(large)));
        Assert.Contains("at most 268435456", Refusal(() => _ml.SswpNas().LoadModel(large, out _)));
        File.Delete(Path.Combine(_folder.Root, "train.bin"));

        _folder.WithClasses(1, "a");
        File.CreateSymbolicLink(Path.Combine(_folder.Root, "a", "large.png"), large);
        Assert.Contains("more than the limit of 268435456", Refusal(() => _ml.SswpNas().LoadImageFolder(_folder.Root)));
        Assert.Contains(
            "more than the limit of 100", Refusal(() => _ml.SswpNas().LoadImageFolder(_folder.Root, new() { MaxFileBytes = 100 })));
    }

    [TestMethod]
    public void ALinkAnywhereInAPathMayNotLeaveTheFolder()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Making links needs special rights on Windows.");
        using TestFolder outside = new();
        byte[] image = TestFolder.Image(SKEncodedImageFormat.Jpeg);
        outside.Write("n02/images/n02_0.JPEG", image);
        outside.Write("images/val_0.JPEG", image);
        _folder.Write("train/n01/images/n01_0.JPEG", image);
        _folder.Write("val/val_annotations.txt", "val_0.JPEG\tn01\n"u8.ToArray());
        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "val", "images"), Path.Combine(outside.Root, "images"));
        Assert.Contains("leaves the image folder", Refusal(() => _ml.SswpNas().LoadTinyImageNet(_folder.Root, DatasetPart.Test)));

        Directory.CreateSymbolicLink(Path.Combine(_folder.Root, "train", "n02"), Path.Combine(outside.Root, "n02"));
        Assert.Contains("leaves the image folder", Refusal(() => _ml.SswpNas().LoadTinyImageNet(_folder.Root)));
    }

    /// <summary>A part of 256 MiB of one byte, which takes 1 MB in the file: a comment, a colour profile, the pixels themselves.</summary>
    [TestMethod]
    [DoNotParallelize]
    [DataRow("zTXt", "comment\0\0")]
    [DataRow("iCCP", "profile\0\0")]
    [DataRow("IDAT", "")]
    [Timeout(120_000)]
    public void AnImageThatUnpacksToMuchMoreTakesNoMoreMemory(string type, string before)
    {
        byte[] png = TestFolder.Image(SKEncodedImageFormat.Png);
        (string Type, byte[] Content)[] chunks = [.. PngEdits.Chunks(png)];
        byte[] content = [.. Encoding.ASCII.GetBytes(before), .. Bomb];
        byte[] bomb = type == "IDAT"
            ? PngEdits.Of(png, chunks.Select(chunk => chunk.Type == type ? (type, content) : chunk))
            : PngEdits.Of(png, [chunks[0], (type, content), .. chunks[1..]]);
        string path = _folder.Write("a/x.png", bomb);
        ImageCheck.Problem(path, _folder.Root, new ImageLimits(1 << 20, 1 << 26));
        long resident = Environment.WorkingSet;
        Stopwatch clock = Stopwatch.StartNew();

        Console.WriteLine(ImageCheck.Problem(path, _folder.Root, new ImageLimits(1 << 20, 1 << 26)) ?? "taken");

        Assert.IsLessThan(Quickly, clock.Elapsed);
        Assert.IsLessThan(64L << 20, Environment.WorkingSet - resident);
    }

    [TestMethod]
    public void NothingIsWrittenOutsideOfTheFolder()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("Making links needs special rights on Windows.");
        using SavedResult saved = new();
        string foreign = _folder.Write("foreign.txt", "mine"u8.ToArray());
        File.Delete(saved.PathOf(ResultFolder.Genotype));
        File.CreateSymbolicLink(saved.PathOf(ResultFolder.Genotype), foreign);

        SearchResultSamples.Make(seed: 6).Save(saved.Folder);

        Assert.AreEqual("mine", File.ReadAllText(foreign));
        Assert.AreEqual(6, SearchResult.Load(saved.Folder).Seed);
        Assert.IsNull(new FileInfo(saved.PathOf(ResultFolder.Genotype)).LinkTarget);
    }

    private static byte[] Bomb
    {
        get
        {
            using MemoryStream packed = new();
            using (ZLibStream stream = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; i < 256; i++) stream.Write(zeros);
            }

            return packed.ToArray();
        }
    }

    private static string Refusal(Action action) => Assert.ThrowsExactly<InvalidDataException>(action).Message;

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
