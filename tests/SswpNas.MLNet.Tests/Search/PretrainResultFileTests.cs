using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class PretrainResultFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sswpnas-").FullName;

    private string Folder => Path.Combine(_root, "pretrained");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [TestMethod]
    public void ALoadedResultEqualsTheSavedOne()
    {
        PretrainResult saved = Sample();
        PretrainResult.EnsureCanSave(Folder);
        saved.Save(Folder);
        saved.Save(Folder);

        PretrainResult loaded = PretrainResult.Load(Folder);

        CollectionAssert.AreEqual(saved.History.ToArray(), loaded.History.ToArray());
        Assert.AreEqual(saved.Genotype, loaded.Genotype);
        Assert.AreEqual(saved.Network.Macro, loaded.Network.Macro);
        Assert.AreEqual(saved.Network.Range, loaded.Network.Range);
        Assert.AreEqual(saved.Seed, loaded.Seed);
        CollectionAssert.AreEqual(saved.Network.Weights.Keys.ToArray(), loaded.Network.Weights.Keys.ToArray());
        foreach ((string name, TensorValue value) in saved.Network.Weights)
            CollectionAssert.AreEqual(value.Values, loaded.Network.Weights[name].Values, name);
        string[] files = [.. Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)!)];
        CollectionAssert.AreEquivalent(
            (string[])["pretraining.json", "genotype.txt", "weights.safetensors", "SHA256SUMS"], files);
    }

    [TestMethod]
    public void NeitherKindOfResultPassesForTheOtherNorReplacesIt()
    {
        string search = Path.Combine(_root, "search");
        SearchResultSamples.Make().Save(search);
        Sample().Save(Folder);

        Assert.Contains(
            "pre-training result", Assert.ThrowsExactly<FileNotFoundException>(() => PretrainResult.Load(search)).Message);
        Assert.Contains("search result", Assert.ThrowsExactly<FileNotFoundException>(() => SearchResult.Load(Folder)).Message);
        IOException over = Assert.ThrowsExactly<IOException>(() => Sample().Save(search));
        Assert.Contains("something else than a pre-training result", over.Message);
        Assert.ThrowsExactly<IOException>(() => PretrainResult.EnsureCanSave(search));
        Assert.ThrowsExactly<IOException>(() => SearchResultSamples.Make().Save(Folder));
        SearchResult.Load(search);
        PretrainResult.Load(Folder);
    }

    [TestMethod]
    [DataRow("\"epoch\": 2", "\"epoch\": 3", "history at its entry 2")]
    [DataRow("\"loss\": 2.5", "\"loss\": \"NaN\"", "history at its entry 2")]
    [DataRow("\"format\": 2", "\"format\": 9", "format 9")]
    [DataRow("\"cells\": 3", "\"cells\": 4", "genotype of 3 cells")]
    public void DamageIsRefused(string old, string replacement, string expected)
    {
        Sample().Save(Folder);
        string json = Path.Combine(Folder, "pretraining.json"), text = File.ReadAllText(json);
        Assert.Contains(old, text);
        File.WriteAllText(json, text.Replace(old, replacement, StringComparison.Ordinal));
        Assert.ThrowsExactly<InvalidDataException>(() => PretrainResult.Load(Folder));
        File.WriteAllText(
            Path.Combine(Folder, Sha256Sums.FileName), Sha256Sums.Of(Folder, ResultFolder.OfPretraining.Contents));

        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => PretrainResult.Load(Folder)).Message);
    }

    private static PretrainResult Sample() => new(
        SearchResultSamples.Make().Network, [new PretrainEpoch(1, 1.0 / 3, 0.1, 2), new PretrainEpoch(2, 2.5, 0, 1e-3)]);
}
