using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet;
using SswpNas.MLNet.Data;

namespace ScoringService.Model;

/// <summary>
/// From the bytes of an image file to what a network takes, by ML.NET's own ResizeImages and ExtractPixels: the numbers of the
/// training. Any number of threads.
/// </summary>
internal sealed class PixelReader : IDisposable
{
    private readonly ObjectPool<PredictionEngine<ImageRow, PixelRow>> _engines;

    public PixelReader(OnnxModelInfo info, bool isInterleaved, ImageResizingEstimator.ResizingKind resizing)
    {
        MLContext ml = new();
        IDataView none = ml.Data.LoadFromEnumerable(Array.Empty<ImageRow>());
        ITransformer steps = Steps(ml, info, isInterleaved, resizing).Fit(none);
        DefaultObjectPoolProvider pools = new() { MaximumRetained = Environment.ProcessorCount };
        _engines = pools.Create(new Policy(ml, steps));
    }

    /// <summary>The numbers of an image; or null, with what is wrong with it in words that follow its name.</summary>
    /// <param name="file">Begins with the file.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="maxPixels">Pixels that it may declare.</param>
    /// <param name="problem">What is wrong with it; null for nothing.</param>
    public float[]? Read(byte[] file, int length, long maxPixels, out string? problem)
    {
        float[]? pixels = null;
        problem = ImageKind.Problem(file.AsSpan(0, length)) ?? ImageDecoding.Problem(
            file, length, maxPixels, (rgba, width, height) => pixels = Resized(rgba, width, height));
        return pixels;
    }

    public void Dispose() => (_engines as IDisposable)?.Dispose();

    private float[] Resized(ReadOnlySpan<byte> rgba, int width, int height)
    {
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, rgba);
        PredictionEngine<ImageRow, PixelRow> engine = _engines.Get();
        try
        {
            return engine.Predict(new ImageRow { Image = image }).Pixels;
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    private static EstimatorChain<ITransformer> Steps(
        MLContext ml, OnnxModelInfo info, bool isInterleaved, ImageResizingEstimator.ResizingKind resizing)
    {
        const string image = nameof(ImageRow.Image);
        bool isGrey = info.ImageChannels == 1;
        float scale = (info.White - info.Black) / 255;
        EstimatorChain<ITransformer> steps = new EstimatorChain<ITransformer>()
            .Append<ITransformer>(ml.Transforms.ResizeImages(image, info.ImageWidth, info.ImageHeight, image, resizing));
        if (isGrey) steps = steps.Append<ITransformer>(ml.Transforms.ConvertToGrayscale(image));
        return steps.Append<ITransformer>(ml.Transforms.ExtractPixels(
            nameof(PixelRow.Pixels), image,
            isGrey ? ImagePixelExtractingEstimator.ColorBits.Red : ImagePixelExtractingEstimator.ColorBits.Rgb,
            interleavePixelColors: isInterleaved, offsetImage: -info.Black / scale, scaleImage: scale));
    }

    private sealed class Policy(MLContext ml, ITransformer steps) : PooledObjectPolicy<PredictionEngine<ImageRow, PixelRow>>
    {
        public override PredictionEngine<ImageRow, PixelRow> Create() =>
            ml.Model.CreatePredictionEngine<ImageRow, PixelRow>(steps, new PredictionEngineOptions { OwnsTransformer = false });

        public override bool Return(PredictionEngine<ImageRow, PixelRow> obj) => true;
    }

    private sealed class ImageRow
    {
        // Any size: the type wants one.
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }

    private sealed class PixelRow
    {
        public float[] Pixels { get; set; } = [];
    }
}
