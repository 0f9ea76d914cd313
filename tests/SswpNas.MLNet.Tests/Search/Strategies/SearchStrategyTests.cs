using Microsoft.ML;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Search.Strategies;

/// <summary>Searches that come to their architectures in other ways than the paper's.</summary>
[TestClass]
public sealed class SearchStrategyTests
{
    private static readonly TrainingFreeOptions _few = new() { Architectures = 48, Population = 16, Images = 32 };

    [TestMethod]
    public void ARandomArchitectureIsThatOfItsSeedAndAllImagesTrainIt()
    {
        SearchResult result = Search(Tiny.Search with { Strategy = SearchStrategy.Random, Seed = 5 });

        Assert.AreEqual(Genotype.Random(Tiny.Search.Cells, seed: 5), result.Genotype);
        Assert.AreEqual(SearchStrategy.Random, result.Strategy);
        Assert.IsNull(result.PathEntropy);
        Assert.IsNull(result.Margin);
        foreach (SearchEpoch epoch in result.History)
        {
            Assert.AreEqual(SearchPhase.Settle, epoch.Phase);
            Assert.AreEqual(Tiny.Search.Cells, epoch.FrozenCells);
            Assert.IsTrue(double.IsNaN(epoch.ArchitectureLoss));
        }

        Assert.IsLessThan(result.History[0].Loss, result.History[^1].Loss);
    }

    [TestMethod]
    public void TheBestScoredArchitectureIsTaken()
    {
        SearchOptions options = Tiny.Search with { Strategy = SearchStrategy.TrainingFree, TrainingFree = _few };
        List<string> log = [];
        SearchResult result = Search(options, log);

        Assert.IsNull(result.PathEntropy);
        StringAssert.Contains(log.Single(line => line.StartsWith("Scored 48 architectures", StringComparison.Ordinal)), "of the best one");
        Assert.AreNotEqual(Genotype.Random(Tiny.Search.Cells, seed: 1), result.Genotype);
        Assert.AreEqual(result.Genotype, Search(options with { Threads = 3 }).Genotype);
        Assert.AreEqual(result.Genotype, Search(options with { Epochs = 2 }).Genotype, "the weights have no say");
    }

    [TestMethod]
    public void AHybridBeginsMoreDecidedThanAGradientSearchAndGoesOn()
    {
        SearchOptions hybrid = Tiny.Search with { Strategy = SearchStrategy.Hybrid, TrainingFree = _few };
        SearchResult gradient = Search(Tiny.Search), result = Search(hybrid);

        Assert.IsLessThan(Math.Log(7) - 0.02, result.History[0].PathEntropy);
        Assert.AreEqual(Math.Log(7), gradient.History[0].PathEntropy, 1e-6);
        Assert.IsTrue(result.History.Any(epoch => epoch.Phase == SearchPhase.Search && double.IsFinite(epoch.ArchitectureLoss)));
        Assert.IsLessThan(gradient.PathEntropy!.Value, result.PathEntropy!.Value);
        Assert.IsGreaterThan(gradient.Margin!.Value, result.Margin!.Value);
        // A larger scale begins more decided.
        SearchResult more = Search(hybrid with { TrainingFree = _few with { AlphaScale = 3 } });
        Assert.IsLessThan(result.History[0].PathEntropy, more.History[0].PathEntropy);
    }

    [TestMethod]
    public void ASavedResultKeepsItsStrategy()
    {
        using TestFolder folder = new();
        string path = Path.Combine(folder.Root, "result");
        SearchResult result = Search(Tiny.Search with { Strategy = SearchStrategy.Random });
        result.Save(path);
        Assert.AreEqual(SearchStrategy.Random, SearchResult.Load(path).Strategy);
        Assert.AreEqual(SearchStrategy.Gradient, Tiny.Found.Strategy);
    }

    /// <summary>All of them train the weights: half of them may be fewer than a batch.</summary>
    [TestMethod]
    public void ABatchOfImagesIsEnough()
    {
        SearchOptions options = Tiny.Search with { BatchSize = 40 };
        Assert.ThrowsExactly<InvalidDataException>(() => Search(options));
        Assert.IsNotNull(Search(options with { Strategy = SearchStrategy.Random }));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => Search(options with { Strategy = SearchStrategy.Random, BatchSize = 64 }));
        StringAssert.Contains(error.Message, "There are 60 images; a batch of 64 was expected.");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreNamed()
    {
        SearchOptions options = Tiny.Search with
        {
            Strategy = (SearchStrategy)9,
            TrainingFree = new() { Architectures = 1, Population = 200, Images = 65, AlphaScale = 0 },
        };
        string message = Assert.ThrowsExactly<ArgumentException>(() => new MLContext(1).SswpNas().Search(options: options)).Message;
        foreach (string name in (string[])["Strategy", "TrainingFree.Architectures", "TrainingFree.Population", "TrainingFree.Images", "TrainingFree.AlphaScale"])
            StringAssert.Contains(message, name + " is");
    }

    private static SearchResult Search(SearchOptions options, List<string>? log = null)
    {
        MLContext ml = new(seed: 1);
        if (log is not null) ml.Log += (_, e) => log.Add(e.RawMessage);
        using SswpNasSearchTransformer found = ml.SswpNas().Search(options: options).Fit(new Stripes().View(ml));
        return found.Result;
    }
}
