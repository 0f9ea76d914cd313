using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Kernels;

/// <summary><see cref="StemConv"/> at work: the nine neighbours of a row's pixels side by side, then one product.</summary>
internal sealed unsafe class StemConvPass : StagePass
{
    private readonly StemConv _layer;
    private readonly DepthwiseGeometry _geometry; // only where padded pixels lie

    public StemConvPass(KernelContext context, StemConv layer, StageInput input)
        : base(context, layer.Norm, input, input.Height / layer.Stride, input.Width / layer.Stride)
    {
        _layer = layer;
        _geometry = new DepthwiseGeometry(3, layer.Stride, 1, input.Height, input.Width, input.Channels);
    }

    /// <summary>Numbers of a window: 3 x 3 x input channels.</summary>
    private int Window => 9 * Input.Channels;

    protected override void ComputeZ(bool training)
    {
        float* byOutput = WindowWeights();
        float* matrix = Transposed(byOutput, Channels, Window);
        long perThread = _geometry.PaddedSize + (Width * Window);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* padded = KernelContext.Of(scratch, thread, perThread);
            float* windows = padded + _geometry.PaddedSize;
            Pad(n, padded);
            for (int y = 0; y < Height; y++)
            {
                float* z = Z + ((long)n * ImageSize) + (y * Width * Channels);
                Gather(padded, y, windows);
                PointwiseKernel.Multiply(windows, Window, Width, Window, matrix, Channels, Channels, z, Channels);
                if (training) AddStatistics(z, Width, part);
            }
        });
        Context.ReturnScratch(scratch, perThread);
        Context.Pool.Return(matrix, Channels * Window);
        Context.Pool.Return(byOutput, Channels * Window);
    }

    protected override void Spread(float* dy, float[]? factors, float* coefficients, float* dx, bool add, bool weights)
    {
        int parts = KernelContext.Parts(Images);
        long size = (long)parts * Channels * Window;
        float* sums = weights ? Context.RentCleared(size) : null;
        float* matrix = WindowWeights();
        long perThread = ImageSize + (2L * _geometry.PaddedSize) + (Width * Window);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* dz = KernelContext.Of(scratch, thread, perThread);
            float* padded = dz + ImageSize;
            float* gradient = padded + _geometry.PaddedSize;
            float* windows = gradient + _geometry.PaddedSize;
            ImageGradient(dy, factors, coefficients, n, dz);
            if (sums != null) AddWeights(n, dz, padded, windows, sums + ((long)part * Channels * Window));
            if (dx != null) AddInput(n, dz, matrix, gradient, windows, dx, add);
        });
        Context.ReturnScratch(scratch, perThread);
        Context.Pool.Return(matrix, Channels * Window);
        if (!weights) return;
        StoreWeights(sums, parts);
        Context.Pool.Return(sums, size);
    }

    private void AddWeights(int n, float* dz, float* padded, float* windows, float* sums)
    {
        Pad(n, padded);
        for (int y = 0; y < Height; y++)
        {
            Gather(padded, y, windows);
            PointwiseKernel.AddTransposed(
                dz + (y * Width * Channels), Channels, Channels, windows, Window, Window, Width, sums, Window);
        }
    }

    private void AddInput(int n, float* dz, float* matrix, float* gradient, float* windows, float* dx, bool add)
    {
        KernelContext.Clear(gradient, _geometry.PaddedSize);
        int run = 3 * Input.Channels;
        for (int y = 0; y < Height; y++)
        {
            PointwiseKernel.Multiply(
                dz + (y * Width * Channels), Channels, Width, Channels, matrix, Window, Window, windows, Window);
            for (int x = 0; x < Width; x++)
            {
                for (int ky = 0; ky < 3; ky++)
                {
                    float* target = _geometry.PaddedPixel(gradient, (y * _layer.Stride) + ky, x * _layer.Stride);
                    float* source = windows + (x * Window) + (ky * run);
                    for (int i = 0; i < run; i++) target[i] += source[i];
                }
            }
        }

        for (int y = 0; y < Input.Height; y++)
        {
            long offset = ((long)n * Input.ImageSize) + (y * Input.Width * Input.Channels);
            float* row = _geometry.PaddedPixel(gradient, y + 1, 1);
            if (_layer.Relu)
            {
                Kernels.Channels.Run(Input.Channels, new ReluGradient(
                    row, Input.Data + offset, Input.Channels, Input.Scale, Input.Shift, dx + offset, Input.Width,
                    Input.Channels, add));
            }
            else
            {
                Kernels.Channels.Run(Input.Channels, new StridedCopy(
                    row, Input.Channels, 1, dx + offset, Input.Channels, Input.Width, add));
            }
        }
    }

    private void Pad(int n, float* padded)
    {
        KernelContext.Clear(padded, _geometry.PaddedSize);
        long bytes = Input.Width * Input.Channels * sizeof(float);
        for (int y = 0; y < Input.Height; y++)
        {
            float* source = Input.Image(n) + (y * Input.Width * Input.Channels);
            float* target = _geometry.PaddedPixel(padded, y + 1, 1);
            if (_layer.Relu)
            {
                Kernels.Channels.Run(Input.Channels, new ReluCopy(
                    source, Input.Channels, Input.Scale, Input.Shift, target, Input.Width, Input.Channels));
            }
            else
            {
                Buffer.MemoryCopy(source, target, bytes, bytes);
            }
        }
    }

    private void Gather(float* padded, int y, float* windows)
    {
        long bytes = 3L * Input.Channels * sizeof(float);
        for (int x = 0; x < Width; x++)
        {
            for (int ky = 0; ky < 3; ky++)
            {
                Buffer.MemoryCopy(
                    _geometry.PaddedPixel(padded, (y * _layer.Stride) + ky, x * _layer.Stride),
                    windows + (x * Window) + (ky * 3 * Input.Channels), bytes, bytes);
            }
        }
    }

    /// <summary>[outputs, inputs, 3, 3] as [outputs][window], the window in the order of channels-last pixels.</summary>
    private float* WindowWeights()
    {
        float* kernel = KernelContext.Pointer(_layer.Kernel.Value);
        float* matrix = Context.Pool.Rent(Channels * Window);
        int inputs = Input.Channels;
        for (int i = 0; i < Channels * Window; i++) matrix[i] = kernel[KernelIndex(i, inputs)];
        return matrix;
    }

    private void StoreWeights(float* sums, int parts)
    {
        float* total = Context.Pool.Rent(Channels * Window);
        KernelContext.SumParts(sums, parts, Channels * Window, total, add: false);
        float* target = KernelContext.Pointer(_layer.Kernel.EnsureGradient());
        for (int i = 0; i < Channels * Window; i++) target[KernelIndex(i, Input.Channels)] = total[i];
        _layer.Kernel.HasGradient = true;
        Context.Pool.Return(total, Channels * Window);
    }

    private static int KernelIndex(int i, int inputs)
    {
        int window = 9 * inputs;
        int output = i / window, pixel = i % window / inputs, input = i % inputs;
        return (((output * inputs) + input) * 9) + pixel;
    }
}
