namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// <see cref="ConvBn"/> at work: ReLU, depthwise and pointwise of an image in one go while it is in the cache; only the
/// depthwise output and z are kept for the backward pass.
/// </summary>
internal sealed unsafe class ConvBnPass : StagePass
{
    private readonly ConvBn _layer;
    private readonly DepthwiseGeometry? _geometry;
    private float* _inner; // what the pointwise convolution reads; null where it is made again in the backward pass
    private float* _pointwise; // [inputs][outputs]
    private float* _taps; // [tap][channel]
    private float* _pointwiseParts;
    private float* _tapParts;

    public ConvBnPass(KernelContext context, ConvBn layer, StageInput input)
        : base(context, layer.Norm, input, StrideOf(layer))
    {
        _layer = layer;
        if (layer.Depthwise is { } depthwise)
        {
            _geometry = new DepthwiseGeometry(
                depthwise.Kernel, depthwise.Stride, depthwise.Dilation, input.Height, input.Width, input.Channels);
        }
    }

    public override long ForwardScratch => (_geometry?.PaddedSize ?? 0) + (Width * Inner);

    public override long BackwardScratch => _geometry is null
        ? ImageSize + (2L * Width * Inner)
        : ImageSize + _geometry.PaddedSize + _geometry.GradientSize + (Input.Width * Inner);

    private int Inner => Input.Channels;

    private int InnerSize => Height * Width * Inner;

    private int Taps => _geometry?.Taps.Length ?? 0;

    private float* Matrix => KernelContext.Pointer(_layer.Pointwise.Value);

    public override void BackwardImage(int n, int part, float* scratch)
    {
        float* pointwiseSums = _pointwiseParts == null ? null : _pointwiseParts + ((long)part * Channels * Inner);
        ImageGradient(n, scratch);
        if (_geometry is null) BackwardPointwise(n, scratch, pointwiseSums);
        else BackwardSeparable(_geometry, n, part, scratch, pointwiseSums);
    }

    public override void Free()
    {
        Context.Pool.Return(_inner);
        _inner = null;
        base.Free();
    }

    protected override void PrepareImage(int n, float* scratch)
    {
        if (_geometry is not null) Pad(_geometry, n, scratch);
    }

    protected override void ForwardRow(int n, int y, float* scratch, float* z)
    {
        float* inner = _inner == null
            ? scratch + (_geometry?.PaddedSize ?? 0)
            : _inner + ((long)n * InnerSize) + (y * Width * Inner);
        if (_geometry is null) Relu(n, y, Width, inner);
        else _geometry.ForwardRow(scratch, y, _taps, inner);
        PointwiseKernel.Multiply(inner, Inner, Width, Inner, _pointwise, Channels, Channels, z, Channels);
    }

    protected override void PrepareForward()
    {
        _pointwise = Transposed(Matrix, Channels, Inner);
        if (_geometry is null) return;
        _taps = Transposed(KernelContext.Pointer(_layer.Depthwise!.Weight.Value), Inner, Taps);
        if (Training) _inner = Context.Pool.Rent((long)Images * InnerSize);
    }

    protected override void FinishForward()
    {
        Context.Pool.Return(_pointwise);
        Context.Pool.Return(_taps);
    }

    protected override void PrepareBackward()
    {
        if (_geometry is not null)
            _taps = Transposed(KernelContext.Pointer(_layer.Depthwise!.Weight.Value), Inner, Taps);
        if (!Gradient.Weights) return;
        _pointwiseParts = RentParts(Channels * Inner);
        if (Taps > 0) _tapParts = RentParts(Taps * Inner);
    }

    protected override void FinishBackward()
    {
        if (_geometry is not null) Context.Pool.Return(_taps);
        if (!Gradient.Weights) return;
        AddParts(_layer.Pointwise, _pointwiseParts, Channels * Inner);
        if (_layer.Depthwise is not { } depthwise) return;
        (int taps, int channels) = (Taps, Inner);
        AddParts(depthwise.Weight, _tapParts, taps * channels, i => (i % channels * taps) + (i / channels));
    }

    private static int StrideOf(ConvBn layer) => layer.Depthwise?.Stride ?? 1;

    private void BackwardPointwise(int n, float* dz, float* sums)
    {
        float* relu = dz + ImageSize;
        float* inner = relu + (Width * Inner);
        for (int y = 0; y < Height; y++)
        {
            float* row = dz + (y * Width * Channels);
            if (sums != null)
            {
                Relu(n, y, Width, relu);
                TransposedProduct.Add(row, Channels, Channels, relu, Inner, Inner, Width, sums, Inner);
            }

            if (Gradient.Input == null) continue;
            PointwiseKernel.Multiply(row, Channels, Width, Channels, Matrix, Inner, Inner, inner, Inner);
            AddInputGradient(inner, n, y);
        }
    }

    private void BackwardSeparable(DepthwiseGeometry geometry, int n, int part, float* dz, float* sums)
    {
        float* padded = dz + ImageSize;
        float* gradient = padded + geometry.PaddedSize;
        float* row = gradient + geometry.GradientSize;
        KernelContext.Clear(gradient, geometry.GradientSize);
        for (int y = 0; y < Height; y++)
        {
            PointwiseKernel.Multiply(
                dz + (y * Width * Channels), Channels, Width, Channels, Matrix, Inner, Inner,
                geometry.GradientPixel(gradient, y + geometry.Padding, geometry.Padding), Inner);
        }

        if (sums != null)
        {
            float* inner = _inner + ((long)n * InnerSize);
            TransposedProduct.Add(dz, Channels, Channels, inner, Inner, Inner, Height * Width, sums, Inner);
            Pad(geometry, n, padded);
            for (int y = 0; y < Height; y++)
            {
                geometry.AddWeightGradients(
                    padded, y, geometry.GradientPixel(gradient, y + geometry.Padding, geometry.Padding),
                    _tapParts + ((long)part * Taps * Inner));
            }
        }

        if (Gradient.Input == null) return;
        for (int y = 0; y < Input.Height; y++)
        {
            geometry.InputRow(gradient, y, _taps, row);
            AddInputGradient(row, n, y);
        }
    }

    private void Relu(int n, int y, int pixels, float* output) => ChannelLoop.Run(Inner, new ReluCopy(
        Input.Image(n) + (y * Input.Width * Inner), Inner, Input.Scale, Input.Shift, output, pixels, Inner));

    private void Pad(DepthwiseGeometry geometry, int n, float* padded)
    {
        KernelContext.Clear(padded, geometry.PaddedSize);
        for (int y = 0; y < Input.Height; y++)
            Relu(n, y, Input.Width, geometry.PaddedPixel(padded, y + geometry.Padding, geometry.Padding));
    }

    private void AddInputGradient(float* gradient, int n, int y)
    {
        long offset = ((long)n * Input.ImageSize) + (y * Input.Width * Inner);
        ChannelLoop.Run(Inner, new ReluGradient(
            gradient, Input.Data + offset, Inner, Input.Scale, Input.Shift, Gradient.Input + offset, Input.Width, Inner,
            Gradient.Add));
    }
}
