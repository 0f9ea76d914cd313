namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// Where the taps of a depthwise window lie in padded channels-last images, forward and backward. Forward, output
/// (y, x) reads padded pixels (y * stride + ky * dilation, x * stride + kx * dilation). Backward, input (y, x) gathers
/// from those outputs whose window holds it; at stride 2 they depend on the parities of y and x.
/// </summary>
internal sealed unsafe class DepthwiseGeometry
{
    private readonly int _kernel;
    private readonly int _stride;
    private readonly int _dilation;
    private readonly int _channels;

    /// <exception cref="NotSupportedException">The kernel is even, or the stride is neither 1 nor 2.</exception>
    public DepthwiseGeometry(int kernel, int stride, int dilation, int height, int width, int channels)
    {
        if (kernel < 1 || kernel % 2 == 0)
            throw new NotSupportedException($"There is no kernel for windows of {kernel} x {kernel}. Use an odd size.");
        if (stride is not (1 or 2)) throw new NotSupportedException($"There is no kernel for a stride of {stride}. Use 1 or 2.");
        (_kernel, _stride, _dilation, _channels) = (kernel, stride, dilation, channels);
        Padding = dilation * (kernel - 1) / 2;
        (Height, Width) = (height, width);
        (OutHeight, OutWidth) = (OutputSide(height, stride), OutputSide(width, stride));
        PaddedWidth = width + (2 * Padding);
        PaddedSize = (height + (2 * Padding)) * PaddedWidth * channels;
        GradientWidth = OutWidth + (2 * Padding);
        GradientSize = (OutHeight + (2 * Padding)) * GradientWidth * channels;
        Taps = new DepthwiseTap[kernel * kernel];
        for (int t = 0; t < Taps.Length; t++)
        {
            int pixel = ((t / kernel) * dilation * PaddedWidth) + ((t % kernel) * dilation);
            Taps[t] = new DepthwiseTap(pixel * channels, t * channels);
        }
    }

    public int Padding { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutHeight { get; }

    public int OutWidth { get; }

    public int PaddedWidth { get; }

    /// <summary>Floats of a padded input image.</summary>
    public int PaddedSize { get; }

    public int GradientWidth { get; }

    /// <summary>Floats of a padded output gradient.</summary>
    public int GradientSize { get; }

    /// <summary>Forward taps, relative to the window's first padded pixel.</summary>
    public DepthwiseTap[] Taps { get; }

    /// <summary>Every stride-th pixel, from the first on.</summary>
    public static int OutputSide(int side, int stride) => (side + stride - 1) / stride;

    public float* PaddedPixel(float* padded, int y, int x) => padded + (((y * PaddedWidth) + x) * _channels);

    public float* GradientPixel(float* padded, int y, int x) => padded + (((y * GradientWidth) + x) * _channels);

    /// <summary>The image inside a padded one.</summary>
    public PixelGrid Inside(float* padded) => new(PaddedPixel(padded, Padding, Padding), _channels, PaddedWidth * _channels);

    /// <summary>A padded copy of an image.</summary>
    public void CopyPadded(float* image, float* padded, float value)
    {
        FillPadding(padded, value);
        PixelGrid inside = Inside(padded);
        long bytes = (long)Width * _channels * sizeof(float);
        for (int y = 0; y < Height; y++) Buffer.MemoryCopy(image + (y * Width * _channels), inside.RowOf(y), bytes, bytes);
    }

    /// <summary>Fills what lies around a padded image.</summary>
    public void FillPadding(float* padded, float value) => FillPadding(padded, Height, Width, value);

    /// <summary>Clears what lies around a padded output gradient.</summary>
    public void ClearGradientPadding(float* padded) => FillPadding(padded, OutHeight, OutWidth, 0);

    /// <summary>Output rows from y on of a padded image.</summary>
    public void ForwardRows(float* padded, int y, int rows, float* weights, float* output)
    {
        PixelGrid from = new(PaddedPixel(padded, y * _stride, 0), _stride * _channels, _stride * PaddedWidth * _channels);
        PixelGrid to = new(output, _channels, OutWidth * _channels);
        fixed (DepthwiseTap* taps = Taps) Rows(from, taps, Taps.Length, weights, to, rows, OutWidth);
    }

    /// <summary>Adds an image's weight gradients, [tap][channel], from its padded output gradient.</summary>
    public void AddWeightGradients(float* padded, float* paddedGradient, float* sums)
    {
        PixelGrid gradient = new(GradientPixel(paddedGradient, Padding, Padding), _channels, GradientWidth * _channels);
        for (int ky = 0; ky < _kernel; ky++)
        {
            PixelGrid from = new(PaddedPixel(padded, ky * _dilation, 0), _stride * _channels, _stride * PaddedWidth * _channels);
            ChannelLoop.Run(_channels, new DepthwiseWeightRows(
                from, _dilation * _channels, gradient, sums + (ky * _kernel * _channels), _kernel, OutHeight, OutWidth, _channels));
        }
    }

    /// <summary>The gradient of input rows from y on, an even number, from padded output gradients.</summary>
    public void InputRows(float* paddedGradient, int y, int rows, float* weights, float* output)
    {
        DepthwiseTap* chosen = stackalloc DepthwiseTap[Taps.Length];
        for (int parity = 0; parity < _stride * _stride; parity++)
        {
            (int below, int right) = (parity / _stride, parity % _stride);
            int taps = 0;
            for (int t = 0; t < Taps.Length; t++)
            {
                int above = y + below + Padding - ((t / _kernel) * _dilation);
                int left = right + Padding - ((t % _kernel) * _dilation);
                if (_stride == 2 && ((above & 1) != 0 || (left & 1) != 0)) continue;
                int row = (_stride == 2 ? above >> 1 : above) + Padding;
                int column = (_stride == 2 ? left >> 1 : left) + Padding;
                chosen[taps++] = new DepthwiseTap(((row * GradientWidth) + column) * _channels, t * _channels);
            }

            PixelGrid from = new(paddedGradient, _channels, GradientWidth * _channels);
            PixelGrid to = new(
                output + (((below * Width) + right) * _channels), _stride * _channels, _stride * Width * _channels);
            Rows(from, chosen, taps, weights, to, OutputSide(rows - below, _stride), OutputSide(Width - right, _stride));
        }
    }

    /// <summary>All channels of a row before the next one: its window stays in the first-level cache.</summary>
    private void Rows(PixelGrid from, DepthwiseTap* taps, int count, float* weights, PixelGrid to, int rows, int width)
    {
        for (int y = 0; y < rows; y++)
            ChannelLoop.Run(_channels, new DepthwiseRow(from.RowOf(y), from.Step, taps, count, weights, to.RowOf(y), to.Step, width));
    }

    private void FillPadding(float* padded, int height, int width, float value)
    {
        if (Padding == 0) return;
        // From a row's right side to the next one's left side it is one piece.
        int row = (width + (2 * Padding)) * _channels, sides = 2 * Padding * _channels;
        float* at = padded + (Padding * row) + (Padding * _channels);
        new Span<float>(padded, (int)(at - padded)).Fill(value);
        for (int y = 0; y < height - 1; y++) new Span<float>(at + (y * row) + (width * _channels), sides).Fill(value);
        float* last = at + ((height - 1) * row) + (width * _channels), end = padded + ((height + (2 * Padding)) * row);
        new Span<float>(last, (int)(end - last)).Fill(value);
    }
}
