namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary><see cref="PoolBn"/> at work. It keeps z alone: the maxima are found again in the backward pass.</summary>
internal sealed unsafe class PoolBnPass : StagePass
{
    private readonly PoolBn _layer;
    private readonly DepthwiseGeometry _geometry;
    private float* _ones; // the taps of a sum, [9][channel]
    private float* _shares; // 1 / how many pixels of an output's window lie inside the image: padding is not counted

    public PoolBnPass(KernelContext context, PoolBn layer, StageInput input)
        : base(context, layer.Norm, input, layer.Stride)
    {
        if (input.Scale != null) throw new InvalidOperationException("A pool is the first stage of its operation.");
        _layer = layer;
        _geometry = new DepthwiseGeometry(3, layer.Stride, 1, input.Height, input.Width, input.Channels);
    }

    public override long ForwardScratch => _geometry.PaddedSize;

    public override long BackwardScratch => _layer.Max
        ? ImageSize + (2L * _geometry.PaddedSize)
        : ImageSize + _geometry.GradientSize + (Input.Height * Input.Width * Channels);

    public override void BackwardImage(int n, int part, float* scratch)
    {
        if (Gradient.Input == null) return;
        ImageGradient(n, scratch);
        if (_layer.Max) BackwardMax(n, scratch);
        else BackwardAverage(n, scratch);
    }

    protected override void PrepareImage(int n, float* scratch) => Pad(n, scratch);

    protected override void ForwardRows(int n, int y, int rows, float* scratch, float* z)
    {
        if (_layer.Max)
        {
            PixelGrid from = new(
                _geometry.PaddedPixel(scratch, y * _layer.Stride, 0), _layer.Stride * Channels, _geometry.PaddedWidth * Channels);
            ChannelLoop.Run(Channels, new MaxPoolRows(from, _layer.Stride, z, rows, Width, Channels));
        }
        else
        {
            _geometry.ForwardRows(scratch, y, rows, _ones, z);
            ChannelLoop.Run(Channels, new PixelScale(z, _shares + (y * Width), rows * Width, Channels));
        }
    }

    protected override void PrepareForward() => Prepare();

    protected override void FinishForward() => Finish();

    protected override void PrepareBackward() => Prepare();

    protected override void FinishBackward() => Finish();

    private void BackwardMax(int n, float* dz)
    {
        float* padded = dz + ImageSize;
        float* gradient = padded + _geometry.PaddedSize;
        Pad(n, padded);
        KernelContext.Clear(gradient, _geometry.PaddedSize);
        for (int y = 0; y < Height; y++)
        {
            ChannelLoop.Run(Channels, new MaxPoolGradientRow(
                _geometry.PaddedPixel(padded, y * _layer.Stride, 0), _layer.Stride,
                _geometry.PaddedWidth * Channels, dz + (y * Width * Channels),
                _geometry.PaddedPixel(gradient, y * _layer.Stride, 0), Width, Channels, firstTap: y == 0 ? 4 : 1));
        }

        for (int y = 0; y < Input.Height; y++) AddRows(_geometry.PaddedPixel(gradient, y + 1, 1), n, y, 1);
    }

    private void BackwardAverage(int n, float* dz)
    {
        float* gradient = dz + ImageSize;
        float* image = gradient + _geometry.GradientSize;
        ChannelLoop.Run(Channels, new PixelScale(dz, _shares, Height * Width, Channels));
        _geometry.ClearGradientPadding(gradient);
        long bytes = Width * Channels * sizeof(float);
        for (int y = 0; y < Height; y++)
            Buffer.MemoryCopy(dz + (y * Width * Channels), _geometry.GradientPixel(gradient, y + 1, 1), bytes, bytes);
        _geometry.InputRows(gradient, 0, Input.Height, _ones, image);
        AddRows(image, n, 0, Input.Height);
    }

    private void AddRows(float* from, int n, int y, int rows) => ChannelLoop.Run(Channels, new StridedCopy(
        from, Channels, 1, Gradient.Input + ((long)n * Input.ImageSize) + (y * Input.Width * Channels), Channels,
        rows * Input.Width, Gradient.Add));

    private void Pad(int n, float* padded) =>
        _geometry.CopyPadded(Input.Image(n), padded, _layer.Max ? float.NegativeInfinity : 0);

    private void Prepare()
    {
        if (_layer.Max) return;
        _ones = Context.Pool.Rent(9 * Channels);
        new Span<float>(_ones, 9 * Channels).Fill(1);
        _shares = Context.Pool.Rent(Height * Width);
        for (int i = 0; i < Height * Width; i++)
            _shares[i] = 1f / (Inside(i / Width, Input.Height) * Inside(i % Width, Input.Width));
    }

    private void Finish()
    {
        if (_layer.Max) return;
        Context.Pool.Return(_ones);
        Context.Pool.Return(_shares);
    }

    private int Inside(int position, int size)
    {
        int first = (position * _layer.Stride) - 1;
        return Math.Min(first + 3, size) - Math.Max(first, 0);
    }
}
