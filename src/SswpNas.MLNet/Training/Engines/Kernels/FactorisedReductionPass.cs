namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary><see cref="FactorisedReduction"/> at work: two pointwise products of every second pixel.</summary>
internal sealed unsafe class FactorisedReductionPass(KernelContext context, FactorisedReduction layer, StageInput input)
    : StagePass(context, layer.Norm, Halved(input, layer.Norm.Channels), stride: 2)
{
    private readonly float*[] _matrices = new float*[2]; // [inputs][outputs / 2], of even and of odd pixels
    private readonly float*[] _parts = new float*[2];

    public override long ForwardScratch => Width * Inner;

    public override long BackwardScratch => ImageSize + (2L * Width * Inner);

    private int Half => Channels / 2;

    private int Inner => Input.Channels;

    public override void BackwardImage(int n, int part, float* scratch)
    {
        ImageGradient(n, scratch);
        if (Gradient.Input != null && !Gradient.Add)
            KernelContext.Clear(Gradient.Input + ((long)n * Input.ImageSize), Input.ImageSize);
        for (int y = 0; y < Height; y++)
        {
            for (int side = 0; side < 2; side++)
            {
                float* row = scratch + (y * Width * Channels) + (side * Half);
                float* sums = _parts[side] == null ? null : _parts[side] + ((long)part * Half * Inner);
                BackwardRow(row, n, y, side, sums, scratch + ImageSize);
            }
        }
    }

    protected override void ForwardRow(int n, int y, float* scratch, float* z)
    {
        for (int side = 0; side < 2; side++)
        {
            Gather(n, y, side, scratch);
            PointwiseKernel.Multiply(scratch, Inner, Width, Inner, _matrices[side], Half, Half, z + (side * Half), Channels);
        }
    }

    protected override void PrepareForward()
    {
        for (int side = 0; side < 2; side++) _matrices[side] = Transposed(KernelContext.Pointer(Side(side).Value), Half, Inner);
    }

    protected override void FinishForward()
    {
        for (int side = 0; side < 2; side++) Context.Pool.Return(_matrices[side]);
    }

    protected override void PrepareBackward()
    {
        if (!Gradient.Weights) return;
        for (int side = 0; side < 2; side++) _parts[side] = RentParts(Half * Inner);
    }

    protected override void FinishBackward()
    {
        if (!Gradient.Weights) return;
        for (int side = 0; side < 2; side++)
        {
            AddParts(Side(side), _parts[side], Half * Inner);
        }
    }

    private static StageInput Halved(StageInput input, int channels) =>
        input.Height % 2 == 0 && input.Width % 2 == 0 && channels % 2 == 0
            ? input
            : throw new NotSupportedException(
                $"A factorised reduction was given {input.Height} x {input.Width} pixels and has {channels} channels to make. "
                + "It halves them: use even numbers.");

    private Weight Side(int side) => side == 0 ? layer.Even : layer.Odd;

    private void BackwardRow(float* dz, int n, int y, int side, float* sums, float* scratch)
    {
        float* pixels = scratch;
        float* gradient = scratch + (Width * Inner);
        if (sums != null)
        {
            Gather(n, y, side, pixels);
            TransposedProduct.Add(dz, Channels, Half, pixels, Inner, Inner, Width, sums, Inner);
        }

        if (Gradient.Input == null) return;
        float* matrix = KernelContext.Pointer(Side(side).Value);
        PointwiseKernel.Multiply(dz, Channels, Width, Half, matrix, Inner, Inner, gradient, Inner);
        long offset = Offset(n, y, side);
        ChannelLoop.Run(Inner, new ReluGradient(
            gradient, Input.Data + offset, 2 * Inner, Input.Scale, Input.Shift, Gradient.Input + offset, Width, Inner, add: true));
    }

    /// <summary>Pixels (2y, 0), (2y, 2), ... for side 0, (2y + 1, 1), (2y + 1, 3), ... for side 1, after the ReLU.</summary>
    private void Gather(int n, int y, int side, float* pixels) => ChannelLoop.Run(Inner, new ReluCopy(
        Input.Data + Offset(n, y, side), 2 * Inner, Input.Scale, Input.Shift, pixels, Width, Inner));

    private long Offset(int n, int y, int side) =>
        ((long)n * Input.ImageSize) + (((((2 * y) + side) * Input.Width) + side) * Inner);
}
