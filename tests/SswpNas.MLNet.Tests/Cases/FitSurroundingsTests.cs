using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>What a caller has set, or hands in, neither spoils a fit nor is changed by it.</summary>
[TestClass]
[TestCategory("Cases")]
[DoNotParallelize]
public sealed class FitSurroundingsTests
{
    [TestMethod]
    [DataRow("no_grad")]
    [DataRow("inference_mode")]
    [DataRow("Float64")]
    public void AFitSetsWhatItNeedsAndPutsItBack(string setting)
    {
        MLContext ml = new(1);
        IDataView data = new Stripes().View(ml);
        float[][] expected = Scores();
        float[][] came;
        try
        {
            using IDisposable? mode = setting switch
            {
                "no_grad" => torch.no_grad(),
                "inference_mode" => torch.inference_mode(true),
                _ => null,
            };
            if (setting == "Float64") torch.set_default_dtype(torch.ScalarType.Float64);
            came = Scores();

            Assert.AreEqual(setting == "inference_mode", torch.is_inference_mode_enabled());
            Assert.AreEqual(setting == "Float64", torch.is_grad_enabled());
            Assert.AreEqual(setting == "Float64" ? torch.ScalarType.Float64 : torch.ScalarType.Float32, torch.get_default_dtype());
        }
        finally
        {
            torch.set_default_dtype(torch.ScalarType.Float32);
        }

        for (int i = 0; i < expected.Length; i++) CollectionAssert.AreEqual(expected[i], came[i]);
        Assert.IsTrue(torch.is_grad_enabled());

        float[][] Scores()
        {
            using TransformerChain<ConcomitantFineTuneTransformer> model = Chain(ml).Fit(data);
            return [.. model.Transform(data).GetColumn<float[]>("Score")];
        }
    }

    [TestMethod]
    public void ImagesThatAreNotFreedAreSearchedAndFineTunedOn()
    {
        MLContext ml = new(1);
        var pixels = ml.Transforms.ResizeImages("Image", 8, 8).Append(ml.Transforms.ExtractPixels("Pixels", "Image"));
        IDataView images = InMemory(ml, size: 16);

        using TransformerChain<SswpNasSearchTransformer> found = pixels.Append(ml.SswpNas().Search(options: Tiny.Search)).Fit(images);

        for (int reading = 0; reading < 3; reading++) Assert.AreEqual(48, found.Transform(images).GetColumn<float[]>("Features").Count());
    }

    [TestMethod]
    public void ImagesThatCanBeReadOnlyOnceAreRefusedBeforeTheSearch()
    {
        MLContext ml = new(1);
        bool searched = false;
        var pixels = ml.Transforms.ResizeImages("Image", 8, 8).Append(ml.Transforms.ExtractPixels("Pixels", "Image"));
        SswpNasSearchEstimator search = ml.SswpNas().Search(options: Tiny.Search with { Progress = new Told(() => searched = true) });

        string message = Assert.ThrowsExactly<InvalidOperationException>(() => pixels.Append(search).Fit(InMemory(ml))).Message;

        Assert.Contains("AppendCacheCheckpoint", message);
        Assert.IsFalse(searched);
        using TransformerChain<SswpNasSearchTransformer> found = pixels.AppendCacheCheckpoint(ml).Append(search).Fit(InMemory(ml));
        Assert.IsTrue(searched);
    }

    [TestMethod]
    public void ConvertToOnnxNamesWhatWritesTheNetwork()
    {
        MLContext ml = new(1);
        IDataView data = new Stripes().View(ml);
        using TransformerChain<ConcomitantFineTuneTransformer> model = Chain(ml).Fit(data);
        using MemoryStream file = new();

        string message = Assert.ThrowsExactly<NotSupportedException>(() => ml.Model.ConvertToOnnx(model, data, file)).Message;

        Assert.Contains("ExportToOnnx", message);
        Assert.AreEqual(0, file.Length);
        Assert.AreEqual(60L, model.Transform(data).GetRowCount());
    }

    [TestMethod]
    public void PixelsAHairOutsideARangeAreOfThatRange()
    {
        MLContext ml = new(1);
        using TestFolder folder = new();
        folder.WithClasses(4, "a", "b");
        var chain = ml.SswpNas().LoadImages().Append(ml.Transforms.ResizeImages("Image", 8, 8))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image", scaleImage: 0.003922f));
        IDataView rows = ml.SswpNas().LoadImageFolder(folder.Root);
        IDataView pixels = chain.Fit(rows).Transform(rows);

        using SswpNas.MLNet.Data.PixelStore store = SswpNas.MLNet.Data.PixelReader.Read(pixels, "Pixels");

        Assert.AreEqual(PixelRange.ZeroToOne, store.Range);
        Assert.IsGreaterThan(100, store[0].ToArray().Distinct().Count());
    }

    private static EstimatorChain<ConcomitantFineTuneTransformer> Chain(MLContext ml) =>
        ml.SswpNas().Search(options: Tiny.Search).Append(ml.SswpNas().FineTune(options: Tiny.FineTune));

    internal static IDataView InMemory(MLContext ml, int size = 8) => ml.Data.LoadFromEnumerable(Enumerable.Range(0, 48)
        .Select(i => new ImageRow { Image = MLImage.CreateFromStream(new MemoryStream(TestFolder.Image(SKEncodedImageFormat.Png, i, size))) }).ToArray());

    private sealed class ImageRow
    {
        // Any size: the type wants one.
        [Microsoft.ML.Transforms.Image.ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }

    private sealed class Told(Action tell) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => tell();
    }
}
