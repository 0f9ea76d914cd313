using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class DeterminismTests
{
    private static readonly FineTuneOptions AllRandom = Tiny.FineTune with
    {
        DropPath = 0.3,
        CutoutLength = 3,
        ColorJitter = 0.4,
        LearningRates = [0.1, 0.2],
    };

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ThreadsDoNotChangeABitOfTheSearch(int threads)
    {
        SearchResult expected = Search(new MLContext(), Tiny.Search with { Threads = 2 });
        SearchResult actual = Search(new MLContext(), Tiny.Search with { Threads = threads });

        AreEqual(expected, actual);
    }

    [TestMethod]
    public void AnotherSeedGivesAnotherSearch()
    {
        SearchResult one = Search(new MLContext(), Tiny.Search), other = Search(new MLContext(), Tiny.Search with { Seed = 2 });

        Assert.AreNotEqual(one.History[0].Loss, other.History[0].Loss);
        Assert.AreNotEqual(Hash(one), Hash(other));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ThreadsDoNotChangeABitOfTheFineTunedNetwork(int threads)
    {
        CollectionAssert.AreEqual(FineTuned(AllRandom), FineTuned(AllRandom with { Threads = threads }));
        CollectionAssert.AreNotEqual(FineTuned(AllRandom), FineTuned(AllRandom with { Seed = 2 }));
    }

    [TestMethod]
    public void ImagesInAFileDoNotChangeABitOfTheSearch() => AreEqual(
        Search(new MLContext(), Tiny.Search), Search(new MLContext(), Tiny.Search with { StoreMemoryLimit = 1000 }));

    [TestMethod]
    public void ImagesInAFileDoNotChangeABitOfTheFineTunedNetwork() => CollectionAssert.AreEqual(
        FineTuned(AllRandom), FineTuned(AllRandom with { StoreMemoryLimit = 1000 }));

    [TestMethod]
    public void PastTheLimitImagesReallyGoToTheTemporaryFolder()
    {
        MLContext ml = new() { TempFilePath = "/there/is/no/such/folder" };

        var error = Assert.ThrowsExactly<IOException>(() => Search(ml, Tiny.Search with { StoreMemoryLimit = 1000 }));

        Assert.Contains(ml.TempFilePath, error.Message);
        Assert.ThrowsExactly<IOException>(() => ml.SswpNas()
            .FineTune(options: Tiny.FineTune with { StoreMemoryLimit = 1000 }, searchResult: Tiny.Found)
            .Fit(new Stripes().View(ml)));
    }

    [TestMethod]
    public void WithoutASeedInTheOptionsTheContextsSeedCounts()
    {
        SearchOptions options = Tiny.Search with { Seed = null };
        SearchResult one = Search(new MLContext(seed: 7), options), same = Search(new MLContext(seed: 7), options);

        AreEqual(one, same);
        Assert.AreNotEqual(one.Seed, Search(new MLContext(seed: 8), options).Seed);
        FineTuneOptions tune = Tiny.FineTune with { Seed = null };
        CollectionAssert.AreEqual(FineTuned(tune, contextSeed: 7), FineTuned(tune, contextSeed: 7));
        CollectionAssert.AreNotEqual(FineTuned(tune, contextSeed: 7), FineTuned(tune, contextSeed: 8));
    }

    internal static void AreEqual(SearchResult expected, SearchResult actual)
    {
        Assert.AreEqual(expected.Seed, actual.Seed);
        Assert.AreEqual(expected.Genotype.ToString(), actual.Genotype.ToString());
        for (int epoch = 0; epoch < expected.History.Count; epoch++)
            Assert.AreEqual(expected.History[epoch].Loss, actual.History[epoch].Loss);
        CollectionAssert.AreEqual(Numbers(expected.AlphaHistory), Numbers(actual.AlphaHistory));
        CollectionAssert.AreEqual(expected.Weights.Keys.ToArray(), actual.Weights.Keys.ToArray());
        foreach (string name in expected.Weights.Keys)
            CollectionAssert.AreEqual(expected.Weights[name].Values, actual.Weights[name].Values, name);
        Assert.IsTrue(Numbers(actual.AlphaHistory).Any(alpha => alpha != 0), "No alpha moved.");
    }

    private static float[] Numbers(float[][][][] alphas) => [.. alphas.SelectMany(a => a).SelectMany(a => a).SelectMany(a => a)];

    private static double Hash(SearchResult result) => result.Weights.Values.Sum(w => w.Values.Sum(v => (double)v));

    private static SearchResult Search(MLContext ml, SearchOptions options)
    {
        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: options).Fit(new Stripes().View(ml));
        return found.Result;
    }

    private static byte[] FineTuned(FineTuneOptions options, int contextSeed = 1)
    {
        MLContext ml = new(contextSeed);
        using ConcomitantFineTuneTransformer model =
            ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(ml));
        return Tiny.Onnx(model);
    }
}
