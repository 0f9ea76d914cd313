using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// Batch norm from channel sums about a centre: forward as one factor and one offset a channel, backward as three. The numbers of a
/// forward pass lie in one row: scale, shift, mean, 1 / standard deviation.
/// </summary>
internal static unsafe class BatchNormMath
{
    /// <summary>
    /// Scale and shift from the parts' sums of z - centre and of its square, [part][sums, squares][channel], each part with
    /// its own centres, [part][channel]; moves the running statistics when asked to.
    /// </summary>
    public static void Combine(
        double[] sums, float* centres, int images, int pixels, BatchNorm norm, float* affine, bool updateStatistics)
    {
        int channels = norm.Channels;
        double count = (double)images * pixels;
        double[] means = new double[channels], squares = new double[channels];
        AddMoments(sums, centres, images, pixels, means, squares);
        float* runningMean = KernelContext.Pointer(norm.Mean);
        float* runningVariance = KernelContext.Pointer(norm.Variance);
        for (int c = 0; c < channels; c++)
        {
            Normaliser(affine, channels, c, means[c], squares[c] / count);
            if (!updateStatistics) continue;
            double unbiased = squares[c] / Math.Max(1, count - 1);
            runningMean[c] = (float)(((1 - BatchNorm.Momentum) * runningMean[c]) + (BatchNorm.Momentum * means[c]));
            runningVariance[c] = (float)(((1 - BatchNorm.Momentum) * runningVariance[c]) + (BatchNorm.Momentum * unbiased));
        }

        ScaleAndShift(norm, affine);
    }

    /// <summary>Scale and shift from the running statistics.</summary>
    public static void Running(BatchNorm norm, float* affine)
    {
        float* mean = KernelContext.Pointer(norm.Mean);
        float* variance = KernelContext.Pointer(norm.Variance);
        for (int c = 0; c < norm.Channels; c++) Normaliser(affine, norm.Channels, c, mean[c], variance[c]);
        ScaleAndShift(norm, affine);
    }

    /// <summary>
    /// The factors a, b, d of dL/dz = a * dy + b * z + d from the sums of dy and of dy * (z - mean); and the gradients of batch
    /// norm's own weights.
    /// </summary>
    public static void Backward(
        double[] sums, double[] products, long count, BatchNorm norm, float* affine, float* coefficients, bool weights)
    {
        int channels = norm.Channels;
        bool trained = weights && norm.Scale is not null && norm.Shift is not null;
        float* gammaGradient = trained ? KernelContext.Gradient(norm.Scale!) : null;
        float* betaGradient = trained ? KernelContext.Gradient(norm.Shift!) : null;
        for (int c = 0; c < channels; c++)
        {
            double scale = affine[c], mean = affine[(2 * channels) + c], inverse = affine[(3 * channels) + c];
            double normalised = inverse * products[c];
            double slope = -scale * inverse * normalised / count;
            coefficients[c] = (float)scale;
            coefficients[channels + c] = (float)slope;
            coefficients[(2 * channels) + c] = (float)((-scale * sums[c] / count) - (slope * mean));
            if (!trained) continue;
            gammaGradient[c] += (float)normalised;
            betaGradient[c] += (float)sums[c];
        }
    }

    /// <summary>&lt;output, dL/d output&gt; from the same sums.</summary>
    public static double OutputProduct(double[] sums, double[] products, BatchNorm norm, float* affine)
    {
        float* beta = norm.Shift is null ? null : KernelContext.Pointer(norm.Shift.Value);
        double product = 0;
        for (int c = 0; c < norm.Channels; c++) product += (affine[c] * products[c]) + (beta == null ? 0 : beta[c] * sums[c]);
        return product;
    }

    /// <summary>Mean and sum of squared deviations from it over the parts in their order (Chan, Golub and LeVeque).</summary>
    private static void AddMoments(
        double[] sums, float* centres, int images, int pixels, double[] means, double[] squares)
    {
        int channels = means.Length;
        for (int p = 0; p < BatchParts.Count(images); p++)
        {
            double before = (double)BatchParts.FirstRow(p, images) * pixels;
            double after = (double)BatchParts.FirstRow(p + 1, images) * pixels;
            double one = 1 / (after - before), share = (after - before) / after, between = before * share;
            ReadOnlySpan<double> partSums = sums.AsSpan(p * 2 * channels, channels);
            ReadOnlySpan<double> partSquares = sums.AsSpan(((p * 2) + 1) * channels, channels);
            float* centre = centres + (p * channels);
            for (int c = 0; c < channels; c++)
            {
                double offset = partSums[c] * one;
                double away = centre[c] + offset - means[c];
                means[c] += away * share;

                // Rounding may take a variance of zero below it; NaN stays.
                squares[c] += Math.Max(0, partSquares[c] - (partSums[c] * offset)) + (away * away * between);
            }
        }
    }

    private static void Normaliser(float* affine, int channels, int c, double mean, double variance)
    {
        affine[(2 * channels) + c] = (float)mean;
        affine[(3 * channels) + c] = (float)(1 / Math.Sqrt(variance + BatchNorm.Epsilon));
    }

    private static void ScaleAndShift(BatchNorm norm, float* affine)
    {
        int channels = norm.Channels;
        float* gamma = norm.Scale is null ? null : KernelContext.Pointer(norm.Scale.Value);
        float* beta = norm.Shift is null ? null : KernelContext.Pointer(norm.Shift.Value);
        for (int c = 0; c < channels; c++)
        {
            double mean = affine[(2 * channels) + c];
            double scale = (gamma == null ? 1 : gamma[c]) * (double)affine[(3 * channels) + c];
            affine[c] = (float)scale;
            affine[channels + c] = (float)((beta == null ? 0 : beta[c]) - (mean * scale));
        }
    }
}
