using System.IO.Compression;
using System.Reflection;
using SswpNas.MLNet.Build;
using SswpNas.MLNet.Numerics;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Native;

/// <summary>The library that the build put into this very output, and the one in the NuGet cache.</summary>
[TestClass]
public sealed class MendedLibraryTests
{
    private const string FileName = "libLibTorchSharp.so";
    private const string PathInPackage = "runtimes/linux-x64/native/" + FileName;

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("sswpnas-native-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, true);

    [TestMethod]
    public void TheOutputDiffersFromThePackageInOneFlag()
    {
        byte[] package = File.ReadAllBytes(PackageFile());
        byte[] output = File.ReadAllBytes(OutputFile());

        int flags = GlibcxxWeakVersionTests.Differences(package, output).Single();

        // vna_flags follows vna_hash in its entry; VER_FLG_WEAK is 2.
        Assert.AreEqual(0, BitConverter.ToUInt16(package, flags));
        Assert.AreEqual(2, BitConverter.ToUInt16(output, flags));
        Assert.AreEqual(ElfHash("GLIBCXX_3.4.32"), BitConverter.ToUInt32(package, flags - 4));
    }

    [TestMethod]
    public void TheNuGetCacheIsAsTheArchiveItCameFrom()
    {
        string root = Path.GetFullPath("../../..", Path.GetDirectoryName(PackageFile())!);
        string archive = Directory.GetFiles(root, "torchsharp.*.nupkg").Single();
        using ZipArchive zip = ZipFile.OpenRead(archive);
        using Stream entry = zip.GetEntry(PathInPackage)!.Open();
        using MemoryStream original = new();
        entry.CopyTo(original);

        Assert.IsTrue(original.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(PackageFile())));
    }

    [TestMethod]
    public void WritingItAgainChangesNothing()
    {
        string destination = Path.Combine(_folder, "deep", FileName);
        Assert.AreEqual(GlibcxxDemand.Weakened, GlibcxxWeakVersion.WriteMended(PackageFile(), destination));

        Assert.AreEqual(GlibcxxDemand.Weakened, GlibcxxWeakVersion.WriteMended(PackageFile(), destination));
        Assert.AreEqual(GlibcxxDemand.AlreadyWeak, GlibcxxWeakVersion.WriteMended(destination, destination));

        Assert.IsTrue(File.ReadAllBytes(OutputFile()).AsSpan().SequenceEqual(File.ReadAllBytes(destination)));
        Assert.IsGreaterThan(File.GetLastWriteTimeUtc(PackageFile()), File.GetLastWriteTimeUtc(destination));
        Assert.HasCount(1, Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void AnOldFileIsReplacedNotWrittenInto()
    {
        string destination = Path.Combine(_folder, FileName);
        File.WriteAllBytes(destination, [1, 2, 3]);
        using FileStream old = new(destination, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

        GlibcxxWeakVersion.WriteMended(PackageFile(), destination);

        // Whoever has a link to the old file, or has it loaded, keeps what it had.
        Assert.AreEqual(3, old.Length);
        Assert.AreEqual(new FileInfo(PackageFile()).Length, new FileInfo(destination).Length);
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void ADamagedLibraryIsNamedAndNothingIsWritten()
    {
        byte[] whole = File.ReadAllBytes(PackageFile());
        string source = Path.Combine(_folder, "damaged.so");
        string destination = Path.Combine(_folder, FileName);
        for (int trial = 0; trial < 40; trial++)
        {
            RandomStream random = new(11, RandomPurpose.DataSplit, trial);
            File.WriteAllBytes(source, whole[..random.NextInt(whole.Length)]);

            InvalidDataException e = Assert.ThrowsExactly<InvalidDataException>(
                () => GlibcxxWeakVersion.WriteMended(source, destination));

            StringAssert.Contains(e.Message, source);
            Assert.HasCount(1, Directory.GetFiles(_folder));
        }
    }

    private static string OutputFile()
    {
        string[] places = [.. new[] { PathInPackage, FileName }.Select(p => Path.Combine(AppContext.BaseDirectory, p))];
        return places.FirstOrDefault(File.Exists)
            ?? throw new AssertFailedException($"Neither {string.Join(" nor ", places)} is in the output.");
    }

    private static string PackageFile()
    {
        string packages = typeof(MendedLibraryTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "NuGetPackageRoot").Value!;
        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        string path = Path.Combine(packages, "torchsharp", version, PathInPackage);
        return File.Exists(path)
            ? path
            : throw new AssertFailedException($"The NuGet cache has no '{path}': build the tests here again.");
    }

    /// <summary>The hash of a version's name, as the System V ABI defines it.</summary>
    private static uint ElfHash(string name)
    {
        uint hash = 0;
        foreach (char c in name)
        {
            hash = (hash << 4) + c;
            uint high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
