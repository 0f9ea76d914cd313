namespace SswpNas.MLNet.Reports;

/// <summary>A cell's graph as SVG within a page, whose style sheet colours it.</summary>
internal sealed class SvgCellCanvas(Markup page) : ICellCanvas
{
    public void Wire(double fromX, double fromY, double toX, double toY, double gap, CellOperation operation) => page.Shape(
        "path",
        ("d", $"M{N(fromX)} {N(fromY)}C{N(fromX)} {N(fromY + (gap * 0.7))} {N(toX)} {N(fromY + (gap * 0.3))} {N(toX)} {N(fromY + gap)}V{N(toY)}"),
        ("class", $"wire op{(int)operation}"));

    public void Line(double fromX, double fromY, double toX, double toY, CellOperation operation) => page.Shape(
        "path", ("d", $"M{N(fromX)} {N(fromY)}L{N(toX)} {N(toY)}"), ("class", $"wire op{(int)operation}"));

    public void ToOutput(double x, double fromY, double toY) => page.Shape(
        "path", ("d", $"M{N(x)} {N(fromY)}V{N(toY)}"), ("class", "wire out"));

    public void Operation(double x, double top, double width, double height, CellOperation operation)
    {
        page.Shape(
            "rect", ("x", x - (width / 2)), ("y", top), ("width", width), ("height", height), ("rx", 4), ("class", $"chip op{(int)operation}"));
        page.Element("text", ReportText.Of(operation), ("x", x), ("y", top + 15), ("class", "mid small"));
    }

    public void Node(double x, double y, double radius, string text)
    {
        page.Shape("circle", ("cx", x), ("cy", y), ("r", radius), ("class", "node"));
        page.Element("text", text, ("x", x), ("y", y + 4), ("class", "mid"));
    }

    public void Box(double x, double top, double width, double height, string text)
    {
        page.Shape("rect", ("x", x - (width / 2)), ("y", top), ("width", width), ("height", height), ("rx", 5), ("class", "node"));
        page.Element("text", text, ("x", x), ("y", top + 16), ("class", "mid"));
    }

    private static string N(double value) => Markup.Number(value);
}
