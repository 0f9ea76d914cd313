using SswpNas.MLNet.Execution;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Kernels;

/// <summary>
/// Runs a network on the CPU with our own kernels: forward as it is asked for, then <see cref="Backward"/> from the
/// features' gradient. Gradients go straight into <see cref="Weight.Gradient"/>; libtorch's autograd has no part in it.
/// </summary>
internal sealed unsafe class KernelExecution(KernelContext context, PassOptions options) : IExecution<Activation>
{
    private readonly Stack<(Action Back, Action Free)> _tape = new();

    /// <summary>Images that lie in memory of the caller's: channels last, images x height x width x channels.</summary>
    public static Activation Images(float* data, int images, int height, int width, int channels) =>
        new(images, height, width, channels) { Data = data, NeedsGradient = false, Owned = false };

    public Activation Run(Activation x, IReadOnlyList<Stage> stages)
    {
        StageChain chain = StageChain.Forward(context, x, stages, options);
        Activation y = Rent(x.Images, chain.Height, chain.Width, chain.Channels);
        chain.Emit(y, add: false);
        if (!options.Training)
        {
            chain.Free();
            return y;
        }

        _tape.Push((Back, () =>
        {
            chain.Free();
            Free(y);
        }));
        return y;

        void Back()
        {
            // An input that no kept edge reads has no gradient.
            if (y.Gradient != null) chain.Backward(y.Gradient, options.WeightGradients);
        }
    }

    public Activation Sum(IReadOnlyList<ActiveEdge<Activation>> edges)
    {
        Activation? y = null;
        List<(StageChain Chain, ActiveEdge<Activation> Edge)> chains = [];
        foreach (ActiveEdge<Activation> edge in edges)
        {
            float[]? factors = edge.Active.IsIdentity ? null : options.DropPath?.NextFactors(edge.Input.Images);
            StageChain chain = StageChain.Forward(context, edge.Input, edge.Active.Stages, options, factors);
            bool add = y is not null;
            y ??= Rent(edge.Input.Images, chain.Height, chain.Width, chain.Channels);
            chain.Emit(y, add);
            if (options.Training) chains.Add((chain, edge));
            else chain.Free();
        }

        Activation sum = y ?? throw new ArgumentException("A node has at least one edge.", nameof(edges));
        if (options.Training) RecordSum(sum, chains);
        return sum;
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
                Channels.Run(part.Channels, new StridedCopy(
                    source, part.Channels, 1, target, y.Channels, y.Pixels, add: false));
                target += part.Channels;
            }
        });
        if (options.Training) _tape.Push((() => ConcatBackward(y, parts), () => Free(y)));
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
            Channels.Run(x.Channels, new ColumnSums(source, source, sums, sums + x.Channels, x.Pixels, x.Channels));
            for (int c = 0; c < x.Channels; c++) y.Data[(n * x.Channels) + c] = (float)(sums[c] / x.Pixels);
        });
        if (options.Training) _tape.Push((() => PoolBackward(y, x), () => Free(y)));
        return y;
    }

    public void Release(Activation x)
    {
        if (!options.Training) Free(x);
    }

    /// <summary>
    /// The way back, from dL/d features in <paramref name="gradient"/>, [images, features]. Frees everything that the
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
    }

    /// <summary>Frees everything that a training pass held, without a way back.</summary>
    public void Abandon()
    {
        while (_tape.TryPop(out (Action Back, Action Free) entry)) entry.Free();
    }

    /// <summary>Gives a value's memory back; for the features of a pass in evaluation.</summary>
    public void Free(Activation x)
    {
        if (x.Owned) context.Pool.Return(x.Data, x.Count);
        context.Pool.Return(x.Gradient, x.Count);
        x.Data = null;
        x.Gradient = null;
    }

    private void RecordSum(Activation sum, List<(StageChain Chain, ActiveEdge<Activation> Edge)> chains)
    {
        List<(StageChain Chain, GateGradients Gates, int Candidate)> others = [];
        PassOptions unrecorded = options with { UpdateStatistics = false, DropPath = null };
        foreach ((_, ActiveEdge<Activation> edge) in chains)
        {
            if (edge.Gates is null) continue;
            foreach (Candidate other in edge.Others)
            {
                StageChain chain = StageChain.Forward(context, edge.Input, other.Stages, unrecorded);
                chain.FreeAllButLast();
                others.Add((chain, edge.Gates, (int)other.Kind));
            }
        }

        _tape.Push((Back, Done));

        void Back()
        {
            foreach ((StageChain chain, GateGradients gates, int candidate) in others)
                gates.Values[candidate] = chain.Dot(sum.Gradient);
            foreach ((StageChain chain, ActiveEdge<Activation> edge) in chains)
            {
                double gate = chain.Backward(sum.Gradient, options.WeightGradients);
                if (edge.Gates is not null) edge.Gates.Values[(int)edge.Active.Kind] = gate;
            }
        }

        void Done()
        {
            foreach ((StageChain chain, _, _) in others) chain.FreeLast();
            foreach ((StageChain chain, _) in chains) chain.Free();
            Free(sum);
        }
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
                Channels.Run(part.Channels, new StridedCopy(
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
            Channels.Run(x.Channels, new StridedCopy(
                g, 0, 1f / x.Pixels, x.Gradient + ((long)n * x.ImageSize), x.Channels, x.Pixels, x.GradientStarted));
        });
        x.GradientStarted = true;
    }

    private Activation Rent(int images, int height, int width, int channels)
    {
        Activation y = new(images, height, width, channels);
        y.Data = context.Pool.Rent(y.Count);
        return y;
    }
}
