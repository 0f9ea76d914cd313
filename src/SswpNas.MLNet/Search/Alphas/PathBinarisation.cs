namespace SswpNas.MLNet.Search;

/// <summary>How an edge's paths are drawn, and how gate gradients become those of its alphas (section 3.2).</summary>
internal interface IPathBinarisation
{
    /// <summary>The operation of a weight step.</summary>
    int Draw(ReadOnlySpan<float> alpha, ref RandomStream random);

    /// <summary>The operation of an architecture step, and those beside it whose gates want gradients.</summary>
    EdgePath DrawGated(ReadOnlySpan<float> alpha, ref RandomStream random);

    /// <summary>Adds dL/dalpha, given the gates that the step left in the path, to <paramref name="gradient"/>.</summary>
    void Gradient(ReadOnlySpan<float> alpha, in EdgePath path, Span<double> gradient);

    /// <summary>What has to be put right in the alphas after the optimiser's step.</summary>
    void Rescale(ReadOnlySpan<float> before, Span<float> alpha, in EdgePath path);
}

/// <summary>Where the options' names lead.</summary>
internal static class PathBinarisation
{
    public static IPathBinarisation Of(GateMode mode) => mode switch
    {
        GateMode.Two => new TwoPathBinarisation(),
        GateMode.Full => new FullBinarisation(),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Two or Full was expected."),
    };

    private sealed class TwoPathBinarisation : IPathBinarisation
    {
        public int Draw(ReadOnlySpan<float> alpha, ref RandomStream random) => TwoPathGate.Sample(alpha, ref random).Active;

        public EdgePath DrawGated(ReadOnlySpan<float> alpha, ref RandomStream random)
        {
            (int active, int other) = TwoPathGate.Sample(alpha, ref random);
            return new EdgePath(active, [other], new double[CellOperations.Count]);
        }

        public void Gradient(ReadOnlySpan<float> alpha, in EdgePath path, Span<double> gradient) =>
            TwoPathGate.Gradient(alpha, path.Active, path.Others[0], path.Gates!, gradient);

        public void Rescale(ReadOnlySpan<float> before, Span<float> alpha, in EdgePath path) =>
            TwoPathGate.Rescale(before, alpha, path.Active, path.Others[0]);
    }

    private sealed class FullBinarisation : IPathBinarisation
    {
        private static readonly int[][] _others = [.. Enumerable.Range(0, CellOperations.Count)
            .Select(active => Enumerable.Range(0, CellOperations.Count).Where(k => k != active).ToArray())];

        public int Draw(ReadOnlySpan<float> alpha, ref RandomStream random) => FullGate.Sample(alpha, ref random);

        public EdgePath DrawGated(ReadOnlySpan<float> alpha, ref RandomStream random)
        {
            int active = FullGate.Sample(alpha, ref random);
            return new EdgePath(active, _others[active], new double[CellOperations.Count]);
        }

        public void Gradient(ReadOnlySpan<float> alpha, in EdgePath path, Span<double> gradient) =>
            FullGate.Gradient(alpha, path.Gates!, gradient);

        /// <summary>All seven had their gradients: there is no probability that would have to stay put.</summary>
        public void Rescale(ReadOnlySpan<float> before, Span<float> alpha, in EdgePath path)
        {
        }
    }
}
