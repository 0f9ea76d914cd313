using Microsoft.ML;
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
        // The mean is (0, 0), so the places are the directions.
        ScoredImage[] images = [
            Image(0, [0.6f, 0.3f, 0.1f], [2, 0]), Image(1, [0.2f, 0.5f, 0.3f], [0, 1]), Image(2, [1, 0, 0], [-2, 0]), Image(3, [0.4f, 0.4f, 0.2f], [0, -1])];
        UncertaintyCoverage coverage = new(images, images);
        double[] unsure = [Math.Sqrt(0.7), Math.Sqrt(0.8), 0, 1];
        double aside = Math.Exp(-2), opposite = Math.Exp(-4);

        Assert.AreEqual(unsure[0] + ((unsure[1] + unsure[3]) * aside), coverage.Gain(images[0]), 1e-5);
        Assert.AreEqual((unsure[0] * opposite) + ((unsure[1] + unsure[3]) * aside), coverage.Gain(images[2]), 1e-5, "the sure image covers others");
        coverage.Add(images[1]);
        Assert.AreEqual((unsure[0] * (1 - aside)) + (unsure[3] * (aside - opposite)), coverage.Gain(images[0]), 1e-5);
        Assert.AreEqual(unsure[3] * (1 - opposite), coverage.Gain(images[3]), 1e-5);
        Assert.AreEqual(0, coverage.Gain(images[1]), 1e-6, "it is covered");
    }

    [TestMethod]
    public void TheNextImageIsAlwaysTheOneOfTheGreatestGain()
    {
        Random random = new(3);
        ScoredImage[] images = [.. Enumerable.Range(0, 60).Select(i =>
        {
            float sure = random.NextSingle();
            return Image(i, [sure, 1 - sure], [.. Enumerable.Range(0, 5).Select(_ => random.NextSingle())], i < 8);
        })];

        List<ScoredImage> chosen = new SuggestionChoice(images, leavesOutDuplicates: true, seed: 1).Choose(20);

        UncertaintyCoverage coverage = new(images, images[8..]);
        foreach (ScoredImage image in images[..8]) coverage.Add(image);
        foreach (ScoredImage image in chosen)
        {
            Assert.AreSame(images[8..].Except(chosen.TakeWhile(c => c != image)).MaxBy(coverage.Gain), image);
            coverage.Add(image);
        }
    }

    [TestMethod]
    public void UnsureAndDifferentImagesAreSuggestedAndLabelledOnesAreNot()
    {
        // Three directions of unsure images, many of each, and sure ones.
        ScoredImage[] images = [.. Enumerable.Range(0, 90).Select(i => Image(
            i, i % 3 == 2 ? [0.999f, 0.0005f, 0.0005f] : [0.5f, 0.4f, 0.1f],
            [.. Enumerable.Range(0, 6).Select(f => f == i % 6 ? 4f : 0.01f * (i % 7))], i < 6))];

        List<ScoredImage> chosen = new SuggestionChoice(images, leavesOutDuplicates: true, seed: 1).Choose(4);

        Assert.HasCount(4, chosen);
        Assert.IsFalse(chosen.Exists(c => c.HasLabel || c.Row % 3 == 2));
        Assert.HasCount(4, chosen.Select(c => c.Row % 6).Distinct());
        CollectionAssert.AreEqual(chosen, new SuggestionChoice(images, true, seed: 1).Choose(4));
        Assert.HasCount(90 - 6, new SuggestionChoice(images, true, seed: 1).Choose(1000).Distinct());
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
}
