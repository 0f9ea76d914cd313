using SswpNas.MLNet.Data;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Numerics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace SswpNas.MLNet.Benchmarks.Port;

/// <summary>
/// Two views of each image by tensor operations on one image after the other, as torchvision's transforms do, on as
/// many threads as the product's (in the published code, the workers of its data loader).
/// </summary>
internal sealed class PlainViews(ViewOptions options, PixelNormalization normalization, int seed, int threads)
{
    private readonly ParallelOptions _parallel = new() { MaxDegreeOfParallelism = threads };

    /// <summary>First views of all images, then the second ones: [2N, 3, height, width].</summary>
    /// <param name="images">All images, bytes, [images, 3, height, width].</param>
    /// <param name="batch">Which of them.</param>
    /// <param name="step">Counts the batches.</param>
    public Tensor Render(Tensor images, int[] batch, long step)
    {
        Tensor[] views = new Tensor[2 * batch.Length];
        Parallel.For(0, views.Length, _parallel, row =>
        {
            RandomStream random = new(seed, RandomPurpose.Views, step, row);
            using IDisposable noGrad = no_grad();
            using DisposeScope scope = NewDisposeScope();
            views[row] = View(images[batch[row % batch.Length]], ref random).DetachFromDisposeScope();
        });
        Tensor all = stack(views);
        foreach (Tensor view in views) view.Dispose();
        return all;
    }

    private Tensor View(Tensor image, ref RandomStream random)
    {
        Tensor view = ResizedCrop(image.to(ScalarType.Float32) / 255, ref random);
        if (random.NextBool(options.FlipProbability)) view = view.flip(2);
        if (random.NextBool(options.JitterProbability)) view = Jitter(view, ref random);
        if (random.NextBool(options.GrayscaleProbability)) view = PlainColors.Gray(view).expand(3, -1, -1);
        if (random.NextBool(options.BlurProbability))
            view = Blur(view, random.NextDouble(options.MinimumBlurSigma, options.MaximumBlurSigma));
        Tensor mean = tensor(normalization.Mean).view(3, 1, 1);
        return (view - mean) / tensor(normalization.StandardDeviation).view(3, 1, 1);
    }

    private Tensor ResizedCrop(Tensor image, ref RandomStream random)
    {
        long height = image.shape[1], width = image.shape[2];
        CropBox box = CropBox.Random(
            ref random, new ImageShape(3, (int)height, (int)width), (options.MinimumCropArea, options.MaximumCropArea),
            (options.MinimumAspectRatio, options.MaximumAspectRatio));
        Tensor crop = image[.., box.Top..(box.Top + box.Height), box.Left..(box.Left + box.Width)];
        Tensor resized = interpolate(
            crop.unsqueeze(0), [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
        return resized.squeeze(0);
    }

    private Tensor Jitter(Tensor view, ref RandomStream random)
    {
        Span<int> order = [0, 1, 2, 3];
        random.Shuffle(order);
        foreach (int operation in order)
        {
            view = operation switch
            {
                0 => PlainColors.Brightness(view, Factor(ref random, options.Brightness)),
                1 => PlainColors.Contrast(view, Factor(ref random, options.Contrast)),
                2 => PlainColors.Saturation(view, Factor(ref random, options.Saturation)),
                _ => PlainColors.Hue(view, random.NextDouble(-options.Hue, options.Hue)),
            };
        }

        return view;
    }

    private static Tensor Blur(Tensor view, double sigma)
    {
        double side = Math.Exp(-0.5 / (sigma * sigma));
        Tensor line = tensor([(float)side, 1f, (float)side]) / (1 + (2 * side));
        Tensor kernel = line.outer(line).expand(3, 1, 3, 3);
        Tensor padded = pad(view.unsqueeze(0), [1, 1, 1, 1], PaddingModes.Reflect);
        return conv2d(padded, kernel, groups: 3).squeeze(0);
    }

    private static double Factor(ref RandomStream random, double amount) =>
        random.NextDouble(Math.Max(0, 1 - amount), 1 + amount);
}
