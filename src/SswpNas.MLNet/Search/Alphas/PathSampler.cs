namespace SswpNas.MLNet.Search;

/// <summary>Draws what every edge of the supernet does in a step (section 3.2); frozen cells have their paths already.</summary>
internal static class PathSampler
{
    private delegate EdgePath EdgeSampler(float[] alpha, ref RandomStream random);

    /// <summary>A weight step: one operation an edge from softmax(alpha), skips and pools drawn again now and then.</summary>
    public static CellPath[] WeightStep(
        float[][][] alphas, IReadOnlyList<CellPath?> frozen, IPathBinarisation gates, OperationDropout dropout,
        ref RandomStream random)
    {
        return Sample(alphas, frozen, ref random, Edge);

        EdgePath Edge(float[] alpha, ref RandomStream random) =>
            EdgePath.Only(dropout.Apply(gates.Draw(alpha, ref random), alpha, ref random));
    }

    /// <summary>An architecture step; edges of frozen cells have no gates. Nothing is dropped in it.</summary>
    public static CellPath[] ArchitectureStep(
        float[][][] alphas, IReadOnlyList<CellPath?> frozen, IPathBinarisation gates, ref RandomStream random)
    {
        return Sample(alphas, frozen, ref random, Edge);

        EdgePath Edge(float[] alpha, ref RandomStream random) => gates.DrawGated(alpha, ref random);
    }

    private static CellPath[] Sample(
        float[][][] alphas, IReadOnlyList<CellPath?> frozen, ref RandomStream random, EdgeSampler sampler)
    {
        CellPath[] paths = new CellPath[alphas.Length];
        for (int cell = 0; cell < paths.Length; cell++)
        {
            if (frozen[cell] is CellPath path)
            {
                paths[cell] = path;
                continue;
            }

            EdgePath[] edges = new EdgePath[CellTopology.Edges];
            for (int e = 0; e < edges.Length; e++) edges[e] = sampler(alphas[cell][e], ref random);
            paths[cell] = new CellPath(edges);
        }

        return paths;
    }
}
