using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class SearchResultFileTests
{
    private static readonly string[] _files = [.. ResultFolder.OfSearch.Contents, Sha256Sums.FileName];

    [TestMethod]
    [DataRow(StemKind.Cifar)]
    [DataRow(StemKind.ImageNet)]
    [DataRow(StemKind.Strided)]
    public void ALoadedResultEqualsTheSavedOneBitForBit(StemKind stem)
    {
        SearchResult saved = SearchResultSamples.Make(stem: stem);
        using SavedResult files = new(saved);
        AssertEqual(saved, SearchResult.Load(files.Folder));
        string again = Path.Combine(files.Root, "again");
        SearchResult.Load(files.Folder).Save(again);
        AssertSameFiles(files, again);
    }

    [TestMethod]
    public void AResultIsSavedTheSameInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        using SavedResult files = new();
        try
        {
            NumberFormatInfo unusual = new() { NumberDecimalSeparator = ",", NegativeSign = "~" };
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = unusual };
            string other = Path.Combine(files.Root, "other");
            SearchResultSamples.Make().Save(other);
            AssertSameFiles(files, other);
            AssertEqual(SearchResultSamples.Make(), SearchResult.Load(other));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void TheFolderHoldsADocumentAGenotypeAndTensors()
    {
        using SavedResult files = new();
        string[] expected = [.. _files.Select(files.PathOf)];
        CollectionAssert.AreEquivalent(expected, Directory.GetFileSystemEntries(files.Folder));
        CollectionAssert.AreEqual(new[] { files.Folder }, Directory.GetFileSystemEntries(files.Root));
        SearchResult saved = SearchResultSamples.Make();
        Assert.AreEqual(saved.Genotype, Genotype.Parse(File.ReadAllText(files.PathOf("genotype.txt"))));
        using var json = JsonDocument.Parse(files.Bytes("result.json"));
        Assert.AreEqual(2, json.RootElement.GetProperty("format").GetInt32());
        JsonElement data = json.RootElement.GetProperty("data");
        Assert.AreEqual("fedcba9876543210", data.GetProperty("fingerprint").GetString());
        Assert.AreEqual("Prune", json.RootElement.GetProperty("history")[2].GetProperty("phase").GetString());
    }

    [TestMethod]
    public void AResultOfFormatOneIsReadWithoutWhatItLacked()
    {
        using SavedResult files = new();
        JsonNode json = JsonNode.Parse(files.Bytes("result.json"))!;
        json["format"] = 1;
        foreach (JsonNode? epoch in json["history"]!.AsArray())
            foreach (string name in new[] { "cellEntropies", "unrestrictedSkips", "alphasStopped" }) epoch!.AsObject().Remove(name);
        files.Alter("result.json", Encoding.UTF8.GetBytes(json.ToJsonString()));

        SearchResult loaded = SearchResult.Load(files.Folder);

        Assert.HasCount(3, loaded.History);
        Assert.IsNull(loaded.AlphasStoppedAfter);
        Assert.IsTrue(loaded.History.All(e => e.CellEntropies.Count == 0 && e.UnrestrictedSkips.Count == 0));
    }

    [TestMethod]
    public void AResultWithoutEpochsIsKept()
    {
        SearchResult some = SearchResultSamples.Make();
        SearchResult none = new(some.Network, [], []);
        using SavedResult files = new(none);
        Assert.IsEmpty(SearchResult.Load(files.Folder).History);
    }

    [TestMethod]
    public void ASavedResultIsReplacedAsAWhole()
    {
        using SavedResult files = new();
        SearchResult other = SearchResultSamples.Make(seed: 6, channels: 4);
        SearchResult.EnsureCanSave(files.Folder);
        other.Save(files.Folder + Path.DirectorySeparatorChar);
        AssertEqual(other, SearchResult.Load(files.Folder));
        CollectionAssert.AreEqual(new[] { files.Folder }, Directory.GetFileSystemEntries(files.Root));
    }

    [TestMethod]
    public void AFailedSaveLeavesTheOldResult()
    {
        using SavedResult files = new();
        SearchResult some = SearchResultSamples.Make();
        // Fails at the last but one file, when most is written.
        SearchResult broken = new(some.Network with { Weights = null! }, some.History, some.AlphaHistory);
        Assert.Throws<NullReferenceException>(() => broken.Save(files.Folder));
        AssertEqual(some, SearchResult.Load(files.Folder));
        CollectionAssert.AreEqual(new[] { files.Folder }, Directory.GetFileSystemEntries(files.Root));
    }

    [TestMethod]
    public void ALinkedFolderIsReplacedBehindTheLink()
    {
        using SavedResult files = new();
        string link = Path.Combine(files.Root, "link");
        Directory.CreateSymbolicLink(link, files.Folder);
        SearchResult other = SearchResultSamples.Make(seed: 6);
        other.Save(link);
        Assert.AreEqual(files.Folder, new DirectoryInfo(link).LinkTarget);
        AssertEqual(other, SearchResult.Load(files.Folder));
    }

    [TestMethod]
    public void ANewOrEmptyFolderIsTaken()
    {
        using SavedResult files = new();
        SearchResult result = SearchResultSamples.Make();
        string empty = Directory.CreateDirectory(Path.Combine(files.Root, "empty")).FullName;
        string deep = Path.Combine(files.Root, "a", "b", "c");
        SearchResult.EnsureCanSave(empty);
        SearchResult.EnsureCanSave(deep);
        Assert.IsFalse(Directory.Exists(Path.Combine(files.Root, "a")), "The check leaves nothing behind.");
        Assert.IsEmpty(Directory.GetFileSystemEntries(empty));
        result.Save(empty);
        result.Save(deep);
        AssertEqual(result, SearchResult.Load(empty));
        AssertEqual(result, SearchResult.Load(deep));
    }

    [TestMethod]
    [DataRow("thesis.docx")]
    [DataRow("genotype.txt")]
    public void AForeignFolderIsRefusedAndNamed(string name)
    {
        using SavedResult files = new();
        string foreign = Directory.CreateDirectory(Path.Combine(files.Root, "foreign")).FullName;
        File.WriteAllText(Path.Combine(foreign, name), "mine");
        Action[] saves = [() => SearchResult.EnsureCanSave(foreign), () => SearchResultSamples.Make().Save(foreign)];
        foreach (Action save in saves)
            Assert.Contains($"'{name}'", Assert.ThrowsExactly<IOException>(save).Message);
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(foreign, name)));
        Assert.HasCount(2, Directory.GetFileSystemEntries(files.Root));
    }

    [TestMethod]
    public void AResultWithSomethingElseBesideItIsNotReplaced()
    {
        using SavedResult files = new();
        Directory.CreateDirectory(files.PathOf("notes"));
        IOException refusal = Assert.ThrowsExactly<IOException>(() => SearchResultSamples.Make().Save(files.Folder));
        Assert.Contains("'notes'", refusal.Message);
        Assert.IsTrue(Directory.Exists(files.PathOf("notes")));
    }

    [TestMethod]
    public void APlaceThatCannotBeWrittenIsFoundBeforehand()
    {
        using SavedResult files = new();
        List<string> bad = [files.PathOf("result.json"), Path.Combine(files.PathOf("result.json"), "below"), "/"];
        if (OperatingSystem.IsLinux()) bad.AddRange(["/proc/found", "/proc/1/a/found"]);
        foreach (string folder in bad)
        {
            Assert.ThrowsExactly<IOException>(() => SearchResult.EnsureCanSave(folder), folder);
            Assert.ThrowsExactly<IOException>(() => SearchResultSamples.Make().Save(folder), folder);
        }

        Assert.ThrowsExactly<ArgumentException>(() => SearchResult.EnsureCanSave(" "));
    }

    [TestMethod]
    public void MissingFilesAndFoldersAreNamed()
    {
        using SavedResult files = new();
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => SearchResult.Load(files.PathOf("nowhere")));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => SearchResult.Load(files.PathOf("result.json")));
        foreach (string name in _files)
        {
            using SavedResult other = new();
            File.Delete(other.PathOf(name));
            FileNotFoundException missing =
                Assert.ThrowsExactly<FileNotFoundException>(() => SearchResult.Load(other.Folder));
            Assert.Contains(name, missing.Message);
        }
    }

    private static void AssertEqual(SearchResult expected, SearchResult actual)
    {
        Assert.AreEqual(expected.Macro, actual.Macro);
        Assert.AreEqual(expected.Genotype, actual.Genotype);
        Assert.AreEqual(expected.Network.Range, actual.Network.Range);
        CollectionAssert.AreEqual(expected.Network.Normalization.Mean, actual.Network.Normalization.Mean);
        CollectionAssert.AreEqual(expected.Network.Normalization.StandardDeviation, actual.Network.Normalization.StandardDeviation);
        Assert.AreEqual(expected.Settings with { Options = actual.Settings.Options }, actual.Settings);
        CollectionAssert.AreEqual(expected.Settings.Options.ToArray(), actual.Settings.Options.ToArray());
        AssertEqual(expected.History, actual.History);
        CollectionAssert.AreEqual(expected.Weights.Keys.ToArray(), actual.Weights.Keys.ToArray());
        foreach ((string name, TensorValue value) in expected.Weights)
        {
            CollectionAssert.AreEqual(value.Shape, actual.Weights[name].Shape, name);
            CollectionAssert.AreEqual(value.Values, actual.Weights[name].Values, name);
        }

        Assert.HasCount(expected.AlphaHistory.Length, actual.AlphaHistory);
        for (int epoch = 1; epoch <= expected.AlphaHistory.Length; epoch++)
            CollectionAssert.AreEqual(Flat(expected.AlphasAfter(epoch)), Flat(actual.AlphasAfter(epoch)));
    }

    /// <summary>The numbers, with the length of each level before its content.</summary>
    private static float[] Flat(float[][][] alphas) =>
    [
        alphas.Length,
        .. alphas.SelectMany(cell => cell.SelectMany(edge => edge.Prepend(edge.Length)).Prepend(cell.Length)),
    ];

    private static void AssertSameFiles(SavedResult expected, string folder)
    {
        foreach (string name in _files)
            CollectionAssert.AreEqual(expected.Bytes(name), File.ReadAllBytes(Path.Combine(folder, name)), name);
    }

    private static void AssertEqual(IReadOnlyList<SearchEpoch> expected, IReadOnlyList<SearchEpoch> actual)
    {
        Assert.HasCount(expected.Count, actual);
        for (int i = 0; i < expected.Count; i++)
        {
            CollectionAssert.AreEqual(expected[i].Skips.ToArray(), actual[i].Skips.ToArray());
            CollectionAssert.AreEqual(expected[i].Pools.ToArray(), actual[i].Pools.ToArray());
            CollectionAssert.AreEqual(expected[i].CellEntropies.ToArray(), actual[i].CellEntropies.ToArray());
            CollectionAssert.AreEqual(expected[i].UnrestrictedSkips.ToArray(), actual[i].UnrestrictedSkips.ToArray());
            SearchEpoch alike = expected[i] with
            {
                Skips = actual[i].Skips,
                Pools = actual[i].Pools,
                CellEntropies = actual[i].CellEntropies,
                UnrestrictedSkips = actual[i].UnrestrictedSkips,
            };
            Assert.AreEqual(alike, actual[i]);
        }
    }
}
