using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>The code of docs/guide.md and of long runs (see <see cref="DocsTests"/>) does what the pages say.</summary>
[TestClass]
[DoNotParallelize]
public sealed class GuideTests : EmptyFolderTests
{
    private static readonly SearchOptions _search = SearchOptions.Smoke with { BatchSize = 8, Seed = 3 };

    private static readonly FineTuneOptions _fineTune = FineTuneOptions.Smoke with { BatchSize = 4, Seed = 3 };

    [TestMethod]
    public void TheCodeSweepsOverLabelFractionsAndStarts()
    {
        Images.WithClasses(40, "ant", "bee");
        MLContext ml = new(seed: 1);
        IDataView images = ml.SswpNas().LoadImageFolder(Images.Root);
        IDataView pixels = ml.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("Image", 16, 16))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Fit(images).Transform(images);
        (IDataView train, IDataView test) = ml.SswpNas().StratifiedSplit(pixels, "Label");
        var accuracies = GuideCode.Sweep(ml, train, test, _search, _fineTune, [0.25, 0.5]);
        CollectionAssert.AreEqual(
            new[]
            {
                (0.25, WeightInitialization.Concomitant), (0.25, WeightInitialization.Random),
                (0.25, WeightInitialization.SimClrPretrained),
                (0.5, WeightInitialization.Concomitant), (0.5, WeightInitialization.Random),
                (0.5, WeightInitialization.SimClrPretrained),
            },
            accuracies.Select(a => (a.Fraction, a.Start)).ToArray());
        foreach (double accuracy in accuracies.Select(a => a.Accuracy)) Assert.IsInRange(0.0, 1.0, accuracy);
        Assert.AreEqual(3, SearchResult.Load("search-result").Seed);
        Assert.AreEqual(3, PretrainResult.Load("pretrain-result").Seed);
    }

    [TestMethod]
    public void TheCodeProbesAndTrainsFromScratch()
    {
        MLContext ml = new(seed: 1);
        TrainOptions options = TrainOptions.Smoke with { Epochs = 2, Seed = 3 };
        IDataView train = new Stripes().View(ml), test = new Stripes { Seed = 7 }.View(ml);
        (double probe, double scratch) = GuideCode.Compare(ml, train, test, _search, options);
        Assert.IsGreaterThan(0.4, probe);
        Assert.IsInRange(0.0, 1.0, scratch);
        Assert.AreEqual(
            new Architecture(KnownGenotypes.DARTS_V2(8), 16), Architecture.Parse(File.ReadAllText("architecture.txt")));
    }

    [TestMethod]
    public void TheCodeWritesAReport()
    {
        MLContext ml = new(seed: 1);
        GuideCode.Report(ml, new Stripes().View(ml), new Stripes { Seed = 7, Count = 30 }.View(ml), _search, _fineTune);
        string html = File.ReadAllText("report.html");
        Assert.Contains("Of 30 test images", html);
        Assert.Contains("first two principal components", html);
        foreach (string name in Stripes.Classes) Assert.Contains(name, html);
        Assert.DoesNotContain("have no column", html);
    }

    [TestMethod]
    public void TheCodeGoesOnFromItsCheckpoints()
    {
        MLContext ml = new(seed: 1);
        IDataView train = new Stripes().View(ml);
        using CancellationTokenSource source = new();
        int steps = 0;
        SearchOptions options = _search with { Progress = new Direct<SearchProgress>(_ => steps++) };
        SearchOptions stopped = options with
        {
            CancellationToken = source.Token,
            Progress = new Direct<SearchProgress>(p =>
            {
                if (p.Epoch == 2) source.Cancel();
            }),
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => GuideCode.LongRun(ml, train, stopped));

        SearchResult result = GuideCode.LongRun(ml, train, options);

        Assert.HasCount(_search.Epochs, result.History);
        Assert.AreEqual(((_search.Epochs - 1) * 6) - 1, steps);
    }
}
