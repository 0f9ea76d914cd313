using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>One run of the example with the smallest settings, and all that it leaves behind.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class QuickstartRunTests
{
    private static readonly string[] Keys =
    [
        "accuracy.concomitant.micro", "accuracy.concomitant.macro", "accuracy.random.micro", "accuracy.random.macro",
        "accuracy.probe.micro", "accuracy.semiSupervised.micro", "accuracy.semiSupervised.macro",
        "seconds.search", "seconds.fineTune", "peakMemoryMiB", "parameters", "genotype", "options", "seed", "hardware",
        "versions", "millisecondsPerImage", "megabytes", "accuracy.semiSupervised.seconds", "accuracy.concomitant.seconds",
        "accuracy.random.seconds", "calibration.temperature", "calibration.images", "calibration.testError",
    ];

    private static TestFolder _images = null!;
    private static TestFolder _testImages = null!;
    private static TestFolder _folder = null!;
    private static ExampleProcess.Finished _run = null!;
    private static JsonElement _results;

    [ClassInitialize]
    public static void RunOnce(TestContext _)
    {
        _images = new TestFolder().WithClasses(34, "ant", "bee", "cat");
        _testImages = new TestFolder().WithClasses(7, "ant", "bee", "cat");
        _folder = new TestFolder();
        _run = ExampleProcess.Run(
            "Quickstart", _folder.Root, "--data", _images.Root, "--test-data", _testImages.Root, "--preset", "smoke", "--limit", "90",
            "--label-fraction", "0.6", "--seed", "7", "--threads", "2", "--rival", "false", "--output", "results");
        Assert.AreEqual(0, _run.Code, _run.Error + _run.Output);
        _results = JsonElement.Parse(File.ReadAllText(Result("results.json")));
    }

    [ClassCleanup]
    public static void End()
    {
        _images.Dispose();
        _testImages.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void ItLeavesTheFiveResultsAndNothingElse()
    {
        string[] names = [.. Directory.GetFileSystemEntries(Result("")).Select(p => Path.GetFileName(p)!).Order()];
        CollectionAssert.AreEqual(new[] { "model.onnx", "model.zip", "report.html", "results.json", "search-result" }, names);
    }

    [TestMethod]
    public void TheResultsHaveEveryKeyAndPossibleFigures()
    {
        foreach (string key in Keys) Assert.IsTrue(_results.TryGetProperty(key, out _), key);
        foreach (string key in Keys.Where(k => k.StartsWith("accuracy", StringComparison.Ordinal) && !k.EndsWith("seconds", StringComparison.Ordinal)))
            Assert.IsInRange(0.0, 1.0, Number(key), key);
        Assert.IsGreaterThan(0, Number("seconds.search"));
        Assert.IsGreaterThan(0, Number("seconds.fineTune"));
        Assert.IsInRange(50.0, 3072.0, Number("peakMemoryMiB"));
        Assert.IsGreaterThan(0, Number("parameters"));
        Assert.AreEqual(7, Number("seed"));
        Assert.IsInRange(0.0, 1.0, Number("calibration.testError"));
        Assert.IsGreaterThan(0, Number("calibration.temperature"), "the images without a label leave a validation part");
    }

    [TestMethod]
    public void TheResultsSayWhatWasRun()
    {
        JsonElement options = _results.GetProperty("options");
        Assert.AreEqual("smoke", options.GetProperty("preset").GetString());
        Assert.AreEqual(0.6, options.GetProperty("labelFraction").GetDouble());
        Assert.AreEqual(16, options.GetProperty("imageSize").GetInt32(), "the size of the images");
        Assert.AreEqual("Cifar", options.GetProperty("stem").GetString());
        Assert.AreEqual(SearchOptions.Smoke.Epochs, options.GetProperty("searchEpochs").GetInt32());
        Assert.AreEqual(90, Number("images.search"));
        Assert.AreEqual(54, Number("images.labels"));
        Assert.AreEqual(21, Number("images.test"));
        Assert.IsTrue(_results.GetProperty("versions").TryGetProperty("TorchSharp", out _));
        Assert.IsGreaterThan(0, _results.GetProperty("hardware").GetProperty("cores").GetInt32());
    }

    [TestMethod]
    public void StockMLNetFindsTheSameAccuracyFromTheModelFile()
    {
        MLContext ml = new();
        ITransformer model = ml.Model.Load(Result("model.zip"), out _);
        using var owner = (IDisposable)model;
        IDataView scored = model.Transform(ml.SswpNas().LoadImageFolder(_testImages.Root));
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
        Assert.AreEqual(Number("accuracy.semiSupervised.micro"), metrics.MicroAccuracy, 1e-9);
        Assert.AreEqual(Number("accuracy.semiSupervised.macro"), metrics.MacroAccuracy, 1e-9);
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].GetSlotNames(ref names);
        string[] found = [.. names.DenseValues().Select(n => n.ToString())];
        CollectionAssert.AreEqual(new[] { "ant", "bee", "cat" }, found);
    }

    [TestMethod]
    public void TheOnnxFileAndTheSearchResultHoldTheGenotype()
    {
        JsonElement cells = _results.GetProperty("genotype");
        string genotype = string.Join('\n', cells.EnumerateArray().Select(c => c.GetString()));
        Assert.HasCount(SearchOptions.Smoke.Cells, Genotype.Parse(genotype).Cells);
        Assert.AreEqual(genotype, SearchResult.Load(Result("search-result")).Genotype.ToString());
        using InferenceSession session = new(Result("model.onnx"));
        Assert.AreEqual(genotype, session.ModelMetadata.CustomMetadataMap["genotype"]);
    }

    [TestMethod]
    public void TheReportHasEverySectionAndTheSameAccuracy()
    {
        string html = File.ReadAllText(Result("report.html"));
        foreach (string section in new[] { "answer", "data", "map", "network", "search", "alphas", "fine-tuning", "settings" })
            Assert.Contains($"<section id=\"{section}\"", html);
        string accuracy = string.Create(CultureInfo.InvariantCulture, $"{100 * Number("accuracy.semiSupervised.micro"):0.0} %");
        Assert.Contains($"<p class=\"figure\">{accuracy}</p>", html);
        foreach (string model in new[] { "labels alone", "random start", "linear probe" }) Assert.Contains(model, html);
        Assert.Contains("The places of the image that spoke for", html);
        Assert.Contains("first two principal components", html);
        Assert.DoesNotContain("have no column", html);
    }

    [TestMethod]
    public void EveryEpochOfTheSearchAndOfBothFineTuningsIsALine()
    {
        Assert.AreEqual(SearchOptions.Smoke.Epochs, Lines("search: "));
        Assert.AreEqual(FineTuneOptions.Smoke.Epochs, Lines("fine-tune concomitant: run 1/1"));
        Assert.AreEqual(FineTuneOptions.Smoke.Epochs, Lines("fine-tune random: run 1/1"));

        Assert.DoesNotContain("\u001b", _run.Output, "escape sequences in a log");
        Assert.AreEqual("", _run.Error);
    }

    private static string Result(string name) => Path.Combine(_folder.Root, "results", name);

    private static int Lines(string start) =>
        _run.Output.Split('\n').Count(line => line.StartsWith(start, StringComparison.Ordinal));

    private static double Number(string key) => _results.GetProperty(key).GetDouble();
}
