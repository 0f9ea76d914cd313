namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// The wiring of a DARTS cell (section 3.1): nodes 0 and 1 are the inputs, 4 intermediate nodes follow, and intermediate
/// node i takes one edge from each of its i + 2 predecessors: 14 edges, numbered node by node.
/// </summary>
internal static class CellTopology
{
    public const int Inputs = 2;
    public const int IntermediateNodes = 4;
    public const int Edges = 14;
    public const int EdgesKeptPerNode = 2;

    /// <summary>The number of the edge from predecessor <paramref name="input"/> to an intermediate node (0..3).</summary>
    public static int EdgeIndex(int node, int input) => FirstEdge(node) + input;

    /// <summary>The kept edges of a cell with their numbers.</summary>
    public static IEnumerable<(int Number, GenotypeEdge Edge)> Numbered(CellGenotype cell) =>
        cell.Edges.Select((edge, i) => (EdgeIndex(i / EdgesKeptPerNode, edge.Input), edge));

    /// <summary>The number of the first edge into an intermediate node (0..3).</summary>
    public static int FirstEdge(int node) => (node * (node + 3)) / 2;

    /// <summary>How many edges lead into an intermediate node (0..3).</summary>
    public static int InputsOf(int node) => node + Inputs;
}
