extern alias service;

using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Examples.Service;
using SswpNas.MLNet.Tests.Onnx;
using ServicePixels = service::ScoringService.Model.PixelReader;
using ServiceInfo = service::SswpNas.MLNet.OnnxModelInfo;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>Training and service see the same pixels of every kind of file.</summary>
[TestClass]
[TestCategory("Cases")]
public sealed class OneDecodingTests
{
    [TestMethod]
    public void TheServiceSeesWhatTheTrainingSaw()
    {
        byte[] photo = Photo.Quarters(40, 32);
        byte[][] files =
        [
            photo, Photo.Oriented(photo, 6), Photo.Oriented(photo, 7), Photo.Profiled(photo, IccProfile.Table(3)),
            Photo.Profiled(photo, IccProfile.Matrix()), Photo.Cmyk(200, 30, 90, 220), Photo.Profiled(Photo.Cmyk(200, 30, 90, 220), IccProfile.Table(4)),
            Photo.Drawn(20, 20, SKEncodedImageFormat.Png, (x, y) => new SKColor(10, 90, 30, (byte)(12 * x))), Photo.Oriented(Photo.Quarters(2200, 1100), 8),
        ];
        using TestFolder folder = new();
        MLContext ml = new(1);
        string[] paths = [.. files.Select((file, i) => folder.Write($"{i}", file))];
        IDataView rows = PathRow.View(ml, paths);
        var steps = ml.SswpNas().LoadImages().Append(ml.Transforms.ResizeImages("Image", 8, 8)).Append(ml.Transforms.ExtractPixels("Pixels", "Image"));
        float[][] trained = [.. ml.Data.CreateEnumerable<PixelRow>(steps.Fit(rows).Transform(rows), reuseRowObject: false).Select(row => row.Pixels)];
        using DerivedNetwork network = ServiceModels.Network(new ImageShape(3, 8, 8), ServiceModels.FirstClasses.Length, seed: 11);
        OnnxExport export = OnnxSamples.Export(network, features: null) with { ClassNames = ServiceModels.FirstClasses };
        string model = folder.Write("model.onnx", export.ToBytes());
        using ServicePixels service = new(ServiceInfo.Of(File.ReadAllBytes(model), model), isInterleaved: false, ImageResizingEstimator.ResizingKind.IsoCrop);

        for (int i = 0; i < files.Length; i++)
        {
            float[]? served = service.Read(files[i], files[i].Length, 64_000_000, out string? problem);
            Assert.IsNull(problem);
            CollectionAssert.AreEqual(trained[i], served, $"file {i}");
        }
    }

    private sealed class PixelRow
    {
        public float[] Pixels { get; set; } = [];
    }
}
