using SswpNas.MLNet.Execution;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Sampling;

/// <summary>Draws what every edge of the supernet does in a step (section 3.2).</summary>
internal static class PathSampler
{
    /// <summary>
    /// A weight step: one operation an edge from softmax(alpha), skips and pools drawn again now and then; frozen cells
    /// have their paths already.
    /// </summary>
    public static CellPath[] WeightStep(
        float[][][] alphas, IReadOnlyList<CellPath?> frozen, OperationDropout dropout, ref RandomStream random)
    {
        CellPath[] paths = new CellPath[alphas.Length];
        for (int cell = 0; cell < paths.Length; cell++)
        {
            if (frozen[cell] is CellPath fixedPath)
            {
                paths[cell] = fixedPath;
                continue;
            }

            EdgePath[] edges = new EdgePath[CellTopology.Edges];
            for (int e = 0; e < edges.Length; e++)
            {
                float[] alpha = alphas[cell][e];
                (int active, _) = TwoPathGate.Sample(alpha, ref random);
                edges[e] = EdgePath.Only(dropout.Apply(active, alpha, ref random));
            }

            paths[cell] = new CellPath(edges);
        }

        return paths;
    }

    /// <summary>An architecture step with two-path gates; edges of frozen cells have no gates.</summary>
    public static CellPath[] ArchitectureStep(float[][][] alphas, IReadOnlyList<CellPath?> frozen, ref RandomStream random)
    {
        CellPath[] paths = new CellPath[alphas.Length];
        for (int cell = 0; cell < paths.Length; cell++)
        {
            if (frozen[cell] is CellPath fixedPath)
            {
                paths[cell] = fixedPath;
                continue;
            }

            EdgePath[] edges = new EdgePath[CellTopology.Edges];
            for (int e = 0; e < edges.Length; e++)
            {
                (int active, int other) = TwoPathGate.Sample(alphas[cell][e], ref random);
                edges[e] = new EdgePath(active, [other], new GateGradients(CellOperations.Count));
            }

            paths[cell] = new CellPath(edges);
        }

        return paths;
    }
}
