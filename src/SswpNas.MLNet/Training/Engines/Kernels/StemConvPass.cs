namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary><see cref="StemConv"/> at work: the nine neighbours of a row's pixels side by side, then one product.</summary>
internal sealed unsafe class StemConvPass : StagePass
{
    private readonly StemConv _layer;
    private readonly DepthwiseGeometry _geometry; // only where padded pixels lie
    private float* _byInput; // [window][outputs]
    private float* _byOutput; // [outputs][window]
    private float* _parts;

    public StemConvPass(KernelContext context, StemConv layer, StageInput input)
        : base(context, layer.Norm, input, layer.Stride)
    {
        _layer = layer;
        _geometry = new DepthwiseGeometry(3, layer.Stride, 1, input.Height, input.Width, input.Channels);
    }

    /// <summary>Numbers of a window: 3 x 3 x input channels.</summary>
    private int Window => 9 * Input.Channels;

    public override long ForwardScratch => _geometry.PaddedSize + (Band * Width * Window);

    public override long BackwardScratch => ImageSize + (2L * _geometry.PaddedSize) + (Width * Window);

    public override void BackwardImage(int n, int part, float* dz)
    {
        float* padded = dz + ImageSize;
        float* gradient = padded + _geometry.PaddedSize;
        float* windows = gradient + _geometry.PaddedSize;
        ImageGradient(n, dz);
        if (_parts != null) AddWeights(n, dz, padded, windows, _parts + ((long)part * Channels * Window));
        if (Gradient.Input != null) AddInput(n, dz, gradient, windows);
    }

    protected override void PrepareImage(int n, float* scratch) => Pad(n, scratch);

    protected override void ForwardRows(int n, int y, int rows, float* scratch, float* z)
    {
        float* windows = scratch + _geometry.PaddedSize;
        for (int i = 0; i < rows; i++) Gather(scratch, y + i, windows + (i * Width * Window));
        PointwiseKernel.Multiply(windows, Window, rows * Width, Window, _byInput, Channels, Channels, z, Channels);
    }

    protected override void PrepareForward()
    {
        float* byOutput = WindowWeights();
        _byInput = Transposed(byOutput, Channels, Window);
        Context.Pool.Return(byOutput);
    }

    protected override void FinishForward() => Context.Pool.Return(_byInput);

    protected override void PrepareBackward()
    {
        _byOutput = WindowWeights();
        _parts = Gradient.Weights ? RentParts(Channels * Window) : null;
    }

    protected override void FinishBackward()
    {
        Context.Pool.Return(_byOutput);
        if (!Gradient.Weights) return;
        int inputs = Input.Channels;
        AddParts(_layer.Kernel, _parts, Channels * Window, i => KernelIndex(i, inputs));
    }

    private void AddWeights(int n, float* dz, float* padded, float* windows, float* sums)
    {
        Pad(n, padded);
        for (int y = 0; y < Height; y++)
        {
            Gather(padded, y, windows);
            TransposedProduct.Add(dz + (y * Width * Channels), Channels, Channels, windows, Window, Window, Width, sums, Window);
        }
    }

    private void AddInput(int n, float* dz, float* gradient, float* windows)
    {
        KernelContext.Clear(gradient, _geometry.PaddedSize);
        int run = 3 * Input.Channels;
        for (int y = 0; y < Height; y++)
        {
            PointwiseKernel.Multiply(
                dz + (y * Width * Channels), Channels, Width, Channels, _byOutput, Window, Window, windows, Window);
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
            float* row = _geometry.PaddedPixel(gradient, y + 1, 1);
            if (_layer.Relu)
            {
                ChannelLoop.Run(Input.Channels, new ReluGradient(
                    row, Input.Rows(Input.Data, n, y), Input.Scale, Input.Shift, Input.Rows(Gradient.Input, n, y), 1, Input.Width,
                    Input.Channels, Gradient.Add));
            }
            else
            {
                ChannelLoop.Run(Input.Channels, new StridedCopy(
                    row, Input.Channels, 1, Input.Rows(Gradient.Input, n, y).RowOf(0), Input.Channels, Input.Width, Gradient.Add));
            }
        }
    }

    private void Pad(int n, float* padded)
    {
        if (!_layer.Relu)
        {
            _geometry.CopyPadded(Input.Image(n), padded, 0);
            return;
        }

        _geometry.FillPadding(padded, 0);
        Relu(n, 0, Input.Height, _geometry.Inside(padded));
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

    private static int KernelIndex(int i, int inputs)
    {
        int window = 9 * inputs;
        int output = i / window, pixel = i % window / inputs, input = i % inputs;
        return (((output * inputs) + input) * 9) + pixel;
    }
}
