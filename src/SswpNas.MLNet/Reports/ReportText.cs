namespace SswpNas.MLNet.Reports;

/// <summary>Names and number formats in the report's pictures and tables.</summary>
internal static class ReportText
{
    private static readonly string[] Short = ["skip", "max 3×3", "avg 3×3", "sep 3×3", "sep 5×5", "dil 3×3", "dil 5×5"];

    public static string Of(CellOperation operation) => Short[(int)operation];

    public static string Of(SearchPhase phase) => phase switch
    {
        SearchPhase.WarmUp => "warm-up",
        SearchPhase.Search => "search",
        SearchPhase.Prune => "prune",
        _ => "settle",
    };

    /// <summary>What a phase does.</summary>
    public static string Meaning(SearchPhase phase) => phase switch
    {
        SearchPhase.WarmUp => "weights alone, along random paths",
        SearchPhase.Search => "weights and alphas",
        SearchPhase.Prune => "cell after cell is frozen",
        _ => "all cells frozen, weights alone",
    };

    /// <summary>A node of a cell: its two inputs, then 0 to 3.</summary>
    public static string OfNode(int node) => node switch
    {
        0 => "input 1",
        1 => "input 2",
        _ => string.Create(CultureInfo.InvariantCulture, $"node {node - CellTopology.Inputs}"),
    };

    public static string Percent(double part) => string.Create(CultureInfo.InvariantCulture, $"{100 * part:0.0} %");

    /// <summary>An interval of parts.</summary>
    public static string Percents((double Low, double High) parts) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * parts.Low:0.0} to {100 * parts.High:0.0} %");

    /// <summary>A difference of two parts in percentage points, with its sign.</summary>
    public static string Points(double difference) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * difference:+0.0;−0.0;0.0}");

    public static string Grouped(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    public static string Number(double value, string format = "0.####") => double.IsNaN(value)
        ? "–"
        : value.ToString(format, CultureInfo.InvariantCulture);

    public static string Duration(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
    };
}
