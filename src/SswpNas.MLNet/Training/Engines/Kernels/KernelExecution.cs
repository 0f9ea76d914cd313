namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// Runs a network on the CPU with our own kernels: forward as it is asked for, then <see cref="Backward"/> from the
/// features' gradient. Gradients go straight into <see cref="Weight.Gradient"/>; libtorch's autograd has no part in it.
/// </summary>
internal sealed unsafe class KernelExecution(KernelContext context, Pass pass) : ITrainingExecution<Activation>
{
    private readonly Stack<(Action Back, Action Free)> _tape = new();

    /// <summary>Images that lie in memory of the caller's: channels last, images x height x width x channels.</summary>
    public static Activation Images(float* data, int images, int height, int width, int channels) =>
        new(images, height, width, channels) { Data = data, NeedsGradient = false, Owned = false };

    public Activation Run(Activation x, IReadOnlyList<Stage> stages)
    {
        StageChain[] chain = [new(context, x, stages) { UpdatesStatistics = pass.UpdateStatistics }];
        return Compute(chain, [], [], x.Images);
    }

    public Activation Sum(IReadOnlyList<ActiveEdge<Activation>> edges) => GatedSum(edges, []);

    public Activation GatedSum(IReadOnlyList<ActiveEdge<Activation>> edges, IReadOnlyList<Gate> gates)
    {
        StageChain[] chains = [.. edges.Select(edge => new StageChain(context, edge.Input, edge.Active.Stages)
        {
            Factors = edge.Active.IsIdentity ? null : DropFactors(edge.Input.Images),
            UpdatesStatistics = pass.UpdateStatistics,
        })];
        List<StageChain> others = [];
        List<(Gate Gate, StageChain Chain)> gated = [];
        foreach (Gate gate in pass.GateGradients ? gates : [])
        {
            StageChain chain = chains[gate.Edge];
            if (!ReferenceEquals(gate.Candidate, edges[gate.Edge].Active))
            {
                chain = new(context, edges[gate.Edge].Input, gate.Candidate.Stages) { UpdatesStatistics = false };
                others.Add(chain);
            }

            gated.Add((gate, chain));
        }

        return Compute(chains, others, gated, edges[0].Input.Images);
    }

    public Activation Concat(IReadOnlyList<Activation> parts)
    {
        Activation first = parts[0];
        Activation y = Rent(first.Images, first.Height, first.Width, parts.Sum(p => p.Channels));
        context.ForImages(y.Images, (n, _, _) =>
        {
            float* target = y.Data + ((long)n * y.ImageSize);
            foreach (Activation part in parts)
            {
                float* source = part.Data + ((long)n * part.ImageSize);
                ChannelLoop.Run(part.Channels, new StridedCopy(
                    source, part.Channels, 1, target, y.Channels, y.Pixels, add: false));
                target += part.Channels;
            }
        });
        if (pass.Training) _tape.Push((() => ConcatBackward(y, parts), () => Free(y)));
        return y;
    }

    public Activation GlobalAveragePool(Activation x)
    {
        Activation y = Rent(x.Images, 1, 1, x.Channels);
        context.ForImages(x.Images, (n, _, _) =>
        {
            double* sums = stackalloc double[2 * x.Channels];
            new Span<double>(sums, 2 * x.Channels).Clear();
            float* source = x.Data + ((long)n * x.ImageSize);
            ChannelLoop.Run(x.Channels, new ColumnSums(source, source, null, sums, sums + x.Channels, x.Pixels, x.Channels));
            for (int c = 0; c < x.Channels; c++) y.Data[(n * x.Channels) + c] = (float)(sums[c] / x.Pixels);
        });
        if (pass.Training) _tape.Push((() => PoolBackward(y, x), () => Free(y)));
        return y;
    }

    public Activation CornerPool(Activation x)
    {
        CornerWindows windows = CornerWindows.Of(x.Height);
        Activation y = Rent(x.Images, 1, 1, CornerWindows.Count * x.Channels);
        context.ForImages(x.Images, (n, _, _) => CornerMeans.Forward(x, y, windows, n));
        if (pass.Training) _tape.Push((() => CornerBackward(y, x, windows), () => Free(y)));
        return y;
    }

    public void Release(Activation x)
    {
        if (!pass.Training) Free(x);
    }

    /// <summary>
    /// The backward pass, from dL/d features in <paramref name="gradient"/>, [images, features]. Frees everything that the
    /// pass held, the features too.
    /// </summary>
    public void Backward(Activation features, ReadOnlySpan<float> gradient)
    {
        features.Gradient = context.Pool.Rent(features.Count);
        gradient.CopyTo(new Span<float>(features.Gradient, checked((int)features.Count)));
        while (_tape.TryPop(out (Action Back, Action Free) entry))
        {
            entry.Back();
            entry.Free();
        }

        context.Sums.EndPass();
    }

    /// <summary>Frees everything that a training pass held, without a backward pass.</summary>
    public void Abandon()
    {
        while (_tape.TryPop(out (Action Back, Action Free) entry)) entry.Free();
    }

    /// <summary>Gives a value's memory back; for the features of a pass in evaluation.</summary>
    public void Free(Activation x)
    {
        if (x.Owned) context.Pool.Return(x.Data);
        context.Pool.Return(x.Gradient);
        x.Data = null;
        x.Gradient = null;
    }

    /// <summary>The sum of the chains' outputs; beside it, chains without a graph whose gates' gradients are wanted.</summary>
    private Activation Compute(
        StageChain[] chains, List<StageChain> others, List<(Gate Gate, StageChain Chain)> gated, int images)
    {
        StageChain.Forward(context, [.. chains, .. others], pass.Training);
        Activation y = Rent(images, chains[0].Height, chains[0].Width, chains[0].Channels);
        StageChain.Emit(context, chains, y);
        foreach (StageChain chain in others) chain.FreeAllButLast();
        if (pass.Training) _tape.Push((Back, Done));
        else Free(chains);
        return y;

        void Back()
        {
            // An input that no kept edge reads has no gradient.
            if (y.Gradient == null) return;
            StageChain.Backward(context, chains, others, images, y.Gradient, pass.WeightGradients);
            foreach ((Gate gate, StageChain chain) in gated)
                gate.Gradients[(int)gate.Candidate.Kind] = chain.GateGradient;
        }

        void Done()
        {
            foreach (StageChain chain in others) chain.FreeLast();
            Free(chains);
            Free(y);
        }
    }

    /// <summary>Drawn for the whole batch, so that an image's factor does not depend on who has it.</summary>
    private float[]? DropFactors(int images)
    {
        PartRange parts = context.Parts(images);
        return pass.DropPath?.NextFactors(parts.AllImages)[parts.ImagesBefore..(parts.ImagesBefore + images)];
    }

    private static void Free(IEnumerable<StageChain> chains)
    {
        foreach (StageChain chain in chains) chain.Free();
    }

    private void ConcatBackward(Activation y, IReadOnlyList<Activation> parts)
    {
        if (y.Gradient == null) throw new InvalidOperationException("The output of a cell has no gradient.");
        foreach (Activation part in parts)
        {
            if (part.Gradient == null) part.Gradient = context.Pool.Rent(part.Count);
        }

        context.ForImages(y.Images, (n, _, _) =>
        {
            float* source = y.Gradient + ((long)n * y.ImageSize);
            foreach (Activation part in parts)
            {
                float* target = part.Gradient + ((long)n * part.ImageSize);
                ChannelLoop.Run(part.Channels, new StridedCopy(
                    source, y.Channels, 1, target, part.Channels, y.Pixels, part.GradientStarted));
                source += part.Channels;
            }
        });
        foreach (Activation part in parts) part.GradientStarted = true;
    }

    private void PoolBackward(Activation y, Activation x)
    {
        if (x.Gradient == null) x.Gradient = context.Pool.Rent(x.Count);
        context.ForImages(x.Images, (n, _, _) =>
        {
            float* g = y.Gradient + (n * x.Channels);
            ChannelLoop.Run(x.Channels, new StridedCopy(
                g, 0, 1f / x.Pixels, x.Gradient + ((long)n * x.ImageSize), x.Channels, x.Pixels, x.GradientStarted));
        });
        x.GradientStarted = true;
    }

    private void CornerBackward(Activation y, Activation x, CornerWindows windows)
    {
        if (x.Gradient == null) x.Gradient = context.Pool.Rent(x.Count);
        if (!x.GradientStarted) KernelContext.Clear(x.Gradient, x.Count);
        context.ForImages(x.Images, (n, _, _) => CornerMeans.Backward(x, y, windows, n));
        x.GradientStarted = true;
    }

    private Activation Rent(int images, int height, int width, int channels)
    {
        Activation y = new(images, height, width, channels);
        y.Data = context.Pool.Rent(y.Count);
        return y;
    }
}
