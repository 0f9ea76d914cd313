namespace SswpNas.MLNet.Reports;

/// <summary>What a cell's graph is drawn on.</summary>
internal interface ICellCanvas
{
    /// <summary>A wire that leaves straight down, is in the column of its target <paramref name="gap"/> below, and goes on down.</summary>
    void Wire(double fromX, double fromY, double toX, double toY, double gap, CellOperation operation);

    /// <summary>From an operation to its node.</summary>
    void Line(double fromX, double fromY, double toX, double toY, CellOperation operation);

    /// <summary>From a node down to the output.</summary>
    void ToOutput(double x, double fromY, double toY);

    void Operation(double x, double top, double width, double height, CellOperation operation);

    void Node(double x, double y, double radius, string text);

    void Box(double x, double top, double width, double height, string text);
}
