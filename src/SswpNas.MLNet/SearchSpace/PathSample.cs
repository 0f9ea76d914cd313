namespace SswpNas.MLNet.SearchSpace;

/// <summary>What one edge does in a step.</summary>
/// <param name="Active">The operation that contributes.</param>
/// <param name="Others">The operations whose gate gradients an architecture step wants beside the active one's.</param>
/// <param name="Gates">Where those gradients, dL/dg, go: one number an operation; null in a weight step.</param>
internal readonly record struct EdgePath(int Active, IReadOnlyList<int> Others, double[]? Gates)
{
    /// <summary>An edge that is not kept.</summary>
    public static EdgePath Absent { get; } = new(-1, [], null);

    public bool IsAbsent => Active < 0;

    public static EdgePath Only(int active) => new(active, [], null);
}

/// <summary>What the 14 edges of a cell do in a step.</summary>
internal readonly record struct CellPath(IReadOnlyList<EdgePath> Edges)
{
    /// <summary>The same for each edge: the operation of highest alpha.</summary>
    public static CellPath Best(float[][] alphas) =>
        new([.. alphas.Select(a => EdgePath.Only(Array.IndexOf(a, a.Max())))]);

    /// <summary>The kept edges of a derived cell; the others are absent.</summary>
    public static CellPath Of(CellGenotype genotype)
    {
        EdgePath[] edges = new EdgePath[CellTopology.Edges];
        edges.AsSpan().Fill(EdgePath.Absent);
        foreach ((int number, GenotypeEdge edge) in CellTopology.Numbered(genotype)) edges[number] = EdgePath.Only((int)edge.Operation);
        return new CellPath(edges);
    }
}
