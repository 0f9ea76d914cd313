using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Kernels;

/// <summary><see cref="PoolBn"/> at work. It keeps z alone: the maxima are found again on the way back.</summary>
internal sealed unsafe class PoolBnPass : StagePass
{
    private readonly PoolBn _layer;
    private readonly DepthwiseGeometry _geometry;

    public PoolBnPass(KernelContext context, PoolBn layer, StageInput input)
        : base(context, layer.Norm, input, input.Height / layer.Stride, input.Width / layer.Stride)
    {
        if (input.Scale != null) throw new InvalidOperationException("A pool is the first stage of its operation.");
        _layer = layer;
        _geometry = new DepthwiseGeometry(3, layer.Stride, 1, input.Height, input.Width, input.Channels);
    }

    protected override void ComputeZ(bool training)
    {
        float* ones = Ones();
        float* shares = Shares();
        float* scratch = Context.RentScratch(_geometry.PaddedSize);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* padded = KernelContext.Of(scratch, thread, _geometry.PaddedSize);
            Pad(n, padded);
            for (int y = 0; y < Height; y++)
            {
                float* z = Z + ((long)n * ImageSize) + (y * Width * Channels);
                if (_layer.Max)
                {
                    Kernels.Channels.Run(Channels, new MaxPoolRow(
                        _geometry.PaddedPixel(padded, y * _layer.Stride, 0), _layer.Stride * Channels,
                        _geometry.PaddedWidth * Channels, z, Width, Channels));
                }
                else
                {
                    _geometry.ForwardRow(padded, y, ones, z);
                    Kernels.Channels.Run(Channels, new PixelScale(z, shares + (y * Width), Width, Channels));
                }

                if (training) AddStatistics(z, Width, part);
            }
        });
        Context.ReturnScratch(scratch, _geometry.PaddedSize);
        Free(ones, shares);
    }

    protected override void Spread(float* dy, float[]? factors, float* coefficients, float* dx, bool add, bool weights)
    {
        if (dx == null) return;
        if (_layer.Max) SpreadMax(dy, factors, coefficients, dx, add);
        else SpreadAverage(dy, factors, coefficients, dx, add);
    }

    private void SpreadMax(float* dy, float[]? factors, float* coefficients, float* dx, bool add)
    {
        long perThread = ImageSize + (2L * _geometry.PaddedSize);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, _, thread) =>
        {
            float* dz = KernelContext.Of(scratch, thread, perThread);
            float* padded = dz + ImageSize;
            float* gradient = padded + _geometry.PaddedSize;
            ImageGradient(dy, factors, coefficients, n, dz);
            Pad(n, padded);
            KernelContext.Clear(gradient, _geometry.PaddedSize);
            for (int y = 0; y < Height; y++)
            {
                Kernels.Channels.Run(Channels, new MaxPoolGradientRow(
                    _geometry.PaddedPixel(padded, y * _layer.Stride, 0), _layer.Stride * Channels,
                    _geometry.PaddedWidth * Channels, dz + (y * Width * Channels),
                    _geometry.PaddedPixel(gradient, y * _layer.Stride, 0), Width, Channels));
            }

            for (int y = 0; y < Input.Height; y++) AddRow(_geometry.PaddedPixel(gradient, y + 1, 1), n, y, dx, add);
        });
        Context.ReturnScratch(scratch, perThread);
    }

    private void SpreadAverage(float* dy, float[]? factors, float* coefficients, float* dx, bool add)
    {
        float* ones = Ones();
        float* shares = Shares();
        long perThread = ImageSize + _geometry.GradientSize + (Input.Width * Channels);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, _, thread) =>
        {
            float* dz = KernelContext.Of(scratch, thread, perThread);
            float* gradient = dz + ImageSize;
            float* row = gradient + _geometry.GradientSize;
            ImageGradient(dy, factors, coefficients, n, dz);
            Kernels.Channels.Run(Channels, new PixelScale(dz, shares, Height * Width, Channels));
            KernelContext.Clear(gradient, _geometry.GradientSize);
            long bytes = Width * Channels * sizeof(float);
            for (int y = 0; y < Height; y++)
                Buffer.MemoryCopy(dz + (y * Width * Channels), _geometry.GradientPixel(gradient, y + 1, 1), bytes, bytes);
            for (int y = 0; y < Input.Height; y++)
            {
                _geometry.InputRow(gradient, y, ones, row);
                AddRow(row, n, y, dx, add);
            }
        });
        Context.ReturnScratch(scratch, perThread);
        Free(ones, shares);
    }

    private void AddRow(float* row, int n, int y, float* dx, bool add) => Kernels.Channels.Run(Channels, new StridedCopy(
        row, Channels, 1, dx + ((long)n * Input.ImageSize) + (y * Input.Width * Channels), Channels, Input.Width, add));

    private void Pad(int n, float* padded)
    {
        new Span<float>(padded, _geometry.PaddedSize).Fill(_layer.Max ? float.NegativeInfinity : 0);
        long bytes = Input.Width * Channels * sizeof(float);
        for (int y = 0; y < Input.Height; y++)
        {
            Buffer.MemoryCopy(
                Input.Image(n) + (y * Input.Width * Channels), _geometry.PaddedPixel(padded, y + 1, 1), bytes, bytes);
        }
    }

    private float* Ones()
    {
        float* ones = Context.Pool.Rent(9 * Channels);
        new Span<float>(ones, 9 * Channels).Fill(1);
        return ones;
    }

    /// <summary>1 / how many pixels of an output's window lie inside the image: padding is not counted.</summary>
    private float* Shares()
    {
        float* shares = Context.Pool.Rent(Height * Width);
        for (int i = 0; i < Height * Width; i++)
            shares[i] = 1f / (Inside(i / Width, Input.Height) * Inside(i % Width, Input.Width));
        return shares;
    }

    private int Inside(int position, int size)
    {
        int first = (position * _layer.Stride) - 1;
        return Math.Min(first + 3, size) - Math.Max(first, 0);
    }

    private void Free(float* ones, float* shares)
    {
        Context.Pool.Return(ones, 9 * Channels);
        Context.Pool.Return(shares, Height * Width);
    }
}
