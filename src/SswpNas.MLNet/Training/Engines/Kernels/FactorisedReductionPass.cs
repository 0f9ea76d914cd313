namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary><see cref="FactorisedReduction"/> at work: two pointwise products of every second pixel.</summary>
internal sealed unsafe class FactorisedReductionPass(KernelContext context, FactorisedReduction layer, StageInput input)
    : StagePass(context, layer.Norm, Halved(input, layer.Norm.Channels), stride: 2)
{
    private readonly float*[] _matrices = new float*[2]; // [inputs][outputs / 2], of even and of odd pixels
    private readonly float*[] _parts = new float*[2];

    public override long ForwardScratch => Band * Width * Inner;

    public override long BackwardScratch => ImageSize + (2L * Band * Width * Inner);

    private int Half => Channels / 2;

    private int Inner => Input.Channels;

    public override void BackwardImage(int n, int part, float* scratch)
    {
        ImageGradient(n, scratch);
        if (Gradient.Input != null && !Gradient.Add)
            KernelContext.Clear(Gradient.Input + ((long)n * Input.ImageSize), Input.ImageSize);
        int band = Band;
        for (int y = 0; y < Height; y += band)
        {
            for (int side = 0; side < 2; side++)
            {
                float* first = scratch + (y * Width * Channels) + (side * Half);
                float* sums = _parts[side] == null ? null : _parts[side] + ((long)part * Half * Inner);
                BackwardRows(first, n, y, Math.Min(band, Height - y), side, sums, scratch + ImageSize);
            }
        }
    }

    protected override void ForwardRows(int n, int y, int rows, float* scratch, float* z)
    {
        for (int side = 0; side < 2; side++)
        {
            Gather(n, y, rows, side, scratch);
            PointwiseKernel.Multiply(
                scratch, Inner, rows * Width, Inner, _matrices[side], Half, Half, z + (side * Half), Channels);
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

    private void BackwardRows(float* dz, int n, int y, int rows, int side, float* sums, float* scratch)
    {
        float* pixels = scratch;
        float* gradient = scratch + (rows * Width * Inner);
        if (sums != null)
        {
            Gather(n, y, rows, side, pixels);
            TransposedProduct.Add(dz, Channels, Half, pixels, Inner, Inner, rows * Width, sums, Inner);
        }

        if (Gradient.Input == null) return;
        float* matrix = KernelContext.Pointer(Side(side).Value);
        PointwiseKernel.Multiply(dz, Channels, rows * Width, Half, matrix, Inner, Inner, gradient, Inner);
        ChannelLoop.Run(Inner, new ReluGradient(
            gradient, Pixels(Input.Data, n, y, side), Input.Scale, Input.Shift, Pixels(Gradient.Input, n, y, side), rows, Width, Inner,
            add: true));
    }

    /// <summary>Pixels (2y, 0), (2y, 2), ... for side 0, (2y + 1, 1), (2y + 1, 3), ... for side 1, after the ReLU.</summary>
    private void Gather(int n, int y, int rows, int side, float* pixels) => ChannelLoop.Run(Inner, new ReluCopy(
        Pixels(Input.Data, n, y, side), Input.Scale, Input.Shift, new PixelGrid(pixels, Inner, Width * Inner), rows, Width));

    private PixelGrid Pixels(float* data, int n, int y, int side) => new(
        data + ((long)n * Input.ImageSize) + (((((2 * y) + side) * Input.Width) + side) * Inner), 2 * Inner,
        2 * Input.Width * Inner);
}
