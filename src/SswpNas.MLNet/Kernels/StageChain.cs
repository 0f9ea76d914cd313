using SswpNas.MLNet.Execution;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Kernels;

/// <summary>The stages of one operation or preprocessing at work, one reading the other's unnormalised output.</summary>
internal sealed unsafe class StageChain
{
    private readonly KernelContext _context;
    private readonly Activation _input;
    private readonly StagePass[] _passes;

    private StageChain(KernelContext context, Activation input, StagePass[] passes)
    {
        _context = context;
        _input = input;
        _passes = passes;
    }

    /// <summary>Drop path's factor an image, or null.</summary>
    public float[]? Factors { get; init; }

    public StagePass? Last => _passes.Length == 0 ? null : _passes[^1];

    public int Height => Last?.Height ?? _input.Height;

    public int Width => Last?.Width ?? _input.Width;

    public int Channels => Last?.Channels ?? _input.Channels;

    public static StageChain Forward(
        KernelContext context, Activation x, IReadOnlyList<Stage> stages, PassOptions options, float[]? factors = null)
    {
        StageInput input = new(x.Data, null, null, x.Images, x.Height, x.Width, x.Channels);
        StagePass[] passes = new StagePass[stages.Count];
        for (int i = 0; i < passes.Length; i++)
        {
            passes[i] = Create(context, stages[i], input);
            passes[i].Forward(options.Training, options.UpdateStatistics);
            input = passes[i].Output;
        }

        return new StageChain(context, x, passes) { Factors = factors };
    }

    /// <summary>target (+)= the normalised output.</summary>
    public void Emit(Activation target, bool add)
    {
        _context.ForImages(target.Images, (n, _, _) =>
        {
            long offset = (long)n * target.ImageSize;
            float factor = Factors is null ? 1 : Factors[n];
            if (Last is null)
            {
                Kernels.Channels.Run(target.Channels, new StridedCopy(
                    _input.Data + offset, target.Channels, factor, target.Data + offset, target.Channels, target.Pixels, add));
                return;
            }

            int channels = target.Channels;
            float* scaled = stackalloc float[2 * channels];
            for (int c = 0; c < channels; c++)
            {
                scaled[c] = Last.Scale[c] * factor;
                scaled[channels + c] = Last.Shift[c] * factor;
            }

            Kernels.Channels.Run(channels, new ScaleShift(
                Last.Z + offset, scaled, scaled + channels, target.Data + offset, target.Pixels, channels, add));
        });
    }

    /// <summary>Adds to the input's gradient and finds the weights' ones from dy, the output's gradient.</summary>
    /// <returns>&lt;output, dy&gt;, the gate's gradient.</returns>
    public double Backward(float* dy, bool weights)
    {
        if (Last is null) return BackwardIdentity(dy);
        float* gradient = dy;
        float[]? factors = Factors;
        for (int i = _passes.Length - 1; i >= 0; i--)
        {
            StagePass pass = _passes[i];
            bool first = i == 0;
            long size = first ? 0 : (long)pass.Images * _passes[i - 1].ImageSize;
            float* dx = first ? InputGradient() : _context.Pool.Rent(size);
            pass.Backward(gradient, factors, dx, first && _input.GradientStarted, weights);
            if (gradient != dy) _context.Pool.Return(gradient, (long)pass.Images * pass.ImageSize);
            gradient = dx;
            factors = null;
        }

        _input.GradientStarted = _input.NeedsGradient;
        return Last.GateGradient;
    }

    /// <summary>&lt;output, dy&gt; of a candidate without a graph.</summary>
    public double Dot(float* dy) => Last?.Dot(dy) ?? DotIdentity(dy);

    public void Free()
    {
        foreach (StagePass pass in _passes) pass.Free();
    }

    /// <summary>Keeps only what <see cref="Dot"/> needs.</summary>
    public void FreeAllButLast()
    {
        for (int i = 0; i < _passes.Length - 1; i++) _passes[i].Free();
    }

    public void FreeLast() => Last?.Free();

    private static StagePass Create(KernelContext context, Stage stage, StageInput input) => stage switch
    {
        ConvBn conv => new ConvBnPass(context, conv, input),
        PoolBn pool => new PoolBnPass(context, pool, input),
        FactorisedReduction reduction => new FactorisedReductionPass(context, reduction, input),
        StemConv stem => new StemConvPass(context, stem, input),
        _ => throw new NotSupportedException($"There is no kernel for {stage.GetType().Name}."),
    };

    private float* InputGradient()
    {
        if (!_input.NeedsGradient) return null;
        if (_input.Gradient == null) _input.Gradient = _context.Pool.Rent(_input.Count);
        return _input.Gradient;
    }

    private double BackwardIdentity(float* dy)
    {
        double dot = DotIdentity(dy);
        float* dx = InputGradient();
        if (dx == null) return dot;
        _context.ForImages(_input.Images, (n, _, _) =>
        {
            long offset = (long)n * _input.ImageSize;
            Kernels.Channels.Run(_input.Channels, new StridedCopy(
                dy + offset, _input.Channels, Factors is null ? 1 : Factors[n], dx + offset, _input.Channels, _input.Pixels,
                _input.GradientStarted));
        });
        _input.GradientStarted = true;
        return dot;
    }

    private double DotIdentity(float* dy)
    {
        double[] dots = new double[_input.Images];
        _context.ForImages(_input.Images, (n, _, _) =>
        {
            double* sums = stackalloc double[2 * _input.Channels];
            new Span<double>(sums, 2 * _input.Channels).Clear();
            long offset = (long)n * _input.ImageSize;
            Kernels.Channels.Run(_input.Channels, new ColumnSums(
                dy + offset, _input.Data + offset, sums, sums + _input.Channels, _input.Pixels, _input.Channels));
            for (int c = 0; c < _input.Channels; c++) dots[n] += sums[_input.Channels + c];
        });
        return dots.Sum();
    }
}
