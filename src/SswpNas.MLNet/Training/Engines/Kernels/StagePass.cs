using System.Numerics.Tensors;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>What a stage reads: raw numbers, or the unnormalised output of the stage before it.</summary>
internal readonly unsafe struct StageInput(float* data, float* scale, float* shift, int images, int height, int width, int channels)
{
    public float* Data => data;

    /// <summary>Null, or the factor a channel that normalises <see cref="Data"/> while it is read.</summary>
    public float* Scale => scale;

    public float* Shift => shift;

    public int Images => images;

    public int Height => height;

    public int Width => width;

    public int Channels => channels;

    public int ImageSize => height * width * channels;

    public float* Image(int n) => data + ((long)n * ImageSize);

    /// <summary>An image's rows from y on, of the numbers themselves or of others that lie as they do: their gradient.</summary>
    public PixelGrid Rows(float* numbers, int n, int y) =>
        new(numbers + ((long)n * ImageSize) + (y * width * channels), channels, width * channels);
}

/// <summary>What the backward pass through a stage starts from.</summary>
/// <param name="output">dL/d output, [images, height, width, channels].</param>
/// <param name="factors">The factor an image that drop path put on the output, or null.</param>
/// <param name="input">dL/d input, or null where nobody asks for it.</param>
/// <param name="add">Whether <paramref name="input"/> holds a sum already.</param>
/// <param name="weights">Whether the weights' gradients are wanted.</param>
internal readonly unsafe struct StageGradient(float* output, float[]? factors, float* input, bool add, bool weights)
{
    public float* Output => output;

    public float[]? Factors => factors;

    public float* Input => input;

    public bool Add => add;

    public bool Weights => weights;
}

/// <summary>
/// One stage at work: forward up to the unnormalised output z with its statistics, and the backward pass. The normalised
/// output, scale[c] * z + shift[c], is never stored by itself: whoever reads z normalises it on the way. Work is done
/// image by image, so that several stages can take turns on an image while it is in the cache (<see cref="StageGroup"/>);
/// Begin and End stand before and after all images.
/// </summary>
internal abstract unsafe class StagePass(KernelContext context, BatchNorm norm, StageInput input, int stride)
{
    // Rows are worked on in bands: few enough to stay in the first-level cache, enough that calls cost nothing beside the work.
    private const int BandFloats = 4096;

    private float* _affine; // scale, shift, mean, 1 / standard deviation: one number a channel each
    private float* _coefficients; // dL/dz = a * dy + b * z + d: one number a channel each
    private float* _centres; // near each part's mean: one number a channel
    private double[] _sums = [];

    /// <summary>Memory, threads.</summary>
    protected KernelContext Context => context;

    protected StageInput Input => input;

    protected bool Training { get; private set; }

    public StageGradient Gradient { get; private set; }

    public int Images => input.Images;

    public int Height { get; } = DepthwiseGeometry.OutputSide(input.Height, stride);

    public int Width { get; } = DepthwiseGeometry.OutputSide(input.Width, stride);

    public int Channels => norm.Channels;

    public int ImageSize => Height * Width * norm.Channels;

    public float* Z { get; private set; }

    public float* Scale => _affine;

    public float* Shift => _affine + Channels;

    /// <summary>&lt;output, dL/d output&gt;, known after <see cref="EndSums"/>.</summary>
    public double GateGradient { get; private set; }

    public StageInput Output => new(Z, Scale, Shift, Images, Height, Width, Channels);

    /// <summary>Floats that an image's forward pass needs beside its result.</summary>
    public abstract long ForwardScratch { get; }

    /// <summary>Floats that an image's backward pass needs.</summary>
    public abstract long BackwardScratch { get; }

    /// <summary>Output rows of a band: an even number.</summary>
    protected int Band => BandOf(Width * Math.Max(Channels, input.Channels));

    /// <summary>Numbers of a part that all ranks have to know: sums and, forward, what they are about.</summary>
    public int PartNumbers => (_centres == null ? 2 : 3) * Channels;

    private PartRange Parts => context.Parts(Images);

    /// <summary>Batch statistics in training, running ones otherwise.</summary>
    public void BeginForward(bool training)
    {
        Training = training;
        Z = context.Pool.Rent((long)Images * ImageSize);
        _affine = context.Pool.Rent(4L * Channels);
        _sums = new double[training ? Parts.All * 2 * Channels : 0];
        if (training) _centres = context.RentCleared((long)Parts.All * Channels);
        PrepareForward();
    }

    /// <summary>Writes <see cref="Z"/> of one image and, in training, adds it to the part's statistics.</summary>
    public void ForwardImage(int n, int part, float* scratch)
    {
        PrepareImage(n, scratch);
        float* z = Z + ((long)n * ImageSize);
        int band = Band;
        for (int y = 0; y < Height; y += band)
        {
            int rows = Math.Min(band, Height - y);
            float* first = z + (y * Width * Channels);
            ForwardRows(n, y, rows, scratch, first);
            if (Training) AddStatistics(first, rows, part, isFirst: y == 0 && n == Parts.FirstImage(part));
        }
    }

    /// <summary>Finds what normalises z.</summary>
    public void EndForward(bool updateStatistics)
    {
        FinishForward();
        if (Training) BatchNormMath.Combine(_sums, _centres, Parts.AllImages, Height * Width, norm, _affine, updateStatistics);
        else BatchNormMath.Running(norm, _affine);
        context.Pool.Return(_centres);
        _centres = null;
    }

    /// <summary>What a part of the batch came to, for the other ranks.</summary>
    public void WritePart(int part, Span<double> numbers)
    {
        _sums.AsSpan(part * 2 * Channels, 2 * Channels).CopyTo(numbers);
        for (int i = 2 * Channels; i < numbers.Length; i++) numbers[i] = _centres[(part * Channels) + i - (2 * Channels)];
    }

    /// <summary>What a part came to, on this rank or another one.</summary>
    public void ReadPart(int part, ReadOnlySpan<double> numbers)
    {
        numbers[..(2 * Channels)].CopyTo(_sums.AsSpan(part * 2 * Channels));
        for (int i = 2 * Channels; i < numbers.Length; i++) _centres[(part * Channels) + i - (2 * Channels)] = (float)numbers[i];
    }

    /// <summary>target (+)= factor * the normalised output of one image.</summary>
    public void Emit(int n, float factor, float* target, bool add)
    {
        float* scaled = stackalloc float[2 * Channels];
        for (int c = 0; c < 2 * Channels; c++) scaled[c] = _affine[c] * factor;
        ChannelLoop.Run(Channels, new ScaleShift(
            Z + ((long)n * ImageSize), scaled, scaled + Channels, target, Height * Width, Channels, add));
    }

    public void BeginBackward(StageGradient gradient)
    {
        Gradient = gradient;
        _sums = new double[Parts.All * 2 * Channels];
    }

    /// <summary>A channel's sums of dy and of dy * (z - mean) over one image.</summary>
    public void SumImage(int n, int part)
    {
        double* own = stackalloc double[2 * Channels];
        new Span<double>(own, 2 * Channels).Clear();
        long offset = (long)n * ImageSize;
        ChannelLoop.Run(Channels, new ColumnSums(
            Gradient.Output + offset, Z + offset, _affine + (2 * Channels), own, own + Channels, Height * Width, Channels));
        double factor = Gradient.Factors is null ? 1 : Gradient.Factors[n];
        Span<double> target = _sums.AsSpan((Parts.First + part) * 2 * Channels, 2 * Channels);
        TensorPrimitives.MultiplyAdd(new ReadOnlySpan<double>(own, target.Length), factor, target, target);
    }

    /// <summary>From the sums to the gate's gradient and, where the way goes on, to batch norm's.</summary>
    public void EndSums(bool goesOn)
    {
        double[] sums = new double[Channels], products = new double[Channels];
        for (int p = 0; p < Parts.All; p++)
        {
            for (int c = 0; c < Channels; c++)
            {
                sums[c] += _sums[(p * 2 * Channels) + c];
                products[c] += _sums[(((p * 2) + 1) * Channels) + c];
            }
        }

        GateGradient = BatchNormMath.OutputProduct(sums, products, norm, _affine);
        if (!goesOn) return;
        _coefficients = context.Pool.Rent(3L * Channels);
        BatchNormMath.Backward(
            sums, products, (long)Parts.AllImages * Height * Width, norm, _affine, _coefficients, Gradient.Weights);
        PrepareBackward();
    }

    /// <summary>From an image's dy to its dL/dx and its share of the weights' gradients.</summary>
    public abstract void BackwardImage(int n, int part, float* scratch);

    public void EndBackward()
    {
        FinishBackward();
        context.Pool.Return(_coefficients);
        _coefficients = null;
    }

    public virtual void Free()
    {
        context.Pool.Return(Z);
        context.Pool.Return(_affine);
        Z = null;
        _affine = null;
    }

    /// <summary>Before an image's rows: what all of them read.</summary>
    protected virtual void PrepareImage(int n, float* scratch)
    {
    }

    /// <summary>Writes rows of z from row y on.</summary>
    protected abstract void ForwardRows(int n, int y, int rows, float* scratch, float* z);

    /// <summary>Before the images: weights in the order that the kernels read.</summary>
    protected virtual void PrepareForward()
    {
    }

    protected virtual void FinishForward()
    {
    }

    protected virtual void PrepareBackward()
    {
    }

    /// <summary>After the images: the parts' sums become the weights' gradients.</summary>
    protected virtual void FinishBackward()
    {
    }

    /// <summary>ReLU of an image's input rows.</summary>
    protected void Relu(int n, int y, int rows, PixelGrid output) => ChannelLoop.Run(input.Channels, new ReluCopy(
        input.Rows(input.Data, n, y), input.Scale, input.Shift, output, rows, input.Width));

    /// <summary>Rows of so many floats that make a band: an even number.</summary>
    protected static int BandOf(int rowFloats) => Math.Max(2, BandFloats / Math.Max(1, rowFloats) / 2 * 2);

    /// <summary>dL/dz of one image.</summary>
    protected void ImageGradient(int n, float* dz) => RowsGradient(n, 0, Height, dz);

    /// <summary>dL/dz of rows of an image from row y on.</summary>
    protected void RowsGradient(int n, int y, int rows, float* dz)
    {
        float* a = _coefficients;
        float* b = a + Channels;
        if (Gradient.Factors is not null)
        {
            float* scaled = stackalloc float[Channels];
            for (int c = 0; c < Channels; c++) scaled[c] = a[c] * Gradient.Factors[n];
            a = scaled;
        }

        long offset = ((long)n * ImageSize) + (y * Width * Channels);
        ChannelLoop.Run(Channels, new NormGradient(
            Gradient.Output + offset, Z + offset, a, b, b + Channels, dz, rows * Width, Channels));
    }

    /// <summary>
    /// Sums of z and its square for batch norm, of rows that were just written, about the mean of the part's first row: about
    /// zero, a large mean would leave nothing of the variance.
    /// </summary>
    private void AddStatistics(float* z, int rows, int part, bool isFirst)
    {
        part += Parts.First;
        float* centre = _centres + (part * Channels);
        fixed (double* sums = &_sums[part * 2 * Channels])
        {
            if (isFirst)
            {
                ChannelLoop.Run(Channels, new ColumnMoments(z, centre, sums, sums + Channels, 1, Width, Channels));
                for (int c = 0; c < Channels; c++) centre[c] = (float)(sums[c] / Width);
                new Span<double>(sums, 2 * Channels).Clear();
            }

            ChannelLoop.Run(Channels, new ColumnMoments(z, centre, sums, sums + Channels, rows, Width, Channels));
        }
    }

    /// <summary>A copy of a [rows, columns] matrix as [columns, rows]; give it back to the pool.</summary>
    protected float* Transposed(float* matrix, int rows, int columns)
    {
        float* copy = context.Pool.Rent(rows * columns);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) copy[(c * rows) + r] = matrix[(r * columns) + c];
        return copy;
    }

    /// <summary>Room for each part's sum of a gradient, cleared.</summary>
    protected float* RentParts(int size) => context.RentCleared((long)Math.Max(1, Parts.Count) * size);

    /// <summary>
    /// Adds the parts' sums, which <see cref="RentParts"/> gave room for, to the weight's gradient. Where the weight has an order of its
    /// own, number i of a part belongs to its number place(i).
    /// </summary>
    protected void AddParts(Weight weight, float* sums, int size, Func<int, int>? place = null) =>
        context.Sums.Add(weight, sums, Parts.Count, size, place);
}
