using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class SearchResultDamageTests
{
    [TestMethod]
    [DataRow("result.json")]
    [DataRow("genotype.txt")]
    [DataRow("alphas.safetensors")]
    [DataRow("weights.safetensors")]
    [DataRow("SHA256SUMS")]
    public void TruncatedFilesAreRefused(string name)
    {
        using SavedResult files = new();
        byte[] whole = files.Bytes(name);
        foreach (int length in new[] { 0, 1, 7, 9, whole.Length / 2, whole.Length - 2 })
        {
            File.WriteAllBytes(files.PathOf(name), whole[..length]);
            files.Refusal();
        }
    }

    [TestMethod]
    [DataRow("result.json")]
    [DataRow("genotype.txt")]
    [DataRow("alphas.safetensors")]
    [DataRow("weights.safetensors")]
    public void AByteThatWasAlteredAnywhereIsFound(string name)
    {
        using SavedResult files = new();
        byte[] whole = files.Bytes(name);
        for (int at = 0; at < whole.Length; at += 1 + (whole.Length / 40))
        {
            byte[] altered = [.. whole];
            altered[at] ^= 1;
            File.WriteAllBytes(files.PathOf(name), altered);
            Assert.Contains(name, files.Refusal());
        }
    }

    [TestMethod]
    public void FilesOfTwoResultsDoNotMix()
    {
        using SavedResult one = new();
        using SavedResult other = new(SearchResultSamples.Make(seed: 6));
        File.Copy(one.PathOf("weights.safetensors"), other.PathOf("weights.safetensors"), overwrite: true);
        Assert.Contains("weights.safetensors", other.Refusal());
    }

    [TestMethod]
    [DataRow("\"format\": 2", "\"format\": 3", "format 3")]
    [DataRow("\"format\": 2", "\"formal\": 2", "format 0")]
    [DataRow("\"seed\": 5,", "", "seed")]
    [DataRow("\"seed\": 5", "\"seed\": 5, \"seed\": 5", "seed")]
    [DataRow("\"seed\": 5", "\"seed\": 5, \"sead\": 5", "sead")]
    [DataRow("\"seed\": 5", "\"seed\": 5e10", "seed")]
    [DataRow("\"Cifar\"", "\"Cafir\"", "stem")]
    [DataRow("\"Cifar\"", "0", "stem")]
    [DataRow("\"initialChannels\": 2", "\"initialChannels\": 3", "InitialChannels is 3")]
    [DataRow("\"initialChannels\": 2", "\"initialChannels\": 2147483646", "InitialChannels")]
    [DataRow("\"initialChannels\": 2", "\"initialChannels\": 1024", "a network of at least")]
    [DataRow("\"initialChannels\": 2", "\"initialChannels\": 4", "'stem.0.weight' of shape [6, 3, 3, 3]")]
    [DataRow("\"cells\": 3", "\"cells\": 65", "Cells is 65")]
    [DataRow("\"cells\": 3", "\"cells\": 4", "genotype of 3 cells")]
    [DataRow("\"channels\": 3", "\"channels\": 2", "image channels 2")]
    [DataRow("\"height\": 64", "\"height\": 60", "60 x 64")]
    [DataRow("\"height\": 64,\n    \"width\": 64", "\"height\": 62,\n    \"width\": 62", "62 x 62")]
    [DataRow("\"height\": 64,\n    \"width\": 64", "\"height\": 0,\n    \"width\": 0", "0 x 0")]
    [DataRow("\"black\": -1", "\"black\": \"NaN\"", "pixels from NaN to 255.5")]
    [DataRow("\"black\": -1", "\"black\": 255.5", "pixels from 255.5")]
    [DataRow("0.49", "1e999", "mean")]
    [DataRow("0.25", "0", "standard deviation [0")]
    [DataRow("skip_connect:0", "skip_connect:2", "genotype")]
    [DataRow("skip_connect:0", "jump:0", "jump")]
    [DataRow("skip_connect:0", "skip_connect:0 ", "genotype of another form")]
    [DataRow("skip_connect:0", "avg_pool_3x3:0", "genotype.txt")]
    [DataRow("\"images\": 1234", "\"images\": -1", "-1 images")]
    [DataRow("fedcba", "fedcbx", "fingerprint")]
    [DataRow("\"3\"", "null", "option without a value")]
    [DataRow("\"epoch\": 2", "\"epoch\": 3", "entry 2")]
    [DataRow("\"Prune\"", "\"WarmUp\"", "entry 3")]
    [DataRow("3.25", "\"NaN\"", "entry 1")]
    [DataRow("2.25", "\"Infinity\"", "entry 3")]
    [DataRow("1.9459101090932196", "1.95", "entry 1")]
    [DataRow("\"frozenCells\": 3", "\"frozenCells\": 4", "entry 3")]
    [DataRow("8,\n", "9,\n", "entry 3")]
    [DataRow("8,\n", "", "entry 3")]
    [DataRow("100", "-100", "entry 3")]
    [DataRow("1.9\n", "2.9\n", "entry 2")]
    [DataRow("1.9\n", "1.9, 1\n", "entry 2")]
    public void ADocumentThatMakesNoSenseIsRefused(string old, string replacement, string named)
    {
        using SavedResult files = new();
        files.Alter("result.json", old, replacement);
        Assert.Contains(named, files.Refusal());
    }

    [TestMethod]
    public void AHistoryOfAnotherLengthThanTheAlphasIsRefused()
    {
        using SavedResult files = new();
        files.AlterTensors("alphas.safetensors", new Dictionary<string, TensorValue>
        {
            ["alphas"] = new([2, 3, 14, 7], new float[2 * 3 * 14 * 7]),
        });
        Assert.Contains("'alphas' of shape [2, 3, 14, 7]; one tensor 'alphas' of shape [3, 3, 14, 7]", files.Refusal());
    }

    [TestMethod]
    [DataRow("alpha", 0f, "'alpha'")]
    [DataRow("alphas", float.NaN, "NaN")]
    public void AlphasOfAnotherNameOrThatAreNotFiniteAreRefused(string name, float value, string named)
    {
        using SavedResult files = new();
        float[] values = new float[3 * 3 * 14 * 7];
        values[^1] = value;
        Dictionary<string, TensorValue> alphas = new() { [name] = new([3, 3, 14, 7], values) };
        files.AlterTensors("alphas.safetensors", alphas);
        Assert.Contains(named, files.Refusal());
    }

    [TestMethod]
    public void WeightsOfAnotherNetworkAreRefusedAndTheFirstTensorIsNamed()
    {
        string last = SearchResultSamples.Make().Weights.Keys.Last();
        AssertRefused(w => w.Remove(last), $"lacks tensor '{last}'");
        AssertRefused(w => w.Add("classifier.bias", new([1], [1])), "'classifier.bias'");
        AssertRefused(
            w => w["stem.1.bias"] = new([3, 2], new float[6]),
            "'stem.1.bias' of shape [3, 2]; 'stem.1.bias' of shape [6]");
        AssertRefused(w => w["stem.1.bias"].Values[3] = float.NaN, "'stem.1.bias'");
        AssertRefused(w => w[last].Values[0] = float.NegativeInfinity, $"'{last}'");
        AssertRefused(w => w["stem.1.running_var"].Values[0] = -1, "negative");
        AssertRefused(w => w.Clear(), "has 0 numbers");
    }

    [TestMethod]
    public void TheOrderOfTheTensorsInTheFileDoesNotMatter()
    {
        using SavedResult files = new();
        SearchResult saved = SearchResult.Load(files.Folder);
        files.AlterTensors(
            "weights.safetensors", saved.Weights.OrderByDescending(w => w.Key, StringComparer.Ordinal).ToDictionary());
        SearchResult loaded = SearchResult.Load(files.Folder);
        CollectionAssert.AreEqual(saved.Weights.Keys.ToArray(), loaded.Weights.Keys.ToArray());
        CollectionAssert.AreEqual(saved.Weights["stem.0.weight"].Values, loaded.Weights["stem.0.weight"].Values);
    }

    private static void AssertRefused(Action<OrderedDictionary<string, TensorValue>> change, string named)
    {
        using SavedResult files = new();
        files.AlterWeights(change);
        Assert.Contains(named, files.Refusal());
    }
}
