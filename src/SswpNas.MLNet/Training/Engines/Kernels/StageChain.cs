namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// The stages of one operation or preprocessing at work, one reading the other's unnormalised output. Chains that read
/// different inputs, or the same one, run side by side: level by level forward, and back.
/// </summary>
internal sealed unsafe class StageChain(KernelContext context, Activation input, IReadOnlyList<Stage> stages)
{
    private readonly StagePass[] _passes = new StagePass[stages.Count];
    private float* _between; // dL/d output of the level at work, where it is not the chain's own
    private bool _addsToInput; // whether the input's gradient holds a sum already when this chain comes to it
    private double[] _dots = [];

    /// <summary>Drop path's factor an image, or null.</summary>
    public float[]? Factors { get; init; }

    /// <summary>Whether running statistics move.</summary>
    public bool UpdatesStatistics { get; init; } = true;

    /// <summary>&lt;output, dL/d output&gt;, known after the backward pass.</summary>
    public double GateGradient => Last?.GateGradient ?? Dots().Sum();

    public int Height => Last?.Height ?? input.Height;

    public int Width => Last?.Width ?? input.Width;

    public int Channels => Last?.Channels ?? input.Channels;

    private StagePass? Last => _passes.Length == 0 ? null : _passes[^1];

    public static void Forward(KernelContext context, IReadOnlyList<StageChain> chains, bool training)
    {
        for (int level = 0; chains.Any(c => c._passes.Length > level); level++)
        {
            StageChain[] working = [.. chains.Where(c => c._passes.Length > level)];
            foreach (StageChain chain in working) chain.Create(level);
            StageGroup.Forward(
                context, [.. working.Select(c => c._passes[level])], training, i => working[i].UpdatesStatistics);
        }
    }

    /// <summary>target = the sum of the chains' normalised outputs.</summary>
    public static void Emit(KernelContext context, IReadOnlyList<StageChain> chains, Activation target) =>
        context.ForImages(target.Images, (n, _, _) =>
        {
            float* image = target.Data + ((long)n * target.ImageSize);
            for (int i = 0; i < chains.Count; i++) chains[i].EmitImage(n, target, image, add: i > 0);
        });

    /// <summary>
    /// Adds to the inputs' gradients and finds the weights' ones from dy, the gradient of the chains' sum. Chains in
    /// <paramref name="dotsOnly"/> have no graph: only their gates' gradients are found.
    /// </summary>
    public static void Backward(
        KernelContext context, IReadOnlyList<StageChain> chains, IReadOnlyList<StageChain> dotsOnly, int images, float* dy,
        bool weights)
    {
        StageChain[] identities = [.. chains.Where(c => c.Last is null)];
        StageChain[] identityDots = [.. dotsOnly.Where(c => c.Last is null)];
        foreach (StageChain chain in identities.Concat(identityDots)) chain._dots = new double[images];
        foreach (StageChain chain in identities) chain.BeginInputGradient();
        StageChain[] working = [.. chains.Where(c => c.Last is not null)];
        StagePass[] dots = [.. dotsOnly.Where(c => c.Last is not null).Select(c => c.Last!)];
        foreach (StagePass pass in dots) pass.BeginBackward(new StageGradient(dy, null, null, false, false));
        foreach (StageChain chain in working) chain.BeginBackward(chain._passes.Length - 1, dy, weights);
        StageGroup.Sums(context, images, [.. working.Select(c => c.Last!)], dots, n =>
        {
            foreach (StageChain chain in identities) chain.IdentityBackward(n, dy, spread: true);
            foreach (StageChain chain in identityDots) chain.IdentityBackward(n, dy, spread: false);
        });
        for (int depth = 1; working.Length > 0; depth++)
        {
            StageChain[] deeper = [.. working.Where(c => c._passes.Length > depth)];
            foreach (StageChain chain in deeper) chain.BeginBackward(chain._passes.Length - depth - 1, dy, weights);
            StageGroup.Backward(context, images, [.. working.Select(c => (c._passes[^depth], c._passes.ElementAtOrDefault(^(depth + 1))))]);
            if (depth > 1)
                foreach (StageChain chain in working) chain.EndLevel(chain._passes.Length - depth);
            working = deeper;
        }
    }

    public void Free()
    {
        foreach (StagePass pass in _passes) pass.Free();
    }

    /// <summary>Keeps only what a gate's gradient needs.</summary>
    public void FreeAllButLast()
    {
        for (int i = 0; i < _passes.Length - 1; i++) _passes[i].Free();
    }

    public void FreeLast() => Last?.Free();

    /// <summary>Of all images, those of other ranks too.</summary>
    private double[] Dots()
    {
        PartRange parts = context.Parts(input.Images);
        double[] all = new double[parts.AllImages];
        _dots.CopyTo(all, parts.ImagesBefore);
        context.Ranks.GatherRows(all);
        return all;
    }

    private void Create(int level)
    {
        StageInput from = level == 0
            ? new StageInput(input.Data, null, null, input.Images, input.Height, input.Width, input.Channels)
            : _passes[level - 1].Output;
        _passes[level] = stages[level] switch
        {
            ConvBn conv => new ConvBnPass(context, conv, from),
            PoolBn pool => new PoolBnPass(context, pool, from),
            FactorisedReduction reduction => new FactorisedReductionPass(context, reduction, from),
            StemConv stem => new StemConvPass(context, stem, from),
            Stage other => throw new NotSupportedException($"There is no kernel for {other.GetType().Name}."),
        };
    }

    private void EmitImage(int n, Activation target, float* image, bool add)
    {
        float factor = Factors is null ? 1 : Factors[n];
        if (Last is not null)
        {
            Last.Emit(n, factor, image, add);
            return;
        }

        ChannelLoop.Run(target.Channels, new StridedCopy(
            input.Data + ((long)n * input.ImageSize), target.Channels, factor, image, target.Channels, target.Pixels, add));
    }

    /// <summary>Gives a level its gradients: the chain's own at the end, else what the level behind it left.</summary>
    private void BeginBackward(int level, float* dy, bool weights)
    {
        bool last = level == _passes.Length - 1;
        float* output = last ? dy : _between;
        float* gradient;
        if (level == 0)
        {
            BeginInputGradient();
            gradient = input.Gradient;
        }
        else
        {
            gradient = context.Pool.Rent((long)_passes[level - 1].Images * _passes[level - 1].ImageSize);
        }

        _passes[level].BeginBackward(new StageGradient(
            output, last ? Factors : null, gradient, level == 0 && _addsToInput, weights));
        if (level > 0) _between = gradient;
    }

    private void EndLevel(int level) => context.Pool.Return(_passes[level].Gradient.Output);

    /// <summary>Who comes first to an input writes its gradient, the others add, chains of the same sum among them.</summary>
    private void BeginInputGradient()
    {
        if (!input.NeedsGradient) return;
        if (input.Gradient == null) input.Gradient = context.Pool.Rent(input.Count);
        _addsToInput = input.GradientStarted;
        input.GradientStarted = true;
    }

    private void IdentityBackward(int n, float* dy, bool spread)
    {
        double* sums = stackalloc double[2 * input.Channels];
        new Span<double>(sums, 2 * input.Channels).Clear();
        long offset = (long)n * input.ImageSize;
        ChannelLoop.Run(input.Channels, new ColumnSums(
            dy + offset, input.Data + offset, null, sums, sums + input.Channels, input.Pixels, input.Channels));
        for (int c = 0; c < input.Channels; c++) _dots[n] += sums[input.Channels + c];
        if (!spread || !input.NeedsGradient) return;
        ChannelLoop.Run(input.Channels, new StridedCopy(
            dy + offset, input.Channels, Factors is null ? 1 : Factors[n], input.Gradient + offset, input.Channels, input.Pixels,
            _addsToInput));
    }
}
