using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Labelling;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Labelling;

[TestClass]
public sealed class SuggestionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void CoverageIsTheSumOfLikenessesByUncertainty()
    {
        // The mean is (3, -1): from there images lie in four directions, the fifth in the middle.
        ScoredImage[] images = [
            Image(0, [0.6f, 0.3f, 0.1f], [5, -1]), Image(1, [0.2f, 0.5f, 0.3f], [3, 0]), Image(2, [1, 0, 0], [1, -1]),
            Image(3, [0.4f, 0.4f, 0.2f], [3, -2]), Image(4, [0.5f, 0.4f, 0.1f], [3, -1])];
        UncertaintyCoverage coverage = new(images, ImagesToCover.Of(images, 5, seed: 0));
        double[] unsure = [Math.Sqrt(0.7), Math.Sqrt(0.8), 0, 1, Math.Sqrt(0.9)];
        double aside = Math.Exp(-2), opposite = Math.Exp(-4), middle = Math.Exp(-1);

        Assert.AreEqual(unsure[0] + ((unsure[1] + unsure[3]) * aside) + (unsure[4] * middle), coverage.Gain(images[0]), 1e-5);
        Assert.AreEqual((unsure[0] * opposite) + ((unsure[1] + unsure[3]) * aside) + (unsure[4] * middle), coverage.Gain(images[2]), 1e-5, "the sure image covers others");
        Assert.AreEqual(unsure[4] + ((unsure[0] + unsure[1] + unsure[3]) * middle), coverage.Gain(images[4]), 1e-5, "it lies in the middle");
        coverage.Add(images[1]);
        Assert.AreEqual((unsure[0] * (1 - aside)) + (unsure[3] * (aside - opposite)), coverage.Gain(images[0]), 1e-5);
        Assert.AreEqual(unsure[3] * (1 - opposite), coverage.Gain(images[3]), 1e-5);
        Assert.AreEqual(0, coverage.Gain(images[1]), 1e-6, "it is covered");
    }

    [TestMethod]
    public void TheNextImageIsAlwaysTheOneOfTheGreatestGain()
    {
        ScoredImage[] images = RandomImages(60, labelled: 8);

        List<ScoredImage> chosen = Chosen(images, 20);

        UncertaintyCoverage coverage = new(images, ImagesToCover.Of(images[8..], 60, seed: 0));
        foreach (ScoredImage image in images[..8]) coverage.Add(image);
        foreach (ScoredImage image in chosen)
        {
            Assert.AreSame(images[8..].Except(chosen.TakeWhile(c => c != image)).MaxBy(coverage.Gain), image);
            coverage.Add(image);
        }
    }

    [TestMethod]
    public void ASampleStandsForAllWithoutBias()
    {
        ScoredImage[] images = RandomImages(200, labelled: 0);
        ImagesToCover all = ImagesToCover.Of(images, images.Length, seed: 0);
        Assert.HasCount(200, all.Images);

        ImagesToCover[] samples = [.. Enumerable.Range(0, 2000).Select(seed => ImagesToCover.Of(images, 20, seed))];

        // The mean of 2,000 sums; each deviates by far less than a quarter of it.
        double expected = all.Weights.Sum(), mean = samples.Average(sample => sample.Weights.Sum());
        Assert.AreEqual(expected, mean, 0.02 * expected);
        double deviation = Math.Sqrt(samples.Average(sample => Math.Pow(sample.Weights.Sum() - mean, 2)));
        Assert.IsLessThan(0.25 * expected, deviation);
        double sampled = samples.Average(sample => sample.Images.Average(image => 1 - image.Margin));
        Assert.IsGreaterThan(1.15 * images.Average(image => 1 - image.Margin), sampled, "unsure images come more often");
        foreach (ImagesToCover sample in samples) Assert.HasCount(20, sample.Images.Distinct());
    }

    [TestMethod]
    public void ImagesBeyondTheSampleAreSuggestedTooAndASeedRepeatsThem()
    {
        ScoredImage[] images = RandomImages(300, labelled: 10);
        HashSet<ScoredImage> sample = [.. ImagesToCover.Of(images[10..], 30, seed: 5).Images];

        List<ScoredImage> chosen = Chosen(images, 25, seed: 5, most: 30);

        Assert.IsTrue(chosen.Exists(image => !sample.Contains(image)), "one of 260 others");
        CollectionAssert.AreEqual(chosen, Chosen(images, 25, seed: 5, most: 30, threads: 1));
        CollectionAssert.AreNotEqual(chosen, Chosen(images, 25, seed: 6, most: 30));
        Assert.HasCount(290, Chosen(images, 1000, seed: 5, most: 30).Distinct());
    }

    [TestMethod]
    public void WhereTheModelIsSureOfAllImagesThatDifferAreSuggested()
    {
        // One class: nothing is unsure. Three groups of directions.
        ScoredImage[] images = [.. Enumerable.Range(0, 30).Select(i => Image(
            i, [1], [.. Enumerable.Range(0, 3).Select(f => f == i / 10 ? 5f + (0.01f * i) : 0)]))];
        SuggestionChoice choice = new(images, new SuggestionOptions());

        Assert.IsTrue(choice.IsSureOfAll);
        Assert.HasCount(3, choice.Choose(3).Select(image => image.Row / 10).Distinct());
        Assert.IsFalse(new SuggestionChoice(RandomImages(9, labelled: 0), new SuggestionOptions()).IsSureOfAll);
    }

    [TestMethod]
    public void WhatIsLeftOutCoversImagesToo()
    {
        // Rows 1 to 4 lie together, so row 1, 2, 3 or 4 is the first; all of them look like row 0, which has a label, but 4.
        ImageContent[] contents = [.. Enumerable.Range(0, 12).Select(i => Content(i < 4 ? 0 : i))];
        ScoredImage[] images = [.. Enumerable.Range(0, 12).Select(i => new ScoredImage(
            i, null, i == 0, [0.5f, 0.5f], i == 0 ? [0, 0, 4] : i < 5 ? [1, 0.01f * (i % 4), 0] : [0.1f * i, 1, 0.1f * (i % 5)], contents[i]))];
        SuggestionChoice choice = new(images, new SuggestionOptions());

        List<ScoredImage> chosen = choice.Choose(100);

        Assert.HasCount(8, chosen);
        Assert.HasCount(3, choice.LeftOut);
        UncertaintyCoverage coverage = new(images, ImagesToCover.Of(images[1..], 12, seed: 0));
        coverage.Add(images[0]);
        List<ScoredImage> greedy = [];
        while (greedy.Count < 11)
        {
            ScoredImage next = images[1..].Except(greedy).MaxBy(coverage.Gain)!;
            greedy.Add(next);
            coverage.Add(next);
        }

        greedy.RemoveAll(image => image.Row is 1 or 2 or 3);
        CollectionAssert.AreEqual(greedy, chosen);
    }

    [TestMethod]
    public void UnsureAndDifferentImagesAreSuggestedAndLabelledOnesAreNot()
    {
        // Three directions of unsure images, many of each, and sure ones.
        ScoredImage[] images = [.. Enumerable.Range(0, 90).Select(i => Image(
            i, i % 3 == 2 ? [0.999f, 0.0005f, 0.0005f] : [0.5f, 0.4f, 0.1f],
            [.. Enumerable.Range(0, 6).Select(f => f == i % 6 ? 4f : 0.01f * (i % 7))], i < 6))];

        List<ScoredImage> chosen = Chosen(images, 4);

        Assert.HasCount(4, chosen);
        Assert.IsFalse(chosen.Exists(c => c.HasLabel || c.Row % 3 == 2));
        Assert.HasCount(4, chosen.Select(c => c.Row % 6).Distinct());
        CollectionAssert.AreEqual(chosen, Chosen(images, 4));
        Assert.HasCount(90 - 6, Chosen(images, 1000).Distinct());
    }

    [TestMethod]
    public void AnImageThatLooksLikeALabelledOrAChosenOneIsLeftOutAndNamed()
    {
        // Rows 0 and 20 have the same pixels, rows 7 and 27 too, and so on; the first 5 have a label.
        IDataView data = new Stripes { Count = 40, Spoil = Twice }.View(_ml);
        using ConcomitantFineTuneTransformer model = Model(data);
        IDataView some = WithLabelsOf(data, row => row < 5);

        LabelSuggestions found = _ml.SswpNas().SuggestLabels(model, some, 100, new SuggestionOptions { ImagePathColumnName = "Class" });

        Assert.HasCount(15, found.Images);
        Assert.HasCount(20, found.LeftOut);
        foreach (LabelDuplicate left in found.LeftOut) Assert.AreEqual(20, Math.Abs(left.Row - left.LooksLikeRow));
        Assert.IsFalse(found.Images.Any(i => i.Row < 5));
        LabelSuggestion first = found.Images[0];
        Assert.AreEqual(Stripes.Classes[first.Row % 3], first.ImagePath);
        Scored scored = Scored.Of(_ml, model.Transform(some))[(int)first.Row];
        Assert.AreEqual(scored.Score.Max(), first.Probability, 1e-6);
        Assert.AreEqual(found.ClassNames[(int)scored.PredictedLabel - 1], first.PredictedClass);
        Assert.AreEqual(scored.Score.Max() - scored.Score.OrderDescending().ElementAt(1), first.Margin, 1e-6);
        Assert.HasCount(35, _ml.SswpNas().SuggestLabels(model, some, 100, new SuggestionOptions { LeavesOutDuplicates = false }).Images);
    }

    [TestMethod]
    public void WhatCannotBeSuggestedFromIsRefused()
    {
        IDataView data = new Stripes().View(_ml);
        using ConcomitantFineTuneTransformer model = Model(data);
        SswpNasCatalog sswp = _ml.SswpNas();

        Assert.Contains("All 60 rows have a label", Assert.ThrowsExactly<InvalidDataException>(() => sswp.SuggestLabels(model, data, 5)).Message);
        Assert.Contains("'Nothing'", Assert.ThrowsExactly<ArgumentException>(
            () => sswp.SuggestLabels(model, data, 5, new SuggestionOptions { ScoreColumnName = "Nothing" })).Message);
        Assert.Contains("'Pixels'", Assert.ThrowsExactly<ArgumentException>(
            () => sswp.SuggestLabels(model, data, 5, new SuggestionOptions { ImagePathColumnName = "Pixels" })).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => sswp.SuggestLabels(model, data, 0));
        LabelSuggestions found = sswp.SuggestLabels(model, WithLabelsOf(data, _ => false), 5, new SuggestionOptions { ImagePathColumnName = null });
        Assert.Contains("ImagePathColumnName", Assert.ThrowsExactly<InvalidOperationException>(() => found.WriteGallery("gallery.html")).Message);
    }

    [TestMethod]
    [DataRow("Score", 1.5f, "has 3 scores from")]
    [DataRow("Score", float.NaN, "has 3 scores from")]
    [DataRow("Features", float.NaN, "features in 'Features'")]
    [DataRow("Features", float.PositiveInfinity, "features in 'Features'")]
    public void ARowThatCannotBeComparedIsNamed(string column, float spoilt, string expected)
    {
        IDataView scored = ScoredRows(row => row != 4 ? [0.5f, 0.25f, 0.25f] : column == "Score" ? [spoilt, 0, 0] : [0.5f, 0.25f, 0.25f],
            row => [row, row == 4 && column == "Features" ? spoilt : 1]);

        string message = Assert.ThrowsExactly<InvalidDataException>(() => _ml.SswpNas().SuggestLabels(Unchanged(scored), scored, 2)).Message;

        Assert.Contains("Row 4 ", message);
        Assert.Contains(expected, message);
    }

    [TestMethod]
    public void FeaturesOfAnotherLengthAreRefused()
    {
        IDataView scored = ScoredRows(_ => [0.5f, 0.25f, 0.25f], row => row == 3 ? [1, 2, 3] : [1, 2]);

        string message = Assert.ThrowsExactly<InvalidDataException>(() => _ml.SswpNas().SuggestLabels(Unchanged(scored), scored, 2)).Message;

        Assert.Contains("Row 3 (the first is 0) has 3 features", message);
        Assert.Contains("2 finite ones", message);
    }

    [TestMethod]
    public void ItSaysHowManyRowsAreScored()
    {
        IDataView scored = ScoredRows(_ => [0.5f, 0.25f, 0.25f], row => [row, 1], rows: 501);
        List<SuggestionProgress> said = [];

        _ml.SswpNas().SuggestLabels(Unchanged(scored), scored, 2, new SuggestionOptions { Progress = new Direct<SuggestionProgress>(said.Add) });

        CollectionAssert.AreEqual(new long[] { 250, 500, 501 }, said.Select(p => p.Scored).ToArray());
        Assert.IsTrue(said.TrueForAll(p => p.Rows == 501 && p.Elapsed > TimeSpan.Zero));
        Assert.AreEqual((said[0].Elapsed * (251 / 250.0), TimeSpan.Zero), (said[0].Remaining, said[^1].Remaining));
    }

    [TestMethod]
    public void ASuggestionCanBeCancelledAndItsThreadsAreChecked()
    {
        IDataView scored = ScoredRows(_ => [0.5f, 0.25f, 0.25f], row => [row, 1]);
        SswpNasCatalog sswp = _ml.SswpNas();

        Assert.ThrowsExactly<OperationCanceledException>(
            () => sswp.SuggestLabels(Unchanged(scored), scored, 2, new SuggestionOptions { CancellationToken = new CancellationToken(true) }));
        ScoredImage[] images = RandomImages(50, labelled: 0);
        Assert.ThrowsExactly<OperationCanceledException>(
            () => new SuggestionChoice(images, new SuggestionOptions { CancellationToken = new CancellationToken(true) }).Choose(2));
        Assert.Contains("Threads is 0; 1 to 1024 was expected", Assert.ThrowsExactly<ArgumentException>(
            () => sswp.SuggestLabels(Unchanged(scored), scored, 2, new SuggestionOptions { Threads = 0 })).Message);
    }

    [TestMethod]
    public void TheGalleryShowsPicturesAndSaysWhichCannotBeShown()
    {
        using TestFolder folder = new TestFolder().WithClasses(2, "a");
        string good = Path.Combine(folder.Root, "a", "000.png"), broken = folder.Write("a/<b>.png", [1, 2, 3]), page = Path.Combine(folder.Root, "gallery.html");
        LabelSuggestions suggestions = new(
            ["ant", "<i>"], [new LabelSuggestion(0, good, "ant", 0.5, 0.1), new LabelSuggestion(1, broken, "<i>", 0.4, 0)],
            [new LabelDuplicate(2, "c", 0, good)]);

        suggestions.WriteGallery(page);

        string html = File.ReadAllText(page);
        Assert.HasCount(2, html.Split("data:image/jpeg"), "one picture");
        Assert.Contains("is not an image", html);
        Assert.DoesNotContain("<i>", html);
        Assert.Contains("1 images look like another one", html);
    }

    private static List<ScoredImage> Chosen(ScoredImage[] images, int count, int seed = 1, int most = 4000, int? threads = null) =>
        new SuggestionChoice(images, new SuggestionOptions { Seed = seed, Threads = threads }, most).Choose(count);

    private static ScoredImage[] RandomImages(int count, int labelled)
    {
        Random random = new(3);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float sure = random.NextSingle();
            return Image(i, [sure, 1 - sure], [.. Enumerable.Range(0, 5).Select(_ => random.NextSingle())], i < labelled);
        })];
    }

    private static ImageContent Content(int seed)
    {
        byte[] rgba = new byte[16 * 16 * 4];
        new Random(seed).NextBytes(rgba);
        return ImageContent.Of(rgba, 16, 16);
    }

    private IDataView ScoredRows(Func<int, float[]> scores, Func<int, float[]> features, int rows = 6)
    {
        IDataView data = _ml.Data.LoadFromEnumerable<ScoredRow>(
            [.. Enumerable.Range(0, rows).Select(row => new ScoredRow { Class = "abc"[row % 3].ToString(), Score = scores(row), Features = features(row) })]);
        return _ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Class").Fit(data).Transform(data);
    }

    private ColumnCopyingTransformer Unchanged(IDataView data) => _ml.Transforms.CopyColumns("Same", "Score").Fit(data);

    private static ScoredImage Image(long row, float[] probabilities, float[] features, bool hasLabel = false) =>
        new(row, null, hasLabel, probabilities, features, null);

    private static void Twice(int row, float[] pixels)
    {
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (float)(128 + (127 * Math.Sin((row % 20 * 37) + (i * (1 + (row % 20))))));
    }

    private ConcomitantFineTuneTransformer Model(IDataView data) => _ml.SswpNas().FineTune(
        "Label", "Pixels", Tiny.FineTune with { FeaturesColumnName = "Features" }, Tiny.Found).Fit(data);

    private static SswpNas.MLNet.Data.MaskedLabelView WithLabelsOf(IDataView data, Func<int, bool> keeps) => SswpNas.MLNet.Data.MaskedLabelView.Of(
        data, "Label", (labels, _) => [.. Enumerable.Range(0, labels.Length).Where(keeps)]);

    private sealed class ScoredRow
    {
        public required string Class { get; init; }

        [VectorType(3)]
        public required float[] Score { get; init; }

        [VectorType]
        public required float[] Features { get; init; }
    }
}
