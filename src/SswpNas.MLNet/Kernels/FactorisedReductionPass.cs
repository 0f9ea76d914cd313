using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Kernels;

/// <summary><see cref="FactorisedReduction"/> at work: two pointwise products of every second pixel.</summary>
internal sealed unsafe class FactorisedReductionPass(KernelContext context, FactorisedReduction layer, StageInput input)
    : StagePass(context, layer.Norm, input, input.Height / 2, input.Width / 2)
{
    private int Half => Channels / 2;

    private int Inner => Input.Channels;

    protected override void ComputeZ(bool training)
    {
        float* even = Transposed(KernelContext.Pointer(layer.Even.Value), Half, Inner);
        float* odd = Transposed(KernelContext.Pointer(layer.Odd.Value), Half, Inner);
        int row = Width * Inner;
        float* scratch = Context.RentScratch(row);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* pixels = KernelContext.Of(scratch, thread, row);
            for (int y = 0; y < Height; y++)
            {
                float* z = Z + ((long)n * ImageSize) + (y * Width * Channels);
                for (int side = 0; side < 2; side++)
                {
                    Gather(n, y, side, pixels);
                    PointwiseKernel.Multiply(
                        pixels, Inner, Width, Inner, side == 0 ? even : odd, Half, Half, z + (side * Half), Channels);
                }

                if (training) AddStatistics(z, Width, part);
            }
        });
        Context.ReturnScratch(scratch, row);
        Context.Pool.Return(even, Half * Inner);
        Context.Pool.Return(odd, Half * Inner);
    }

    protected override void Spread(float* dy, float[]? factors, float* coefficients, float* dx, bool add, bool weights)
    {
        int parts = KernelContext.Parts(Images);
        long size = (long)parts * Half * Inner;
        float* evenParts = weights ? Context.RentCleared(size) : null;
        float* oddParts = weights ? Context.RentCleared(size) : null;
        float* even = KernelContext.Pointer(layer.Even.Value);
        float* odd = KernelContext.Pointer(layer.Odd.Value);
        long perThread = ImageSize + (2L * Width * Inner);
        float* scratch = Context.RentScratch(perThread);
        Context.ForImages(Images, (n, part, thread) =>
        {
            float* dz = KernelContext.Of(scratch, thread, perThread);
            ImageGradient(dy, factors, coefficients, n, dz);
            if (dx != null && !add) KernelContext.Clear(dx + ((long)n * Input.ImageSize), Input.ImageSize);
            for (int y = 0; y < Height; y++)
            {
                for (int side = 0; side < 2; side++)
                {
                    float* sums = side == 0 ? evenParts : oddParts;
                    float* row = dz + (y * Width * Channels) + (side * Half);
                    SpreadRow(row, n, y, side, side == 0 ? even : odd, dx, sums == null ? null : sums + ((long)part * Half * Inner),
                        dz + ImageSize);
                }
            }
        });
        Context.ReturnScratch(scratch, perThread);
        if (!weights) return;
        SumGradient(layer.Even, evenParts, parts, Half * Inner);
        SumGradient(layer.Odd, oddParts, parts, Half * Inner);
        Context.Pool.Return(evenParts, size);
        Context.Pool.Return(oddParts, size);
    }

    private void SpreadRow(float* dz, int n, int y, int side, float* matrix, float* dx, float* sums, float* scratch)
    {
        float* pixels = scratch;
        float* gradient = scratch + (Width * Inner);
        if (sums != null)
        {
            Gather(n, y, side, pixels);
            PointwiseKernel.AddTransposed(dz, Channels, Half, pixels, Inner, Inner, Width, sums, Inner);
        }

        if (dx == null) return;
        PointwiseKernel.Multiply(dz, Channels, Width, Half, matrix, Inner, Inner, gradient, Inner);
        long offset = Offset(n, y, side);
        Kernels.Channels.Run(Inner, new ReluGradient(
            gradient, Input.Data + offset, 2 * Inner, Input.Scale, Input.Shift, dx + offset, Width, Inner, add: true));
    }

    /// <summary>Pixels (2y, 0), (2y, 2), ... for side 0, (2y + 1, 1), (2y + 1, 3), ... for side 1, after the ReLU.</summary>
    private void Gather(int n, int y, int side, float* pixels) => Kernels.Channels.Run(Inner, new ReluCopy(
        Input.Data + Offset(n, y, side), 2 * Inner, Input.Scale, Input.Shift, pixels, Width, Inner));

    private long Offset(int n, int y, int side) =>
        ((long)n * Input.ImageSize) + (((((2 * y) + side) * Input.Width) + side) * Inner);
}
