using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Tensors;
using SswpNas.MLNet.Tests.Estimators;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Objectives.Views;

/// <summary>Views by batched tensors against those that the CPU renders image by image; the CPU stands in for a device.</summary>
[TestClass]
public sealed class DeviceViewsTests
{
    private const int Seed = 11;

    private static readonly ViewOptions _plain = new()
    {
        FlipProbability = 0,
        JitterProbability = 0,
        GrayscaleProbability = 0,
        BlurProbability = 0,
    };

    private static readonly Dictionary<string, ViewOptions> _options = new()
    {
        ["default"] = new(),
        ["crop"] = _plain,
        ["flips"] = _plain with { FlipProbability = 0.5, VerticalFlipProbability = 0.5 },
        ["turns"] = _plain with { Rotate90Probability = 1 },
        ["brightness"] = _plain with { JitterProbability = 1, Contrast = 0, Saturation = 0, Hue = 0 },
        ["contrast"] = _plain with { JitterProbability = 1, Brightness = 0, Saturation = 0, Hue = 0 },
        ["saturation"] = _plain with { JitterProbability = 1, Brightness = 0, Contrast = 0, Hue = 0 },
        ["hue"] = _plain with { JitterProbability = 1, Brightness = 0, Contrast = 0, Saturation = 0, Hue = 0.5 },
        ["jitter"] = _plain with { JitterProbability = 0.8 },
        ["gray"] = _plain with { GrayscaleProbability = 0.5 },
        ["blur"] = _plain with { BlurProbability = 0.5 },
        ["everything"] = new()
        {
            VerticalFlipProbability = 0.5,
            Rotate90Probability = 0.7,
            JitterProbability = 0.8,
            GrayscaleProbability = 0.3,
            BlurProbability = 0.5,
        },
    };

    public static IEnumerable<object[]> Cases =>
        from name in _options.Keys
        from channels in new[] { 1, 3 }
        from side in new[] { 32, 16, 20 }
        select new object[] { name, channels, side };

    [TestMethod]
    [DoNotParallelize]
    [DynamicData(nameof(Cases))]
    public void TheyAreThoseOfTheCpuButForRounding(string name, int channels, int side)
    {
        PixelStore store = TestImages.Random(new ImageShape(channels, 32, 32), 9);
        int[] images = [4, 0, 8, 7, 4, 1];
        PixelNormalization normalization = TestImages.Normalization(channels);
        float[] expected = new float[2 * images.Length * channels * side * side];
        new ViewRenderer(_options[name], normalization, 1).Render(
            store, images, Seed, RandomPurpose.Views, 5, side, expected);
        using DeviceViews device = new(_options[name], normalization, CPU);
        long waits = HostSync.Count, tensors = Tensor.TotalCount;

        using Tensor planar = device.Render(store, images, Seed, RandomPurpose.Views, 5, side);

        Assert.AreEqual(waits, HostSync.Count);
        if (side == 32) Assert.AreEqual(tensors + 1, Tensor.TotalCount);
        CollectionAssert.AreEqual(new long[] { 2 * images.Length, channels, side, side }, planar.shape);
        using Tensor view = planar.permute(0, 2, 3, 1);
        using Tensor interleaved = view.contiguous();
        float[] actual = interleaved.data<float>().ToArray();
        TestImages.AssertClose([.. expected.Select(v => (double)v)], actual, 2e-4, name);
    }

    [TestMethod]
    public void ImagesThatAreNotSquareAreTurnedByHalf()
    {
        PixelStore store = TestImages.Random(new ImageShape(3, 16, 24), 4);
        ViewOptions options = _options["turns"];
        float[] expected = new float[2 * 4 * store.Shape.Size];
        new ViewRenderer(options, TestImages.Normalization(3), 1).Render(
            store, [0, 1, 2, 3], Seed, RandomPurpose.Views, 0, 16, expected);
        using DeviceViews device = new(options, TestImages.Normalization(3), CPU);

        using Tensor planar = device.Render(store, [0, 1, 2, 3], Seed, RandomPurpose.Views, 0, 16);
        using Tensor view = planar.permute(0, 2, 3, 1);
        using Tensor interleaved = view.contiguous();

        TestImages.AssertClose([.. expected.Select(v => (double)v)], interleaved.data<float>().ToArray(), 2e-4, "turns");
    }

    /// <summary>A whole search with them, by our kernels and by libtorch, is the search without them but for rounding.</summary>
    [TestMethod]
    [DataRow(SearchObjective.SimClr, true)]
    [DataRow(SearchObjective.Byol, false)]
    public void ASearchGoesAsItGoesWithViewsOfTheCpu(SearchObjective objective, bool managedKernels)
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes().View(ml);
        SearchOptions options = Tiny.Search with
        {
            Objective = objective,
            UseManagedKernels = managedKernels,
            LearningRate = 1e-3,
            LowResolutionFraction = 0.5,
        };
        using SswpNasSearchTransformer expected = ml.SswpNas().Search(options: options).Fit(data);
        using SswpNasSearchTransformer actual =
            ml.SswpNas().Search(options: options with { ViewsOnDevice = true }).Fit(data);

        for (int epoch = 0; epoch < options.Epochs; epoch++)
        {
            // Rounding grows from step to step.
            double slack = epoch < 2 ? 5e-3 : 5e-2;
            Assert.AreEqual(expected.Result.History[epoch].Loss, actual.Result.History[epoch].Loss, slack, $"epoch {epoch + 1}");
        }

        using SimClrPretrainTransformer pretrained = ml.SswpNas().Pretrain(
            options: PretrainOptions.From(options) with { ViewsOnDevice = true, Epochs = 1 }, searchResult: actual.Result).Fit(data);
        using SimClrPretrainTransformer reference = ml.SswpNas().Pretrain(
            options: PretrainOptions.From(options) with { Epochs = 1 }, searchResult: actual.Result).Fit(data);
        Assert.AreEqual(reference.Result.History[0].Loss, pretrained.Result.History[0].Loss, 1e-3);
    }
}
