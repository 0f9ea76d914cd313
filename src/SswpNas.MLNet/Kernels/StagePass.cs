using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Kernels;

/// <summary>What a stage reads: raw numbers, or the unnormalised output of the stage before it.</summary>
internal readonly unsafe struct StageInput(float* data, float* scale, float* shift, int images, int height, int width, int channels)
{
    public float* Data => data;

    /// <summary>Null, or the factor a channel that normalises <see cref="Data"/> while it is read.</summary>
    public float* Scale => scale;

    public float* Shift => shift;

    public int Images => images;

    public int Height => height;

    public int Width => width;

    public int Channels => channels;

    public int ImageSize => height * width * channels;

    public float* Image(int n) => data + ((long)n * ImageSize);
}

/// <summary>
/// One stage at work: forward up to the unnormalised output z with its statistics, and the way back. The normalised
/// output, scale[c] * z + shift[c], is never stored by itself: whoever reads z normalises it on the way.
/// </summary>
internal abstract unsafe class StagePass(KernelContext context, BatchNorm norm, StageInput input, int height, int width)
{
    private float* _affine; // scale, shift, mean, 1 / standard deviation: one number a channel each
    private double[] _sums = [];

    /// <summary>Memory, threads.</summary>
    protected KernelContext Context => context;

    protected StageInput Input => input;

    public int Images => input.Images;

    public int Height => height;

    public int Width => width;

    public int Channels => norm.Channels;

    public int ImageSize => height * width * norm.Channels;

    public float* Z { get; private set; }

    public float* Scale => _affine;

    public float* Shift => _affine + Channels;

    /// <summary>&lt;output, dL/d output&gt;, known after <see cref="NormBackward"/>.</summary>
    public double GateGradient { get; private set; }

    public StageInput Output => new(Z, Scale, Shift, Images, Height, Width, Channels);

    /// <summary>Computes z and what normalises it; batch statistics in training, running ones otherwise.</summary>
    public void Forward(bool training, bool updateStatistics)
    {
        int parts = KernelContext.Parts(Images);
        Z = context.Pool.Rent((long)Images * ImageSize);
        _affine = context.Pool.Rent(4L * Channels);
        _sums = new double[training ? parts * 2 * Channels : 0];
        ComputeZ(training);
        if (training) BatchNormMath.Combine(_sums, parts, (long)Images * Height * Width, norm, _affine, updateStatistics);
        else BatchNormMath.Running(norm, _affine);
    }

    /// <summary>Sums of z and z * z for batch norm, of the rows that were just written.</summary>
    protected void AddStatistics(float* z, int rows, int part)
    {
        fixed (double* sums = &_sums[part * 2 * Channels])
            Kernels.Channels.Run(Channels, new ColumnSums(z, z, sums, sums + Channels, rows, Channels));
    }

    /// <summary>Writes <see cref="Z"/>; calls <see cref="AddStatistics"/> for all of it in training.</summary>
    protected abstract void ComputeZ(bool training);

    /// <summary>dL/dx is added to <paramref name="dx"/> (set where <paramref name="add"/> is false).</summary>
    /// <param name="dy">dL/d output, [images, height, width, channels].</param>
    /// <param name="factors">The factor an image that drop path put on the output, or null.</param>
    /// <param name="dx">dL/d input, or null where nobody asks for it.</param>
    /// <param name="add">Whether dx holds a sum already.</param>
    /// <param name="weights">Whether the weights' gradients are wanted.</param>
    public void Backward(float* dy, float[]? factors, float* dx, bool add, bool weights)
    {
        float* coefficients = context.Pool.Rent(3L * Channels);
        NormBackward(dy, factors, coefficients, weights);
        Spread(dy, factors, coefficients, dx, add, weights);
        context.Pool.Return(coefficients, 3L * Channels);
    }

    /// <summary>&lt;output, dy&gt; alone, for a candidate that has no graph.</summary>
    public double Dot(float* dy)
    {
        (double[] sums, double[] products) = GradientSums(dy, null);
        double dot = 0;
        for (int c = 0; c < Channels; c++) dot += (Scale[c] * products[c]) + (Shift[c] * sums[c]);
        return dot;
    }

    public virtual void Free()
    {
        context.Pool.Return(Z, (long)Images * ImageSize);
        context.Pool.Return(_affine, 4L * Channels);
        Z = null;
        _affine = null;
    }

    /// <summary>From dy to dL/dx and the weights' gradients, dz being <see cref="ImageGradient"/>.</summary>
    protected abstract void Spread(float* dy, float[]? factors, float* coefficients, float* dx, bool add, bool weights);

    /// <summary>dL/dz of one image.</summary>
    protected void ImageGradient(float* dy, float[]? factors, float* coefficients, int n, float* dz)
    {
        float* a = coefficients;
        float* b = a + Channels;
        if (factors is not null)
        {
            float* scaled = stackalloc float[Channels];
            for (int c = 0; c < Channels; c++) scaled[c] = a[c] * factors[n];
            a = scaled;
        }

        long offset = (long)n * ImageSize;
        Kernels.Channels.Run(Channels, new NormGradient(
            dy + offset, Z + offset, a, b, coefficients + (2 * Channels), dz, Height * Width, Channels));
    }

    /// <summary>A copy of a [rows, columns] matrix as [columns, rows]; give it back to the pool.</summary>
    protected float* Transposed(float* matrix, int rows, int columns)
    {
        float* copy = context.Pool.Rent(rows * columns);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) copy[(c * rows) + r] = matrix[(r * columns) + c];
        return copy;
    }

    /// <summary>The weight's gradient is the sum of the parts' rows.</summary>
    protected static void SumGradient(Weight weight, float* parts, int count, int size)
    {
        KernelContext.SumParts(parts, count, size, KernelContext.Pointer(weight.EnsureGradient()), weight.HasGradient);
        weight.HasGradient = true;
    }

    private void NormBackward(float* dy, float[]? factors, float* coefficients, bool weights)
    {
        (double[] sums, double[] products) = GradientSums(dy, factors);
        GateGradient = 0;
        for (int c = 0; c < Channels; c++) GateGradient += (Scale[c] * products[c]) + (Shift[c] * sums[c]);
        BatchNormMath.Backward(sums, products, (long)Images * Height * Width, norm, _affine, coefficients, weights);
    }

    /// <summary>A channel's sum of dy and of dy * z.</summary>
    private (double[] Sums, double[] Products) GradientSums(float* dy, float[]? factors)
    {
        int parts = KernelContext.Parts(Images);
        double[] all = new double[parts * 2 * Channels];
        context.ForImages(Images, (n, part, _) =>
        {
            double* own = stackalloc double[2 * Channels];
            new Span<double>(own, 2 * Channels).Clear();
            Kernels.Channels.Run(Channels, new ColumnSums(
                dy + ((long)n * ImageSize), Z + ((long)n * ImageSize), own, own + Channels, Height * Width, Channels));
            double factor = factors is null ? 1 : factors[n];
            Span<double> target = all.AsSpan(part * 2 * Channels, 2 * Channels);
            for (int i = 0; i < target.Length; i++) target[i] += own[i] * factor;
        });
        double[] sums = new double[Channels], products = new double[Channels];
        for (int p = 0; p < parts; p++)
        {
            for (int c = 0; c < Channels; c++)
            {
                sums[c] += all[(p * 2 * Channels) + c];
                products[c] += all[(((p * 2) + 1) * Channels) + c];
            }
        }

        return (sums, products);
    }
}
