using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Tests.Onnx;

/// <summary>
/// The fixture of SswpNas.MLNet.ScoringTests, which know none of our types: a saved chain from image files to labels, a
/// few images and their scores. With SSWPNAS_WRITE_FIXTURES=1 in the environment this test writes it, else it checks
/// that what the library makes today still agrees with it.
/// </summary>
[TestClass]
public sealed class ScoringFixtureTests
{
    private static readonly ImageShape Shape = new(3, 8, 8);
    private static readonly string[] ClassNames = ["plain", "with, comma", "said \"so\""];
    private static readonly string[] Images = ["blue.png", "checks.png", "ramp.png", "stripes.png"];

    [TestMethod]
    public void TheFixtureIsWhatTheLibraryMakes()
    {
        string folder = Folder();
        bool write = Environment.GetEnvironmentVariable("SSWPNAS_WRITE_FIXTURES") == "1";
        MLContext ml = new(seed: 1);
        if (write) WriteImages(Directory.CreateDirectory(folder));
        IDataView images = ml.Data.LoadFromEnumerable(
            Images.Select(image => new ImageRow { ImagePath = Path.Combine(folder, image) }));
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, Shape, cells: 1, channels: 4, ClassNames.Length);
        OnnxSamples.Favour(network, 0, -0.6f, 1.74f);
        using TransformerChain<ITransformer> model = Chain(ml, images, network);
        Dictionary<string, float[]> scores = Scores(ml, model.Transform(images));
        if (write) Write(ml, model, images.Schema, folder, scores);
        string json = File.ReadAllText(Path.Combine(folder, "expected-scores.json"));
        Dictionary<string, float[]> expected = JsonSerializer.Deserialize<Dictionary<string, float[]>>(json)!;
        CollectionAssert.AreEqual(Images, expected.Keys.ToArray());
        foreach (string image in Images)
            for (int k = 0; k < ClassNames.Length; k++) Assert.AreEqual(expected[image][k], scores[image][k], 1e-5f);
    }

    private static TransformerChain<ITransformer> Chain(MLContext ml, IDataView images, DerivedNetwork network)
    {
        ITransformer pixels = ml.Transforms.LoadImages("Image", imageFolder: "", inputColumnName: nameof(ImageRow.ImagePath))
            .Append(ml.Transforms.ResizeImages("Image", Shape.Width, Shape.Height))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Fit(images);
        ConcomitantFineTuneTransformer ours =
            OnnxSamples.FineTuned(ml, OnnxSamples.Export(network) with { ClassNames = ClassNames });
        return new TransformerChain<ITransformer>(pixels, ours);
    }

    private static Dictionary<string, float[]> Scores(MLContext ml, IDataView scored) =>
        Images.Zip(ml.Data.CreateEnumerable<ScoredRow>(scored, reuseRowObject: false))
            .ToDictionary(pair => pair.First, pair => pair.Second.Score);

    private static void Write(
        MLContext ml, ITransformer model, DataViewSchema schema, string folder, Dictionary<string, float[]> scores)
    {
        ml.Model.Save(model, schema, Path.Combine(folder, "tiny-model.zip"));
        File.WriteAllText(Path.Combine(folder, "expected-scores.json"), JsonSerializer.Serialize(scores) + "\n");
    }

    private static void WriteImages(DirectoryInfo folder)
    {
        Func<int, int, int, int>[] drawings =
        [
            (x, y, c) => c == 2 ? 220 : 20 * c,
            (x, y, c) => ((x / 2) + (y / 2)) % 2 == 0 ? 240 : 15,
            (x, y, c) => (x * 32) + (c * 10),
            (x, y, c) => y % 2 == 0 ? 80 * (c + 1) : 0,
        ];
        for (int i = 0; i < Images.Length; i++) WriteImage(Path.Combine(folder.FullName, Images[i]), drawings[i]);
    }

    private static void WriteImage(string path, Func<int, int, int, int> drawing)
    {
        byte[] rgba = new byte[Shape.Height * Shape.Width * 4];
        for (int i = 0; i < rgba.Length; i++)
            rgba[i] = (byte)(i % 4 == 3 ? 255 : Math.Min(255, drawing(i / 4 % Shape.Width, i / 4 / Shape.Width, i % 4)));
        using MLImage image = MLImage.CreateFromPixels(Shape.Width, Shape.Height, MLPixelFormat.Rgba32, rgba);
        image.Save(path);
    }

    private static string Folder()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "SswpNas.MLNet.sln"))) root = root.Parent;
        Assert.IsNotNull(root, "The tests run from a folder below the solution's.");
        return Path.Combine(root.FullName, "tests", "SswpNas.MLNet.ScoringTests", "Fixtures");
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }
}
