using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Reports;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Search;

namespace SswpNas.MLNet.Tests.Reports;

[TestClass]
public sealed partial class ReportTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ItIsOneFileThatAsksForNothingElse()
    {
        string html = Write(ReportSamples.Search(), ReportSamples.Content(_ml));

        Assert.StartsWith("<!DOCTYPE html>", html);
        string script = Assert.ContainsSingle(Scripts().Matches(html)).Groups[1].Value;
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        Assert.Contains($"script-src &#39;sha256-{WebUtility.HtmlEncode(hash)}&#39;", html, "no other script may run");
        string without = Write(ReportSamples.Search(), new ReportContent());
        Assert.DoesNotContain("<script", without, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("script-src", without);
        Assert.DoesNotContain("http:", html);
        Assert.DoesNotContain("https:", html);
        foreach (Match link in Links().Matches(html))
            Assert.IsTrue(link.Groups[1].Value.StartsWith('#') || link.Groups[1].Value.StartsWith("data:image/png;base64,", StringComparison.Ordinal), link.Value);
        foreach (Match target in Links().Matches(html).Where(m => m.Groups[1].Value.StartsWith('#')))
            Assert.Contains($"id=\"{target.Groups[1].Value[1..]}\"", html);
    }

    [TestMethod]
    public void TheSameSearchGivesTheSameFile() =>
        Assert.AreEqual(
            Write(ReportSamples.Search(), ReportSamples.Content(_ml)), Write(ReportSamples.Search(), ReportSamples.Content(new MLContext(seed: 9))));

    [TestMethod]
    public void ItSaysWhatTheSearchFound()
    {
        SearchResult result = ReportSamples.Search();
        string html = Write(result, new ReportContent());

        Assert.Contains($"<dd>{result.Parameters:#,0}</dd>", html);
        Assert.Contains($"<dd>{result.MultiplyAdds():#,0}</dd>", html);
        Assert.Contains("<th scope=\"row\">PruneDirection</th>\n<td>Forward</td>", html);
        Assert.Contains("<td>fedcba9876543210</td>", html);
        Assert.Contains("Phases: warm-up in epochs 1 to 8, search in epochs 9 to 20, prune in epochs 21 to 29, settle in epochs 30 to 40.", html);
        Assert.Contains("cell 0 from epoch 21 on; cell 1 from epoch 23 on", html);
        foreach (CellGenotype cell in result.Genotype.Cells) Assert.Contains(cell.ToString(), html);
        foreach (string absent in new[] { "id=\"answer\"", "id=\"data\"", "id=\"map\"", "id=\"fine-tuning\"" }) Assert.DoesNotContain(absent, html);
    }

    [TestMethod]
    public void ItSaysInWordsHowTheArchitectureWasChosen()
    {
        SearchResult result = ReportSamples.Search();
        string decided = string.Create(CultureInfo.InvariantCulture, $"a path entropy of {result.PathEntropy:0.00} nats (undecided is 1.95)");
        Assert.Contains(decided, Write(result, new ReportContent()));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"a probability of {result.Margin:0.00} on average: the search has"), Write(result, new ReportContent()));
        Assert.Contains("was drawn at random", Write(ReportSamples.Search(strategy: SearchStrategy.Random), new ReportContent()));
        Assert.Contains("by a score without training", Write(ReportSamples.Search(strategy: SearchStrategy.TrainingFree), new ReportContent()));
    }

    [TestMethod]
    public void EveryPhaseHasALegend()
    {
        string html = Write(ReportSamples.Search(), new ReportContent());
        string legend = html[html.IndexOf("aria-label=\"Phases\"", StringComparison.Ordinal)..];
        legend = legend[..legend.IndexOf("</ul>", StringComparison.Ordinal)];
        foreach (string phase in new[] { "WarmUp", "Search", "Prune", "Settle" }) Assert.Contains($"class=\"phase frame {phase}\"", legend);
        Assert.Contains("warm-up (weights alone, along random paths): epochs 1 to 8", legend);
    }

    [TestMethod]
    [DataRow("MinimumWarmUpEpochs", "Minimum<wbr>Warm<wbr>Up<wbr>Epochs")]
    [DataRow("ByolOptions.PredictorSize", "Byol<wbr>Options.<wbr>Predictor<wbr>Size")]
    [DataRow("PruneDirection", "PruneDirection")]
    [DataRow("1.3333333333333333", "1.3333333333333333")]
    [DataRow("a & b, perforated-plate", "a &amp; b, perforated-<wbr>plate")]
    public void LongNamesBreakBetweenTheirWordsAlone(string name, string expected)
    {
        Markup page = new();
        page.Name(name);
        Assert.AreEqual(expected, page.ToString());
    }

    [TestMethod]
    public void AccuraciesOfEveryFourthEpochAreOneLine()
    {
        FineTuneTrial trial = new(
            0.1, 80, 20, 0.4, [.. Enumerable.Range(1, 12).Select(e => new FineTuneEpoch(e, 2.0 / e, e % 4 == 0 ? e / 30.0 : null))]);
        string html = Write(
            ReportSamples.Search(), new ReportContent { FineTunings = [new ReportFineTuning("concomitant", [trial]) { LearningRate = 0.1 }] });

        string chart = html[html.IndexOf("<figcaption>Validation accuracy", StringComparison.Ordinal)..];
        string line = chart[chart.IndexOf(" d=\"M", StringComparison.Ordinal)..];
        Assert.AreEqual(2, line[..line.IndexOf('"', 4)].Count(c => c == 'L'));
    }

    [TestMethod]
    public void ALoadedResultGivesTheSameReport()
    {
        SearchResult result = ReportSamples.Search();
        string saved = Path.Combine(_folder.Root, "found");
        result.Save(saved);
        Assert.AreEqual(Write(result, new ReportContent()), Write(SearchResult.Load(saved), new ReportContent()));
    }

    [TestMethod]
    public void OldAndShortSearchesCanBeReportedOn()
    {
        // Three epochs, the first without the cells' entropies; the warm-up's architecture loss is NaN.
        string html = Write(SearchResultSamples.Make(), new ReportContent());
        Assert.Contains("stopped after epoch 3", html);
        Assert.DoesNotContain("NaN", html);
    }

    [TestMethod]
    public void TheConfusionMatrixCountsEveryLabelledRow()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml));

        // 60 rows, 20 a class; rows 0, 5, ..., 55 are taken for the next class: 4 of each.
        CollectionAssert.AreEqual(new[] { 16, 4, 0 }, test.Counts[0].ToArray());
        CollectionAssert.AreEqual(new[] { 0, 16, 4 }, test.Counts[1].ToArray());
        CollectionAssert.AreEqual(new[] { 4, 0, 16 }, test.Counts[2].ToArray());
        Assert.AreEqual(0.8, test.Accuracy, 1e-12);
        Assert.AreEqual(
            _ml.MulticlassClassification.Evaluate(ReportSamples.Scored(_ml)).MicroAccuracy, test.Accuracy, 1e-12, "ML.NET counts the same");
    }

    [TestMethod]
    public void TheSurestMistakesComeFirstWithTheirPictures()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml), new ReportTestOptions { Mistakes = 3 });

        // The later a row, the surer: 55, 50, 45 are the last ones that are wrong.
        CollectionAssert.AreEqual(new[] { 55 % 3, 50 % 3, 45 % 3 }, test.Mistakes.Select(m => m.Answer.Label).ToArray());
        Assert.AreEqual(0.5 + (55 / 180.0), test.Mistakes[0].Answer.Probability, 1e-6);
        float[] expected = ReportSamples.Pixels(50);
        using SKBitmap picture = SKBitmap.Decode(test.Mistakes[1].Png);
        Assert.AreEqual((8, 8), (picture.Width, picture.Height));
        for (int i = 0; i < 64; i++)
        {
            SKColor color = picture.GetPixel(i % 8, i / 8);
            CollectionAssert.AreEqual(
                new[] { expected[i], expected[64 + i], expected[128 + i] }, new float[] { color.Red, color.Green, color.Blue }, $"pixel {i}");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void PngFilesAreReadBack(int channels)
    {
        ImageShape shape = new(channels, 6, 6);
        byte[] pixels = [.. Enumerable.Range(0, 36 * channels).Select(i => (byte)(i * 37))];
        using SKBitmap read = SKBitmap.Decode(Png.Of(shape, pixels));
        for (int i = 0; i < 36; i++)
        {
            SKColor color = read.GetPixel(i % 6, i / 6);
            Assert.AreEqual(pixels[i * channels], color.Red);
            Assert.AreEqual(pixels[((i + 1) * channels) - 1], color.Blue);
        }
    }

    [TestMethod]
    public void ClassesThatAreFarApartLieFarApartInTwoDimensions()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml));
        Assert.HasCount(60, test.Points);
        (double X, double Y)[] means = [.. test.Points.GroupBy(p => p.Label).Select(g => (g.Average(p => p.X), g.Average(p => p.Y)))];
        foreach (ReportPoint point in test.Points)
        {
            int nearest = Enumerable.Range(0, 3).MinBy(k => Math.Pow(point.X - means[k].X, 2) + Math.Pow(point.Y - means[k].Y, 2));
            Assert.AreEqual(test.Points.GroupBy(p => p.Label).ElementAt(nearest).Key, point.Label);
        }
    }

    [TestMethod]
    public void PointsAreTakenEvenlyFromAllRows()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml), new ReportTestOptions { Points = 20 });
        CollectionAssert.AreEqual(Enumerable.Range(0, 20).Select(i => 3 * i % 3).ToArray(), test.Points.Select(p => p.Label).ToArray());
    }

    [TestMethod]
    public void WhatTheDataLackIsSaid()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml, 60, "Pixels", "Features"));
        string html = Write(ReportSamples.Search(), new ReportContent { Test = test });
        Assert.Contains("The scored data have no column &#39;Features&#39;, so the images in two dimensions are left out.", html);
        Assert.Contains("The scored data have no column &#39;Pixels&#39;, so pictures of the mistakes are left out.", html);
        Assert.DoesNotContain("<img", html);
    }

    [TestMethod]
    public void BackwardPruningFreezesTheLastCellFirst()
    {
        FreezeTimes times = FreezeTimes.Of(ReportSamples.Search(cells: 5, prune: "Backward"));
        Assert.AreEqual((21, 29), (times.First(4), times.First(0)));
        Assert.IsFalse(times.IsFrozen(0, 28));
        Assert.IsTrue(times.IsFrozen(0, 29));
        Assert.AreEqual(28, times.LastFreeEpoch(ReportSamples.Epochs));
    }

    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(-3.0, 7e6)]
    [DataRow(2.5, 2.5)]
    [DataRow(1e-7, 3e-7)]
    public void AxesHoldTheirValuesAndAFewRoundNumbers(double low, double high)
    {
        Axis axis = Axis.Around([low, double.NaN, high], 100, 0);
        Assert.IsLessThanOrEqualTo(low, axis.Low);
        Assert.IsGreaterThanOrEqualTo(high, axis.High);
        Assert.IsInRange(0, 100, axis.At(low));
        Assert.IsInRange(2, 8, axis.Ticks().Count());
    }

    [TestMethod]
    public void BadUseIsRefused()
    {
        SearchResult result = ReportSamples.Search();
        Assert.ThrowsExactly<ArgumentException>(() => result.WriteReport(" "));
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => result.WriteReport(Path.Combine(_folder.Root, "no", "report.html")));
        string content = Assert.ThrowsExactly<ArgumentException>(
            () => result.WriteReport("report.html", new ReportContent { Title = null!, Seconds = null! })).Message;
        Assert.Contains("Title is null", content);
        Assert.Contains("Seconds is null", content);
        Assert.IsFalse(File.Exists("report.html"));

        IDataView scored = ReportSamples.Scored(_ml);
        Assert.Contains("There is no column 'Truth' to take the labels from", Refusal(scored, new() { LabelColumnName = "Truth" }));
        Assert.Contains("The score column 'Label' holds", Refusal(scored, new() { ScoreColumnName = "Label" }));
        Assert.Contains("The column 'Label' holds", Refusal(scored, new() { FeatureColumnName = "Label" }));
        Assert.Contains("Points is 2; 3 to 20000 was expected.", Refusal(scored, new() { Points = 2, Mistakes = -1 }));
        IDataView other = _ml.Transforms.Conversion.MapValueToKey("Other", "Score").Fit(scored).Transform(scored);
        Assert.Contains("holds", Refusal(other, new() { PredictedLabelColumnName = "Other" }));
        IDataView unlabelled = _ml.SswpNas().MaskLabels(scored, "Label", 0.1);
        Assert.AreEqual(6, _ml.SswpNas().DescribeTest(unlabelled).Images, "rows without a label are skipped");
    }

    private string Refusal(IDataView scored, ReportTestOptions options) =>
        Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().DescribeTest(scored, options)).Message;

    private string Write(SearchResult result, ReportContent content)
    {
        string path = Path.Combine(_folder.Root, "report.html");
        result.WriteReport(path, content);
        return File.ReadAllText(path);
    }

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Links();
}
