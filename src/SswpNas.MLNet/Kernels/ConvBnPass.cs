using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Kernels;

/// <summary>
/// <see cref="ConvBn"/> at work: ReLU, depthwise and pointwise of an image in one go while it is in the cache; only the
/// depthwise output and z are kept for the way back.
/// </summary>
internal sealed unsafe class ConvBnPass : StagePass
{
    private readonly ConvBn _layer;
    private readonly DepthwiseGeometry? _geometry;
    private float* _inner; // what the pointwise convolution reads; null where it is made again on the way back

    public ConvBnPass(KernelContext context, ConvBn layer, StageInput input)
        : base(context, layer.Norm, input, input.Height / StrideOf(layer), input.Width / StrideOf(layer))
    {
        _layer = layer;
        if (layer.Depthwise is { } depthwise)
        {
            _geometry = new DepthwiseGeometry(
                depthwise.Kernel, depthwise.Stride, depthwise.Dilation, input.Height, input.Width, input.Channels);
        }
    }

    private int Inner => Input.Channels;

    private int InnerSize => Height * Width * Inner;

    public override void Free()
    {
        Context.Pool.Return(_inner, (long)Images * InnerSize);
        _inner = null;
        base.Free();
    }

    protected override void ComputeZ(bool training)
    {
        float* pointwise = Transposed(KernelContext.Pointer(_layer.Pointwise.Value), Channels, Inner);
        if (_geometry is null) ComputePointwise(pointwise, training);
        else ComputeSeparable(_geometry, pointwise, training);
        Context.Pool.Return(pointwise, Channels * Inner);
    }

    protected override void Spread(float* dy, float[]? factors, float* coefficients, float* dx, bool add, bool weights)
    {
        int parts = KernelContext.Parts(Images);
        int taps = _geometry?.Offsets.Length ?? 0;
        float* pointwiseParts = weights ? Context.RentCleared((long)parts * Channels * Inner) : null;
        float* tapParts = weights && taps > 0 ? Context.RentCleared((long)parts * taps * Inner) : null;
        if (_geometry is null) SpreadPointwise(dy, factors, coefficients, dx, add, pointwiseParts);
        else SpreadSeparable(_geometry, dy, factors, coefficients, dx, add, pointwiseParts, tapParts);
        if (!weights) return;
        SumGradient(_layer.Pointwise, pointwiseParts, parts, Channels * Inner);
        Context.Pool.Return(pointwiseParts, (long)parts * Channels * Inner);
        if (_layer.Depthwise is null) return;
        SumTaps(_layer.Depthwise.Weight, tapParts, parts, taps);
        Context.Pool.Return(tapParts, (long)parts * taps * Inner);
    }

    private static int StrideOf(ConvBn layer) => layer.Depthwise?.Stride ?? 1;

    private void ComputePointwise(float* pointwise, bool training)
    {
        int row = Width * Inner;
        float* scratch = Context.RentScratch(row);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* relu = KernelContext.Of(scratch, thread, row);
            for (int y = 0; y < Height; y++)
            {
                float* z = Z + ((long)n * ImageSize) + (y * Width * Channels);
                Relu(n, y, Width, relu);
                PointwiseKernel.Multiply(relu, Inner, Width, Inner, pointwise, Channels, Channels, z, Channels);
                if (training) AddStatistics(z, Width, part);
            }
        });
        Context.ReturnScratch(scratch, row);
    }

    private void ComputeSeparable(DepthwiseGeometry geometry, float* pointwise, bool training)
    {
        float* taps = Transposed(KernelContext.Pointer(_layer.Depthwise!.Weight.Value), Inner, geometry.Offsets.Length);
        _inner = training ? Context.Pool.Rent((long)Images * InnerSize) : null;
        long perThread = geometry.PaddedSize + (Width * Inner);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* padded = KernelContext.Of(scratch, thread, perThread);
            Pad(geometry, n, padded);
            for (int y = 0; y < Height; y++)
            {
                float* inner = _inner == null
                    ? padded + geometry.PaddedSize
                    : _inner + ((long)n * InnerSize) + (y * Width * Inner);
                float* z = Z + ((long)n * ImageSize) + (y * Width * Channels);
                geometry.ForwardRow(padded, y, taps, inner);
                PointwiseKernel.Multiply(inner, Inner, Width, Inner, pointwise, Channels, Channels, z, Channels);
                if (training) AddStatistics(z, Width, part);
            }
        });
        Context.ReturnScratch(scratch, perThread);
        Context.Pool.Return(taps, Inner * geometry.Offsets.Length);
    }

    private void SpreadPointwise(
        float* dy, float[]? factors, float* coefficients, float* dx, bool add, float* pointwiseParts)
    {
        float* matrix = KernelContext.Pointer(_layer.Pointwise.Value);
        long perThread = ImageSize + (2L * Width * Inner);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* dz = KernelContext.Of(scratch, thread, perThread);
            float* relu = dz + ImageSize;
            float* inner = relu + (Width * Inner);
            ImageGradient(dy, factors, coefficients, n, dz);
            for (int y = 0; y < Height; y++)
            {
                float* row = dz + (y * Width * Channels);
                if (pointwiseParts != null)
                {
                    Relu(n, y, Width, relu);
                    PointwiseKernel.AddTransposed(
                        row, Channels, Channels, relu, Inner, Inner, Width, pointwiseParts + ((long)part * Channels * Inner), Inner);
                }

                if (dx == null) continue;
                PointwiseKernel.Multiply(row, Channels, Width, Channels, matrix, Inner, Inner, inner, Inner);
                AddInputGradient(inner, n, y, dx, add);
            }
        });
        Context.ReturnScratch(scratch, perThread);
    }

    private void SpreadSeparable(
        DepthwiseGeometry geometry, float* dy, float[]? factors, float* coefficients, float* dx, bool add,
        float* pointwiseParts, float* tapParts)
    {
        float* matrix = KernelContext.Pointer(_layer.Pointwise.Value);
        float* taps = Transposed(KernelContext.Pointer(_layer.Depthwise!.Weight.Value), Inner, geometry.Offsets.Length);
        long perThread = ImageSize + geometry.PaddedSize + geometry.GradientSize + (Input.Width * Inner);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* dz = KernelContext.Of(scratch, thread, perThread);
            float* padded = dz + ImageSize;
            float* gradient = padded + geometry.PaddedSize;
            float* row = gradient + geometry.GradientSize;
            ImageGradient(dy, factors, coefficients, n, dz);
            KernelContext.Clear(gradient, geometry.GradientSize);
            for (int y = 0; y < Height; y++)
            {
                PointwiseKernel.Multiply(
                    dz + (y * Width * Channels), Channels, Width, Channels, matrix, Inner, Inner,
                    geometry.GradientPixel(gradient, y + geometry.Padding, geometry.Padding), Inner);
            }

            if (pointwiseParts != null)
            {
                PointwiseKernel.AddTransposed(
                    dz, Channels, Channels, _inner + ((long)n * InnerSize), Inner, Inner, Height * Width,
                    pointwiseParts + ((long)part * Channels * Inner), Inner);
                Pad(geometry, n, padded);
                float* sums = tapParts + ((long)part * geometry.Offsets.Length * Inner);
                for (int y = 0; y < Height; y++)
                {
                    geometry.AddWeightGradients(
                        padded, y, geometry.GradientPixel(gradient, y + geometry.Padding, geometry.Padding), sums);
                }
            }

            if (dx == null) return;
            for (int y = 0; y < Input.Height; y++)
            {
                geometry.InputRow(gradient, y, taps, row);
                AddInputGradient(row, n, y, dx, add);
            }
        });
        Context.ReturnScratch(scratch, perThread);
        Context.Pool.Return(taps, Inner * geometry.Offsets.Length);
    }

    private void Relu(int n, int y, int pixels, float* output) => Kernels.Channels.Run(Inner, new ReluCopy(
        Input.Image(n) + (y * Input.Width * Inner), Inner, Input.Scale, Input.Shift, output, pixels, Inner));

    private void Pad(DepthwiseGeometry geometry, int n, float* padded)
    {
        KernelContext.Clear(padded, geometry.PaddedSize);
        for (int y = 0; y < Input.Height; y++)
            Relu(n, y, Input.Width, geometry.PaddedPixel(padded, y + geometry.Padding, geometry.Padding));
    }

    private void AddInputGradient(float* gradient, int n, int y, float* dx, bool add)
    {
        long offset = ((long)n * Input.ImageSize) + (y * Input.Width * Inner);
        Kernels.Channels.Run(Inner, new ReluGradient(
            gradient, Input.Data + offset, Inner, Input.Scale, Input.Shift, dx + offset, Input.Width, Inner, add));
    }

    private void SumTaps(Weight weight, float* tapParts, int parts, int taps)
    {
        float* sums = Context.Pool.Rent(taps * Inner);
        KernelContext.SumParts(tapParts, parts, taps * Inner, sums, add: false);
        float* target = KernelContext.Pointer(weight.EnsureGradient());
        for (int t = 0; t < taps; t++)
            for (int c = 0; c < Inner; c++) target[(c * taps) + t] = sums[(t * Inner) + c];
        weight.HasGradient = true;
        Context.Pool.Return(sums, taps * Inner);
    }
}
