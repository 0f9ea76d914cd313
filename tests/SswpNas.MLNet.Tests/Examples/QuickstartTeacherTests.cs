using System.Text.Json;
using Google.Protobuf;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples;

/// <summary>An ONNX file as the teacher, the rival beside it, and files that cannot teach.</summary>
[TestClass]
[TestCategory("Long")]
public sealed class QuickstartTeacherTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AnOnnxFileTeachesAndTheRivalIsMeasured()
    {
        string teacher = Teacher("teacher.onnx", inputs: 1, flat: true);
        JsonElement results = Results("--teacher", teacher);

        foreach (string figure in (string[])["micro", "macro"])
        {
            foreach (string row in (string[])["taught", "rival", "concomitant", "random"])
                Assert.IsInRange(0.0, 1.0, results.GetProperty($"accuracy.{row}.{figure}").GetDouble(), row);
        }

        Assert.IsGreaterThan(0, results.GetProperty("accuracy.rival.seconds").GetDouble());
        Assert.IsGreaterThan(
            10 * results.GetProperty("millisecondsPerImage").GetDouble(), results.GetProperty("rival.millisecondsPerImage").GetDouble());
        Assert.IsGreaterThan(100 * results.GetProperty("megabytes").GetDouble(), results.GetProperty("rival.megabytes").GetDouble());
        Assert.IsFalse(results.TryGetProperty("accuracy.semiSupervised.micro", out _), "its row is the taught one");
        Assert.AreEqual(teacher, results.GetProperty("options").GetProperty("teacher").GetString());
        byte[] model = File.ReadAllBytes(Path.Combine(_folder.Root, "results", "model.onnx"));
        Assert.AreEqual(-1, model.AsSpan().IndexOf("TeacherFeatures"u8), "no trace of the teacher");
    }

    [TestMethod]
    [DataRow("ignore")]
    [DataRow("pseudo-labels")]
    public void ImagesWithoutALabelTakePartUnlessTheyAreToBeIgnored(string use)
    {
        // Images of 16 x 16 pixels: with this stem they are brought to the smallest side that it takes.
        JsonElement results = Results("--unlabelled", use, "--rival", "false", "--strategy", "Random", "--stem", "strided");

        Assert.AreEqual(use == "pseudo-labels", results.TryGetProperty("accuracy.semiSupervised.micro", out _));
        Assert.IsFalse(results.TryGetProperty("accuracy.rival.micro", out _));
        Assert.AreEqual("Random", results.GetProperty("search.strategy").GetString());
        JsonElement options = results.GetProperty("options");
        Assert.AreEqual(("Strided", 32), (options.GetProperty("stem").GetString(), options.GetProperty("imageSize").GetInt32()));
        Assert.AreEqual(JsonValueKind.Null, results.GetProperty("search.pathEntropy").ValueKind);
        string[] genotype = [.. results.GetProperty("genotype").EnumerateArray().Select(cell => cell.GetString()!)];
        Assert.AreEqual(Genotype.Random(SearchOptions.Smoke.Cells, seed: 7).ToString(), string.Join('\n', genotype));
    }

    [TestMethod]
    public void FilesThatCannotTeachAreNamedWithWhatWasFound()
    {
        _folder.WithClasses(4, "images/ant", "images/bee");
        Fails(Teacher("two.onnx", inputs: 2, flat: true), "it has 2 inputs (pixels, more)");
        Fails(Teacher("map.onnx", inputs: 1, flat: false), "its output 'features' is [open, 3, 4, 4]");
        Fails(Teacher("grey.onnx", inputs: 1, flat: true, channels: 1), "its input 'pixels' is [open, 1, 16, 16]");

        void Fails(string file, string found)
        {
            ExampleProcess.Finished run = ExampleProcess.Run("Quickstart", _folder.Root, "--data", "images", "--teacher", file);
            Assert.AreEqual(1, run.Code, run.Output);
            Assert.Contains(found, run.Error);
            Assert.Contains(file, run.Error);
            Assert.DoesNotContain("search: ", run.Output);
        }
    }

    private JsonElement Results(params string[] more)
    {
        _folder.WithClasses(34, "images/ant", "images/bee", "images/cat").WithClasses(4, "test/ant", "test/bee", "test/cat");
        ExampleProcess.Finished run = ExampleProcess.Run(
            "Quickstart", _folder.Root,
            [
                "--data", "images", "--test-data", "test", "--preset", "smoke", "--label-fraction", "0.6", "--seed", "7", "--threads", "2",
                "--output", "results", .. more,
            ]);
        Assert.AreEqual(0, run.Code, run.Error + run.Output);
        return JsonElement.Parse(File.ReadAllText(Path.Combine(_folder.Root, "results", "results.json")));
    }

    /// <summary>Means over squares of 4 x 4 pixels.</summary>
    private string Teacher(string name, int inputs, bool flat, int channels = 3)
    {
        OnnxGraph graph = new("teacher");
        string pixels = graph.Input("pixels", channels, 16, 16);
        if (inputs > 1) graph.Input("more", 3, 16, 16);
        string means = graph.Node(
            "AveragePool", [pixels], OnnxGraph.Attribute("kernel_shape", 4L, 4L), OnnxGraph.Attribute("strides", 4L, 4L));
        if (flat) graph.Output(graph.Node("Flatten", [means]), "features", channels * 16);
        else graph.Output(means, "features", channels, 4, 4);
        return _folder.Write(name, graph.ToModel("test", "1").ToByteArray());
    }
}
