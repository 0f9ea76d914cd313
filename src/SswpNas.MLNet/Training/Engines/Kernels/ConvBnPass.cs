namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// <see cref="ConvBn"/> at work: ReLU, depthwise and pointwise of an image in one go while it is in the cache; only z is kept
/// for the backward pass. The depthwise output is made again there: that takes less time than to write it and read it.
/// </summary>
internal sealed unsafe class ConvBnPass : StagePass
{
    private readonly ConvBn _layer;
    private readonly DepthwiseGeometry? _geometry;
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

    public override long ForwardScratch => (_geometry?.PaddedSize ?? 0) + (Band * Width * Inner);

    public override long BackwardScratch => BandSize + (_geometry is null
        ? 2L * Band * Width * Inner
        : _geometry.PaddedSize + _geometry.GradientSize + Math.Max(InputBand * Input.Width * Inner, Band * Width * Inner));

    private int Inner => Input.Channels;

    /// <summary>Rows of an input's gradient that are made at once.</summary>
    private int InputBand => BandOf(Input.Width * Inner);

    /// <summary>Floats of a band of dL/dz.</summary>
    private int BandSize => Band * Width * Channels;

    private int Taps => _geometry?.Taps.Length ?? 0;

    private float* Matrix => KernelContext.Pointer(_layer.Pointwise.Value);

    public override void BackwardImage(int n, int part, float* scratch)
    {
        float* pointwiseSums = _pointwiseParts == null ? null : _pointwiseParts + ((long)part * Channels * Inner);
        if (_geometry is null) BackwardPointwise(n, scratch, pointwiseSums);
        else BackwardSeparable(_geometry, n, part, scratch, pointwiseSums);
    }

    protected override void PrepareImage(int n, float* scratch)
    {
        if (_geometry is not null) Pad(_geometry, n, scratch);
    }

    protected override void ForwardRows(int n, int y, int rows, float* scratch, float* z)
    {
        float* inner = scratch + (_geometry?.PaddedSize ?? 0);
        if (_geometry is null) Relu(n, y, rows, new PixelGrid(inner, Inner, Width * Inner));
        else _geometry.ForwardRows(scratch, y, rows, _taps, inner);
        PointwiseKernel.Multiply(inner, Inner, rows * Width, Inner, _pointwise, Channels, Channels, z, Channels);
    }

    protected override void PrepareForward()
    {
        _pointwise = Transposed(Matrix, Channels, Inner);
        PrepareTaps();
    }

    protected override void FinishForward()
    {
        Context.Pool.Return(_pointwise);
        Context.Pool.Return(_taps);
    }

    protected override void PrepareBackward()
    {
        PrepareTaps();
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

    private void PrepareTaps()
    {
        if (_layer.Depthwise is { } depthwise) _taps = Transposed(KernelContext.Pointer(depthwise.Weight.Value), Inner, Taps);
    }

    private static int StrideOf(ConvBn layer) => layer.Depthwise?.Stride ?? 1;

    private void BackwardPointwise(int n, float* dz, float* sums)
    {
        int band = Band;
        float* relu = dz + BandSize;
        float* inner = relu + (band * Width * Inner);
        for (int y = 0; y < Height; y += band)
        {
            int rows = Math.Min(band, Height - y);
            RowsGradient(n, y, rows, dz);
            if (sums != null)
            {
                Relu(n, y, rows, new PixelGrid(relu, Inner, Width * Inner));
                TransposedProduct.Add(dz, Channels, Channels, relu, Inner, Inner, rows * Width, sums, Inner);
            }

            if (Gradient.Input == null) continue;
            PointwiseKernel.Multiply(dz, Channels, rows * Width, Channels, Matrix, Inner, Inner, inner, Inner);
            AddInputGradient(inner, n, y, rows);
        }
    }

    private void BackwardSeparable(DepthwiseGeometry geometry, int n, int part, float* dz, float* sums)
    {
        float* padded = dz + BandSize;
        float* gradient = padded + geometry.PaddedSize;
        float* some = gradient + geometry.GradientSize;
        if (sums != null) Pad(geometry, n, padded);
        geometry.ClearGradientPadding(gradient);
        int band = Band;
        for (int y = 0; y < Height; y += band)
        {
            int rows = Math.Min(band, Height - y);
            RowsGradient(n, y, rows, dz);
            for (int row = 0; row < rows; row++)
            {
                PointwiseKernel.Multiply(
                    dz + (row * Width * Channels), Channels, Width, Channels, Matrix, Inner, Inner,
                    geometry.GradientPixel(gradient, y + row + geometry.Padding, geometry.Padding), Inner);
            }

            if (sums == null) continue;
            geometry.ForwardRows(padded, y, rows, _taps, some);
            TransposedProduct.Add(dz, Channels, Channels, some, Inner, Inner, rows * Width, sums, Inner);
        }

        if (sums != null) geometry.AddWeightGradients(padded, gradient, _tapParts + ((long)part * Taps * Inner));
        if (Gradient.Input == null) return;
        int inputBand = InputBand;
        for (int y = 0; y < Input.Height; y += inputBand)
        {
            int rows = Math.Min(inputBand, Input.Height - y);
            geometry.InputRows(gradient, y, rows, _taps, some);
            AddInputGradient(some, n, y, rows);
        }
    }

    private void Pad(DepthwiseGeometry geometry, int n, float* padded)
    {
        geometry.FillPadding(padded, 0);
        Relu(n, 0, Input.Height, geometry.Inside(padded));
    }

    private void AddInputGradient(float* gradient, int n, int y, int rows) => ChannelLoop.Run(Inner, new ReluGradient(
        gradient, Input.Rows(Input.Data, n, y), Input.Scale, Input.Shift, Input.Rows(Gradient.Input, n, y), rows, Input.Width, Inner,
        Gradient.Add));
}
