using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using SkiaSharp;

namespace SswpNas.MLNet.Tests.Package;

/// <summary>What <c>dotnet pack</c> makes.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class PackageTests
{
    private const string Library = "lib/net10.0/SswpNas.MLNet.dll";

    private static PackedLibrary _packed = null!;

    [ClassInitialize]
    public static void Pack(TestContext _) => _packed = new PackedLibrary();

    [ClassCleanup]
    public static void End() => _packed.Dispose();

    [TestMethod]
    public void ItHoldsTheLibraryItsTextsAndTheRepairAndNothingElse()
    {
        string[] expected =
        [
            "README.md", "build/GlibcxxWeakVersion.cs", "build/SswpNas.MLNet.targets", "buildTransitive/GlibcxxWeakVersion.cs",
            "buildTransitive/SswpNas.MLNet.targets", "icon.png", Library, "lib/net10.0/SswpNas.MLNet.xml",
        ];
        string[] content = [.. PackedLibrary.Entries(_packed.Package).Where(e => e != "SswpNas.MLNet.nuspec" && !IsPackaging(e))];
        CollectionAssert.AreEqual(expected, content);
    }

    [TestMethod]
    public void ItSaysWhatItIs()
    {
        XElement metadata = Metadata();
        Assert.AreEqual("SswpNas.MLNet", Value(metadata, "id"));
        Assert.AreEqual("MIT", Value(metadata, "license"));
        Assert.AreEqual("README.md", Value(metadata, "readme"));
        Assert.AreEqual("icon.png", Value(metadata, "icon"));
        Assert.IsGreaterThan(40, Value(metadata, "description").Length);
        using SKBitmap icon = SKBitmap.Decode(PackedLibrary.Read(_packed.Package, "icon.png"));
        Assert.AreEqual((128, 128), (icon.Width, icon.Height));
    }

    [TestMethod]
    public void ItLeavesTheChoiceOfLibtorchToTheApplication()
    {
        string[] dependencies = [.. Metadata().Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => e.Attribute("id")!.Value)];
        Assert.Contains("TorchSharp", dependencies);
        Assert.Contains("Microsoft.ML", dependencies);
        foreach (string id in dependencies)
        {
            Assert.IsFalse(id.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase), id);
            Assert.IsFalse(id.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase), id);
        }
    }

    [TestMethod]
    public void TheCommentsAreThoseOfTheLibrary() => CollectionAssert.AreEqual(
        File.ReadAllBytes(Path.ChangeExtension(typeof(SearchResult).Assembly.Location, ".xml")),
        PackedLibrary.Read(_packed.Package, "lib/net10.0/SswpNas.MLNet.xml"));

    [TestMethod]
    public void SymbolsHoldTheSources()
    {
        Assert.Contains("lib/net10.0/SswpNas.MLNet.pdb", PackedLibrary.Entries(_packed.Symbols));
        byte[] pdb = PackedLibrary.Read(_packed.Symbols, "lib/net10.0/SswpNas.MLNet.pdb");
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(pdb));
        MetadataReader reader = provider.GetMetadataReader();
        Guid embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
        int embedded = reader.CustomDebugInformation.Count(h => reader.GetGuid(reader.GetCustomDebugInformation(h).Kind) == embeddedSource);
        int named = reader.Documents.Count(h => reader.GetString(reader.GetDocument(h).Name).EndsWith(".cs", StringComparison.Ordinal));
        Assert.AreEqual(named, embedded);
        Assert.IsGreaterThan(100, embedded);

        using PEReader library = new(new MemoryStream(PackedLibrary.Read(_packed.Package, Library)));
        CodeViewDebugDirectoryData link = library.ReadCodeViewDebugDirectoryData(
            library.ReadDebugDirectory().Single(e => e.Type == DebugDirectoryEntryType.CodeView));
        Assert.AreEqual(new BlobContentId(reader.DebugMetadataHeader!.Id).Guid, link.Guid, "the symbols are another build's");
        Assert.Contains(
            e => e.Type == DebugDirectoryEntryType.Reproducible, library.ReadDebugDirectory(), "the build is not deterministic");
    }

    [TestMethod]
    public void PackingAgainGivesTheSameContent()
    {
        string again = Path.Combine(_packed.Root, "again");
        PackedLibrary.Pack(again);
        string second = Directory.GetFiles(again, "*.nupkg").Single();
        foreach (string entry in PackedLibrary.Entries(_packed.Package).Where(e => !IsPackaging(e)))
        {
            Assert.AreEqual(
                Convert.ToHexString(SHA256.HashData(PackedLibrary.Read(_packed.Package, entry))),
                Convert.ToHexString(SHA256.HashData(PackedLibrary.Read(second, entry))), entry);
        }
    }

    private static XElement Metadata() => XDocument.Parse(
        Encoding.UTF8.GetString(PackedLibrary.Read(_packed.Package, "SswpNas.MLNet.nuspec")).TrimStart('\uFEFF')).Root!.Elements().First();

    private static string Value(XElement metadata, string name) =>
        metadata.Elements().Single(e => e.Name.LocalName == name).Value;

    /// <summary>Entries that the package format itself asks for.</summary>
    private static bool IsPackaging(string entry) =>
        entry.StartsWith("_rels/", StringComparison.Ordinal) || entry.StartsWith("package/", StringComparison.Ordinal)
        || entry == "[Content_Types].xml";
}
