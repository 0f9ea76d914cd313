using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.ML;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Reports;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Reports;

/// <summary>The report begins with the answer, then come the data, then the search.</summary>
[TestClass]
public sealed partial class ReportAnswerTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void TheAnswerComesFirst()
    {
        string html = Write(ReportSamples.Content(_ml));
        CollectionAssert.AreEqual(
            new[] { "answer", "data", "map", "network", "search", "alphas", "fine-tuning", "settings" },
            Sections().Matches(html).Select(m => m.Groups[1].Value).ToArray());
        // 48 of 60.
        Assert.Contains("<p class=\"figure\">80.0 %</p>", html);
        Assert.Contains("95 % interval: 68.2 to 88.2 %", html);
        Assert.Contains("Of 60 test images 48 were named correctly; guessing among 3 classes would name 33.3 %.", html);
    }

    [TestMethod]
    public void OthersStandBesideIt()
    {
        string row = Rows(Write(ReportSamples.Content(_ml)), "random start").Single();
        // 0.6 of 60 images, 20 points below 0.8.
        foreach (string cell in new[] { "<span>60.0 %</span>", "<td>47.4 to 71.4 %</td>", "<td>−20.0</td>", "<td>–</td>" }) Assert.Contains(cell, row);
    }

    [TestMethod]
    public void FineTuningsAreComparedWhereNothingElseIs()
    {
        string html = Write(ReportSamples.Content(_ml) with { Comparisons = [] });
        Assert.Contains("<span>60.0 %</span>", Rows(html, "random").First());
        string alone = Write(new ReportContent { FineTunings = [ReportSamples.Tuning("concomitant", 0.9)] });
        Assert.Contains("<p class=\"figure\">80.0 %</p>", alone);
        string untested = Write(new ReportContent { FineTunings = [ReportSamples.Tuning("concomitant", 0.9) with { TestAccuracy = null }] });
        Assert.Contains("No test images were scored. On the validation part of the labels 90.0 % were named correctly", untested);
    }

    [TestMethod]
    public void TheMostDoubtfulImagesAreThoseWhoseTwoLikeliestClassesAreNearest()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml), new ReportTestOptions { Doubtful = 4 });

        // The earlier a row, the less sure.
        CollectionAssert.AreEqual(new long[] { 0, 1, 2, 3 }, test.Doubtful.Select(d => d.Answer.Number).ToArray());
        CollectionAssert.AreEqual(new[] { false, true, true, true }, test.Doubtful.Select(d => d.Answer.IsRight).ToArray());
        ReportAnswer first = test.Doubtful[0].Answer;
        Assert.AreEqual((1, 0), (first.Predicted, first.Second));
        Assert.AreEqual(0.25, first.SecondProbability, 1e-6);
    }

    [TestMethod]
    public void TheReliabilityIsThatOfAllAnswers()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml));
        Assert.AreEqual(60, test.Reliability.Sum(bin => bin.Count));
        // Row i is sure by 0.5 + i / 180, and every fifth one is wrong.
        double sure = Enumerable.Range(0, 60).Average(i => 0.5 + (i / 180.0));
        string html = Write(new ReportContent { Test = test });
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"gave the class that it said {100 * sure:0.0} % and was right in 80.0 %: it is right more often than its probabilities say."), html);
        double error = Enumerable.Range(0, 60).GroupBy(i => (int)Math.Ceiling((float)(0.5 + (i / 180.0)) * 15.0)).Sum(bin =>
            Math.Abs(bin.Average(i => 0.5 + (i / 180.0)) - bin.Average(i => i % 5 == 0 ? 0.0 : 1)) * bin.Count() / 60);
        Assert.AreEqual(error, test.CalibrationError!.Value, 1e-6);
        Assert.Contains($"The expected calibration error is {ReportText.Percent(error)}", html);
    }

    [TestMethod]
    public void ClassesWithFewLabelsComeFirst()
    {
        string html = Write(ReportSamples.Content(_ml));
        Assert.Contains("Classes were learnt from 3 to 20 images with a label.", html);
        string table = html[html.IndexOf("Classes, fewest labels first</caption>", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("</table>", StringComparison.Ordinal)];
        int ant = table.IndexOf(">ant<", StringComparison.Ordinal), bee = table.IndexOf("bee", StringComparison.Ordinal);
        Assert.IsInRange(table.IndexOf("script", StringComparison.Ordinal), bee, ant, "3 labels, 7, 20");
        Assert.DoesNotContain("Where the labels were few", Write(ReportSamples.Content(_ml) with { LabelCounts = new Dictionary<string, int>() }));
    }

    [TestMethod]
    public void TheDataAreDescribed()
    {
        string html = Write(ReportSamples.Content(_ml));
        Assert.Contains("1,234 images were searched on; 30 of them have a label that was learnt from.", html);
        Assert.Contains("the largest, bee &amp; co, 634.", html);
        Assert.Contains("<dt>copies of others</dt>\n<dd>2</dd>", html);
        Assert.Contains($"<dd>{WebUtility.HtmlEncode("640 × 480 (1,000), 32 × 32 (234)")}</dd>", html);
        Assert.Contains("<td>20</td>", Rows(html, "bee &amp; co").Single(r => r.Contains("<span>634</span>", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void MapsShowWhatSpokeForTheClassThatWasSaid()
    {
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 8, 8), classes: 3);
        string model = Path.Combine(_folder.Root, "model.onnx");
        using (ConcomitantFineTuneTransformer tuned = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(network))) tuned.ExportToOnnx(model);
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml), new ReportTestOptions { Doubtful = 0, ModelPath = model });

        using ActivationMaps maps = new(model);
        bool[] speaks = [.. test.Mistakes.Select(m =>
            maps.Of(ReportSamples.Pixels((int)m.Answer.Number), m.Answer.Predicted).Values.Max() > 0)];
        Assert.Contains(true, speaks, "the network says something for one of the classes");
        foreach ((ReportImage image, bool isForIt) in test.Mistakes.Zip(speaks))
        {
            using SKBitmap map = SKBitmap.Decode(image.Map);
            Assert.AreEqual((96, 96), (map.Width, map.Height));
            Assert.AreEqual(isForIt, map.Pixels.Any(p => p.Red > p.Blue + 40), $"orange in the image {image.Answer.Number}");
        }

        Assert.Contains("The places of the image that spoke for", Write(new ReportContent { Test = test }));
    }

    [TestMethod]
    public void NeighboursAreNearByTheirFeatures()
    {
        ReportTest test = _ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml));
        ReportNeighbours near = test.Neighbours!;
        Assert.HasCount(60, near.Nearest);
        for (int i = 0; i < 60; i++)
        {
            CollectionAssert.DoesNotContain(near.Nearest[i], i);
            Assert.IsTrue(near.Nearest[i].All(j => j % 3 == i % 3), "classes lie apart in the sample's features");
        }

        using SKBitmap sheet = SKBitmap.Decode(near.Jpeg);
        Assert.AreEqual((near.Columns * 32, near.Rows * 32), (sheet.Width, sheet.Height));
        Assert.IsNull(_ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml, 60, "Pixels")).Neighbours);
        Assert.IsNull(_ml.SswpNas().DescribeTest(ReportSamples.Scored(_ml, 1005), new ReportTestOptions { Points = 1001, Mistakes = 0, Doubtful = 0 }).Neighbours);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void SmallPicturesAreMeansOfTheirPixels(bool isInterleaved)
    {
        DataViewSchema.Column column = ReportSamples.Scored(_ml).Schema["Pixels"];
        PixelColumn pixels = new(column, new ImageShape(3, 64, 64), isInterleaved);
        // Red is the row, green the column, blue 7.
        float[] image = [.. Enumerable.Range(0, 3 * 64 * 64).Select(i => isInterleaved
            ? Value(i % 3, i / 3 / 64, i / 3 % 64)
            : Value(i / 4096, i / 64 % 64, i % 64))];
        float[] small = Pictures.Reduce(pixels, image);
        Assert.HasCount(3 * 32 * 32, small);
        for (int i = 0; i < 1024; i++)
        {
            float[] expected = [(2 * (i / 32)) + 0.5f, (2 * (i % 32)) + 0.5f, 7];
            for (int c = 0; c < 3; c++) Assert.AreEqual(expected[c], small[isInterleaved ? (3 * i) + c : (1024 * c) + i], 1e-4f);
        }

        static float Value(int channel, int row, int column) => channel switch { 0 => row, 1 => column, _ => 7 };
    }

    [TestMethod]
    public void FiguresThatCannotBeAreRefused()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => Write(new ReportContent
        {
            Comparisons = [new ReportComparison("a", 80) { Megabytes = 0, IsAnswer = true }, new ReportComparison(" ", 0.5) { IsAnswer = true }],
            LabelCounts = new Dictionary<string, int> { ["ant"] = -1 },
            Data = new ReportData(-2) { Sizes = new Dictionary<string, int> { ["8 × 8"] = -3 } },
        })).Message;
        string[] expected =
        [
            "Comparisons['a'].Accuracy is 80; 0 to 1 was expected.", "Comparisons['a'].Megabytes is 0; a number above 0 was expected.",
            "The name of a comparison is empty", "Comparisons has more than one model that IsAnswer", "LabelCounts['ant'] is -1",
            "Data.Images is -2", "Data.Sizes['8 × 8'] is -3",
        ];
        foreach (string problem in expected) Assert.Contains(problem, message);
        string nulls = Assert.ThrowsExactly<ArgumentException>(
            () => Write(new ReportContent { Comparisons = [null!], LabelCounts = null!, Data = new ReportData(1) { Classes = null! } })).Message;
        Assert.Contains("Comparisons is null or holds null", nulls);
        Assert.Contains("LabelCounts is null", nulls);
    }

    private static IEnumerable<string> Rows(string html, string name) => TableRows().Matches(html).Select(m => m.Value)
        .Where(row => row.Contains($"<th scope=\"row\">{name}</th>", StringComparison.Ordinal));

    private string Write(ReportContent content)
    {
        string path = Path.Combine(_folder.Root, "report.html");
        ReportSamples.Search().WriteReport(path, content);
        return File.ReadAllText(path);
    }

    [GeneratedRegex("<section id=\"([^\"]*)\"")]
    private static partial Regex Sections();

    [GeneratedRegex("<tr.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex TableRows();
}
