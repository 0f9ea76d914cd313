namespace SswpNas.MLNet.Reports;

/// <summary>
/// A cell as a graph, from top to bottom: the two inputs, the four nodes with the two operations that each sums, the output.
/// Every node has a column of its own and stands below all that it reads from. A wire runs to the column of its target just
/// below its source, then straight down, so none lies behind a node.
/// </summary>
internal sealed class CellDrawing
{
    public const double Width = (CellTopology.IntermediateNodes * Column) + (2 * Margin);
    private const double Column = 98, Margin = 4, InputTop = 6, BoxHeight = 24, Layer = 104, Gap = 38, ChipWidth = 47, ChipHeight = 22;
    private const double Radius = 11;

    private readonly CellGenotype _cell;
    private readonly int[] _layer = new int[CellTopology.IntermediateNodes];

    public CellDrawing(CellGenotype cell)
    {
        _cell = cell;
        for (int node = 0; node < _layer.Length; node++)
        {
            int lowest = Math.Max(LayerOf(cell.Edges[2 * node].Input), LayerOf(cell.Edges[(2 * node) + 1].Input));
            _layer[node] = lowest + 1;
        }
    }

    public double Height => OutputTop + BoxHeight + 6;

    /// <summary>The graph in words.</summary>
    public string Description => string.Join("; ", Enumerable.Range(0, CellTopology.IntermediateNodes).Select(node =>
        $"node {node} sums {Edge(2 * node)} and {Edge((2 * node) + 1)}")) + "; the output holds all four nodes.";

    private double OutputTop => InputTop + BoxHeight + (_layer.Max() * Layer) + Gap - 10;

    /// <summary>The graph as a picture within a page.</summary>
    public void Draw(Markup page, string name)
    {
        using (page.In(
            "svg", ("viewBox", $"0 0 {Markup.Number(Width)} {Markup.Number(Height)}"), ("role", "img"), ("class", "cell"),
            ("aria-label", $"{name}: {Description}")))
        {
            for (int node = 0; node < _layer.Length; node++)
                Path(page, $"M{N(NodeX(node))} {N(NodeY(node) + Radius)}V{N(OutputTop)}", "out");
            for (int e = 0; e < _cell.Edges.Count; e++) Wires(page, e);
            Box(page, Margin + (Column / 2), InputTop, Column - 8, "input 1");
            Box(page, Width - Margin - (Column / 2), InputTop, Column - 8, "input 2");
            for (int e = 0; e < _cell.Edges.Count; e++) Operation(page, e);
            for (int node = 0; node < _layer.Length; node++) Node(page, node);
            Box(page, Width / 2, OutputTop, Width - (2 * Margin), "output");
        }
    }

    private string Edge(int e) => $"{_cell.Edges[e].Operation.ToName()} of {ReportText.OfNode(_cell.Edges[e].Input)}";

    private int LayerOf(int input) => input < CellTopology.Inputs ? 0 : _layer[input - CellTopology.Inputs];

    private static double NodeX(int node) => Margin + (Column * (node + 0.5));

    private double NodeY(int node) => InputTop + BoxHeight + (_layer[node] * Layer) - Radius;

    private double ChipTop(int node) => NodeY(node) + Radius - Layer + Gap;

    private static double ChipX(int e) => NodeX(e / 2) + ((e % 2 == 0 ? -1 : 1) * ((ChipWidth / 2) + 1));

    private (double X, double Y) Source(int input) => input switch
    {
        0 => (Margin + (Column / 2), InputTop + BoxHeight),
        1 => (Width - Margin - (Column / 2), InputTop + BoxHeight),
        _ => (NodeX(input - CellTopology.Inputs), NodeY(input - CellTopology.Inputs) + Radius),
    };

    /// <summary>To the operation: straight down, over to its column within the gap, and down; from there to its node.</summary>
    private void Wires(Markup page, int e)
    {
        (double fromX, double fromY) = Source(_cell.Edges[e].Input);
        double x = ChipX(e), top = ChipTop(e / 2);
        string kind = $"op{(int)_cell.Edges[e].Operation}", at = $"{N(x)} {N(fromY + Gap)}";
        Path(page, $"M{N(fromX)} {N(fromY)}C{N(fromX)} {N(fromY + (Gap * 0.7))} {N(x)} {N(fromY + (Gap * 0.3))} {at}V{N(top)}", kind);
        Path(page, $"M{N(x)} {N(top + ChipHeight)}L{N(NodeX(e / 2))} {N(NodeY(e / 2) - Radius)}", kind);
    }

    private void Operation(Markup page, int e)
    {
        double x = ChipX(e), top = ChipTop(e / 2);
        page.Shape(
            "rect", ("x", x - (ChipWidth / 2)), ("y", top), ("width", ChipWidth), ("height", ChipHeight), ("rx", 4),
            ("class", $"chip op{(int)_cell.Edges[e].Operation}"));
        page.Element("text", ReportText.Of(_cell.Edges[e].Operation), ("x", x), ("y", top + 15), ("class", "mid small"));
    }

    private void Node(Markup page, int node)
    {
        page.Shape("circle", ("cx", NodeX(node)), ("cy", NodeY(node)), ("r", Radius), ("class", "node"));
        page.Element("text", ReportText.Number(node), ("x", NodeX(node)), ("y", NodeY(node) + 4), ("class", "mid"));
    }

    private static void Box(Markup page, double x, double top, double width, string text)
    {
        page.Shape(
            "rect", ("x", x - (width / 2)), ("y", top), ("width", width), ("height", BoxHeight), ("rx", 5), ("class", "node"));
        page.Element("text", text, ("x", x), ("y", top + 16), ("class", "mid"));
    }

    private static void Path(Markup page, string path, string kind) => page.Shape("path", ("d", path), ("class", $"wire {kind}"));

    private static string N(double value) => Markup.Number(value);
}
