extern alias service;

using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Onnx;
using service::ScoringService.Model;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>The service says of images what ML.NET says with the model.zip, over HTTP.</summary>
[TestClass]
public sealed class ScoreTests
{
    private static readonly (string Name, byte[] Bytes)[] _images =
    [
        ("noise.png", TestFolder.Image(SKEncodedImageFormat.Png, seed: 1)),
        ("noise.jpg", TestFolder.Image(SKEncodedImageFormat.Jpeg, seed: 2, size: 50)),
        ("noise.webp", TestFolder.Image(SKEncodedImageFormat.Webp, seed: 3)),
        ("wide.png", Drawn(90, 30, SKColorType.Rgba8888, SKAlphaType.Opaque)),
        ("high.png", Drawn(7, 41, SKColorType.Rgba8888, SKAlphaType.Opaque)),
        ("clear.png", Drawn(33, 20, SKColorType.Rgba8888, SKAlphaType.Unpremul)),
        ("grey.png", Drawn(20, 33, SKColorType.Gray8, SKAlphaType.Opaque)),
        ("fits.png", Drawn(8, 8, SKColorType.Rgba8888, SKAlphaType.Opaque)),
        ("large.png", Drawn(2100, 2100, SKColorType.Rgba8888, SKAlphaType.Opaque)),
    ];

    public enum Form
    {
        Usual,
        Interleaved,
        Grey,
        Fraction,
        PlusMinusOne,
        Padded,
    }

    [TestMethod]
    [DataRow(Form.Usual)]
    [DataRow(Form.Interleaved)]
    [DataRow(Form.Grey)]
    [DataRow(Form.Fraction)]
    [DataRow(Form.PlusMinusOne)]
    [DataRow(Form.Padded)]
    public async Task EveryImageGetsWhatMlNetSays(Form form)
    {
        ImageShape shape = new(form == Form.Grey ? 1 : 3, 8, 8);
        using DerivedNetwork network = ServiceModels.Network(shape, ServiceModels.FirstClasses.Length, seed: 11);
        OnnxExport export = OnnxSamples.Export(network, features: "Features") with
        {
            ClassNames = ServiceModels.FirstClasses,
            IsInterleaved = form == Form.Interleaved,
            Range = form switch { Form.Fraction => new(0, 1), Form.PlusMinusOne => new(-1, 1), _ => new(0, 255) },
        };
        var resizing = form == Form.Padded ? ImageResizingEstimator.ResizingKind.IsoPad : ImageResizingEstimator.ResizingKind.IsoCrop;
        float[][] expected = ByMlNet(export, form, resizing);
        await using RunningService service = await RunningService.Start(export.ToBytes(), o => o with { Resizing = resizing });

        RunningService.Answer answer = await service.Score(_images);

        Assert.AreEqual(HttpStatusCode.OK, answer.Status, answer.Json.ToString());
        CollectionAssert.AreEqual(_images.Select(image => image.Name).ToArray(), answer.Files);
        for (int i = 0; i < _images.Length; i++)
        {
            AssertNear(expected[i], answer.Scores[i], _images[i].Name);
            Assert.AreEqual(ServiceModels.FirstClasses[Array.IndexOf(expected[i], expected[i].Max())], answer.Labels[i]);
            RunningService.Answer alone = await service.Score(_images[i]);
            AssertNear(expected[i], alone.Scores.Single(), _images[i].Name);
        }

        Assert.IsGreaterThan(1, expected.Select(row => row[0]).Distinct().Count(), "The images differ.");
        Assert.AreEqual("", service.Log.Text);
    }

    [TestMethod]
    public async Task BelowTheModelsBoundNoClassIsNamed()
    {
        using DerivedNetwork network = ServiceModels.Network(new ImageShape(3, 8, 8), ServiceModels.FirstClasses.Length, seed: 11);
        OnnxExport export = OnnxSamples.Export(network) with { ClassNames = ServiceModels.FirstClasses };
        float[] highest;
        await using (RunningService all = await RunningService.Start(export.ToBytes()))
            highest = [.. (await all.Score(_images)).Scores.Select(row => row.Max())];
        float[] sorted = [.. highest.Order()];
        float bound = (sorted[0] + sorted[^1]) / 2;

        await using RunningService some = await RunningService.Start((export with { Acceptance = new ClassAcceptance(bound, null, 0) }).ToBytes());

        RunningService.Answer answer = await some.Score(_images);
        CollectionAssert.AreEqual(
            highest.Select(p => p >= bound).ToArray(), answer.Labels.Select(label => label is not null).ToArray());
        Assert.IsTrue(answer.Labels.Contains(null) && answer.Labels.Any(label => label is not null));
    }

    [TestMethod]
    public async Task RequestsThatComeTogetherAreScoredTogether()
    {
        int largest = 0, images = 0;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == Batcher.MeterName) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<int>((_, size, _, _) =>
        {
            largest = Math.Max(largest, size);
            images += size;
        });
        listener.Start();
        await using RunningService service =
            await RunningService.Start(ServiceModels.First, o => o with { BatchMilliseconds = 100, BatchImages = 5 });
        RunningService.Answer alone = await service.Score(_images);

        RunningService.Answer[] answers = await Task.WhenAll(_images.Concat(_images).Select(image => service.Score(image)));

        Assert.AreEqual(3 * _images.Length, images);
        Assert.AreEqual(5, largest, "no more than BatchImages, and as many where there are as many");
        for (int i = 0; i < answers.Length; i++)
            AssertNear(alone.Scores[i % _images.Length], answers[i].Scores.Single(), answers[i].Files.Single());
    }

    [TestMethod]
    public async Task HealthSaysWhichModelScores()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        RunningService.Answer health = await service.Get("health");
        Assert.AreEqual(HttpStatusCode.OK, health.Status);
        Assert.AreEqual("ready", health.Json.GetProperty("status").GetString());
        JsonElement model = health.Json.GetProperty("model");
        Assert.AreEqual("model.onnx", model.GetProperty("file").GetString());
        Assert.AreEqual(ServiceModels.First.Length, model.GetProperty("bytes").GetInt64());
        Assert.AreEqual(File.GetLastWriteTimeUtc(service.ModelPath), model.GetProperty("modified").GetDateTime());
        CollectionAssert.AreEqual(
            ServiceModels.FirstClasses, model.GetProperty("classes").EnumerateArray().Select(name => name.GetString()).ToArray());
        Assert.AreEqual("""{"channels":3,"height":8,"width":8}""", model.GetProperty("image").GetRawText());
        string sum = (await service.Score(_images[0])).Json.GetProperty("model").GetProperty("sha256").GetString()!;
        Assert.AreEqual(model.GetProperty("sha256").GetString(), sum);
        Assert.DoesNotContain(service.Folder, health.Json.ToString(), "Where the file lies is nobody's business.");
    }

    [TestMethod]
    public async Task TheApiDescribesItself()
    {
        await using RunningService service = await RunningService.Start(ServiceModels.First);
        JsonElement api = (await service.Get("openapi/v1.json")).Json;
        Assert.StartsWith("3.", api.GetProperty("openapi").GetString()!);
        JsonElement score = api.GetProperty("paths").GetProperty("/score").GetProperty("post");
        JsonElement form = score.GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema");
        Assert.AreEqual("array", form.GetProperty("properties").GetProperty("images").GetProperty("type").GetString());
        string[] statuses = [.. score.GetProperty("responses").EnumerateObject().Select(response => response.Name)];
        CollectionAssert.AreEquivalent(new[] { "200", "400", "408", "413", "415", "422", "429", "503" }, statuses);
        Assert.IsTrue(api.GetProperty("paths").TryGetProperty("/health", out _));
        Assert.Contains("highest score", api.ToString(), "the comments of the answer's members");
    }

    private static float[][] ByMlNet(OnnxExport export, Form form, ImageResizingEstimator.ResizingKind resizing)
    {
        using TestFolder folder = new();
        MLContext ml = new(seed: 1);
        IDataView paths = ml.Data.LoadFromEnumerable(
            _images.Select(image => new PathRow { ImagePath = folder.Write(image.Name, image.Bytes) }).ToArray());
        IEstimator<ITransformer> pixels = ml.SswpNas().LoadImages()
            .Append(ml.Transforms.ResizeImages("Image", 8, 8, resizing: resizing));
        pixels = form switch
        {
            Form.Grey => pixels.Append(ml.Transforms.ConvertToGrayscale("Image"))
                .Append(ml.Transforms.ExtractPixels("Pixels", "Image", ImagePixelExtractingEstimator.ColorBits.Red)),
            Form.Interleaved => pixels.Append(ml.Transforms.ExtractPixels("Pixels", "Image", interleavePixelColors: true)),
            Form.Fraction => pixels.Append(ml.Transforms.ExtractPixels("Pixels", "Image", scaleImage: 1 / 255f)),
            Form.PlusMinusOne => pixels.Append(
                ml.Transforms.ExtractPixels("Pixels", "Image", offsetImage: 127.5f, scaleImage: 1 / 127.5f)),
            _ => pixels.Append(ml.Transforms.ExtractPixels("Pixels", "Image")),
        };
        using ConcomitantFineTuneTransformer model = OnnxSamples.FineTuned(ml, export with { Features = null });
        return [.. model.Transform(pixels.Fit(paths).Transform(paths)).GetColumn<float[]>("Score")];
    }

    private static void AssertNear(float[] expected, float[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual);
        for (int k = 0; k < expected.Length; k++) Assert.AreEqual(expected[k], actual[k], 1e-5f, what);
    }

    private static byte[] Drawn(int width, int height, SKColorType colors, SKAlphaType alpha)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, height, colors, alpha));
        bitmap.Pixels =
        [
            .. Enumerable.Range(0, width * height).Select(i => (X: i % width, Y: i / width)).Select(p => new SKColor(
                (byte)(p.X * 255 / width), (byte)(p.Y * 255 / height), (byte)(p.X * p.Y),
                alpha == SKAlphaType.Opaque ? (byte)255 : (byte)(p.X * 255 / width))),
        ];
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
