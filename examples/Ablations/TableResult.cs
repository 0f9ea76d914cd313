using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using SswpNas.MLNet.Examples;
using SswpNas.MLNet.Numerics;

namespace Ablations;

/// <summary>One row over its seeds.</summary>
internal sealed record RowResult(Row Row, string Changes, IReadOnlyList<RowRecord> Records)
{
    public Spread Value { get; } = Spread.Of([.. Records.Select(r => r.Value)]);

    public double Seconds { get; } = Records.Count == 0 ? double.NaN : Records.Average(r => r.Seconds);
}

/// <summary>What a table came to so far.</summary>
internal sealed record TableResult(
    PaperTable Table, AblationOptions Options, IReadOnlyDictionary<string, string> Plan, IReadOnlyList<RowResult> Rows,
    IReadOnlyList<Ordering> Orderings, IReadOnlyList<string> Failures)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public IReadOnlyDictionary<string, object?> Hardware { get; } = Machine.Hardware();

    public IReadOnlyDictionary<string, object?> Versions { get; } = Machine.Versions();

    public bool IsComplete => Rows.All(row => row.Records.Count == Options.Seeds);

    /// <summary>The command that made it, without its own folders' parents.</summary>
    public string Command => "dotnet run -c Release --project examples/Ablations -- "
        + string.Join(' ', Options.Arguments.Select(a => a.Contains(' ', StringComparison.Ordinal) ? $"\"{a}\"" : a));

    /// <summary>The library's versions behind the figures: more than one where a run went on with another one.</summary>
    public IEnumerable<string> LibraryVersions => Rows.SelectMany(r => r.Records).SelectMany(r => r.Outcomes)
        .Select(o => o.Version).Distinct().Order(StringComparer.Ordinal);

    public static TableResult Of(
        PaperTable table, AblationOptions options, Images images, IReadOnlyDictionary<string, string> plan,
        TableFolder folder, IReadOnlyList<string> failures)
    {
        RowResult[] rows = [.. table.Rows.Select(row => new RowResult(
            row, plan[$"row {row.Name}"],
            [.. Enumerable.Range(1, options.Seeds).Select(seed => folder.Row(row.Name, seed)).OfType<RowRecord>()]))];
        RowRecord[] records = [.. rows.SelectMany(row => row.Records)];
        return new TableResult(
            table, options, plan, rows, [.. table.Claims.Select(claim => Ordering.Of(table, claim, records))], failures);
    }

    public string ToMarkdown() => TableText.Of(this);

    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            table = Table.Name,
            title = Table.Title,
            unit = Table.Unit,
            lowerIsBetter = Table.LowerIsBetter,
            complete = IsComplete,
            command = Command,
            note = Options.Note,
            hardware = Hardware,
            versions = Versions,
            libraryVersions = LibraryVersions,
            plan = Plan,
            rows = Rows.Select(row => new
            {
                name = row.Row.Name,
                n = row.Value.Count,
                mean = Finite(row.Value.Mean),
                spread = Finite(row.Value.Deviation),
                paper = row.Row.Paper,
                seconds = Finite(row.Seconds),
                changes = row.Changes,
                seeds = row.Records,
            }),
            orderings = Orderings.Select(o => new
            {
                better = o.Claim.Better,
                worse = o.Claim.Worse,
                paperPoints = o.Paper is double paper ? Math.Round(paper, 4) : (double?)null,
                n = o.Ahead.Count,
                points = Finite(o.Ahead.Mean),
                spread = Finite(o.Ahead.Deviation),
                verdict = o.Verdict,
            }),
            failures = Failures,
        },
        _json) + "\n";

    public Spectre.Console.Table ToConsole()
    {
        var table = new Spectre.Console.Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("configuration").NoWrap());
        foreach (string name in new[] { "n", "mean", "spread", "paper", "seconds" })
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap().Padding(0, 1));
        foreach (RowResult row in Rows) table.AddRow([Markup.Escape(row.Row.Name), .. Figures(row)]);
        return table;
    }

    /// <summary>n, mean, spread, the paper's figure, seconds.</summary>
    public static string[] Figures(RowResult row) =>
    [
        row.Value.Count.ToString(CultureInfo.InvariantCulture), Number(row.Value.Mean, "F2"),
        Number(row.Value.Deviation, "F2"), Number(row.Row.Paper ?? double.NaN, "F2"), Number(row.Seconds, "F0"),
    ];

    private static string Number(double number, string format) =>
        double.IsNaN(number) ? "-" : number.ToString(format, CultureInfo.InvariantCulture);

    private static double? Finite(double number) => double.IsFinite(number) ? Math.Round(number, 4) : null;
}
