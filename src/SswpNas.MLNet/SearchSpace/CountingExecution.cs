namespace SswpNas.MLNet.SearchSpace;

/// <summary>The size of a value: what is left of it where nothing is computed.</summary>
internal sealed record FeatureMap(int Channels, int Side);

/// <summary>
/// Counts the multiply-adds of a pass over one image, as the literature does: those of convolutions and linear layers. Pools,
/// sums and batch norm, which scoring folds into the convolutions, do not count.
/// </summary>
internal sealed class CountingExecution : IExecution<FeatureMap>
{
    public long MultiplyAdds { get; private set; }

    public FeatureMap Run(FeatureMap x, IReadOnlyList<Stage> stages) => stages.Aggregate(x, Run);

    public FeatureMap Sum(IReadOnlyList<ActiveEdge<FeatureMap>> edges) =>
        edges.Select(edge => Run(edge.Input, edge.Active.Stages)).ToArray()[0];

    public FeatureMap Concat(IReadOnlyList<FeatureMap> parts) => parts[0] with { Channels = parts.Sum(p => p.Channels) };

    public FeatureMap GlobalAveragePool(FeatureMap x) => x with { Side = 1 };

    public void Linear(FeatureMap x, LinearLayer layer) => Count(1, layer.Matrix);

    public void Release(FeatureMap x)
    {
    }

    private FeatureMap Run(FeatureMap x, Stage stage) => stage switch
    {
        ConvBn s => ConvBn(x, s),
        PoolBn s => x with { Side = Halved(x.Side, s.Stride) },
        FactorisedReduction s => Count(Halved(x.Side, 2), s.Even, s.Odd),
        StemConv s => Count(Halved(x.Side, s.Stride), s.Kernel),
        _ => throw new ArgumentException($"There is no count for a {stage.GetType().Name}.", nameof(stage)),
    };

    private FeatureMap ConvBn(FeatureMap x, ConvBn stage)
    {
        if (stage.Depthwise is Depthwise d) x = Count(Halved(x.Side, d.Stride), d.Weight);
        return Count(x.Side, stage.Pointwise);
    }

    /// <summary>Every number of a convolution's weight is used once for each pixel of the output.</summary>
    private FeatureMap Count(int side, params Weight[] weights)
    {
        MultiplyAdds += (long)side * side * weights.Sum(w => w.Value.numel());
        return new FeatureMap((int)weights.Sum(w => w.Value.shape[0]), side);
    }

    private static int Halved(int side, int stride) => (side + stride - 1) / stride;
}
