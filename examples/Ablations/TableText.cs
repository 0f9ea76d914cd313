using System.Globalization;
using System.Text;

namespace Ablations;

/// <summary>table.md: the head, the rows, and what they say about the paper's orderings.</summary>
internal static class TableText
{
    public static string Of(TableResult result)
    {
        StringBuilder page = new();
        Head(page, result);
        page.Append("| configuration | n | mean | spread | paper | seconds | what differs from the method |\n");
        page.Append("|---|---|---|---|---|---|---|\n");
        foreach (RowResult row in result.Rows)
            page.Append(CultureInfo.InvariantCulture, $"| {row.Row.Name} | {string.Join(" | ", TableResult.Figures(row))} | {Changes(row)} |\n");
        page.Append("\n`mean` is over n seeds, `spread` the standard deviation of a single seed's figure, `seconds` the mean "
            + "duration of a row with one seed, searches shared between rows counted in each. `paper` has another data set, a "
            + "network many times larger and far more epochs: compare the order of the rows, not the figures.\n");
        if (result.Table.Rows.All(row => row.Paper is null)) page.Append("\nThe paper has no figures of this table.\n");
        Claims(page, result);
        foreach (string failure in result.Failures) page.Append(CultureInfo.InvariantCulture, $"\nFailed: {failure}\n");
        return page.ToString();
    }

    private static void Head(StringBuilder page, TableResult result)
    {
        page.Append(CultureInfo.InvariantCulture, $"# Table {result.Table.Name}, scale {result.Options.Scale}: {result.Table.Title}\n\n");
        page.Append(CultureInfo.InvariantCulture, $"{result.Table.Unit}; {(result.Table.LowerIsBetter ? "less" : "more")} is better. ");
        page.Append("Nothing was chosen by the test images.\n\n");
        if (!result.IsComplete)
        {
            int done = result.Rows.Sum(row => row.Records.Count), all = result.Rows.Count * result.Options.Seeds;
            page.Append(CultureInfo.InvariantCulture, $"**Not finished: {done} of {all} rows are done; the same command goes on.**\n\n");
        }

        string[] data = ["source", "images to search and train on", "images to score", "image", "classes"];
        page.Append(CultureInfo.InvariantCulture, $"- data: {string.Join(", ", data.Select(name => $"{name} {result.Plan[name]}"))}\n");
        page.Append(CultureInfo.InvariantCulture, $"- command: `{result.Command}`\n");
        page.Append(CultureInfo.InvariantCulture, $"- hardware: {Facts(result.Hardware)}\n");
        page.Append(CultureInfo.InvariantCulture, $"- versions: {Facts(result.Versions)}; figures made with SswpNas.MLNet {string.Join(" and ", result.LibraryVersions)}\n");
        page.Append(CultureInfo.InvariantCulture, $"- settings: {Settings(result)}; all of them are in table.json\n");
        if (result.Options.Note is string note) page.Append(CultureInfo.InvariantCulture, $"- note: {note}\n");
        page.Append('\n');
    }

    private static void Claims(StringBuilder page, TableResult result)
    {
        if (result.Orderings.Count == 0) return;
        page.Append(result.Orderings.Any(ordering => ordering.Paper is not null) ? "\n## The paper's orderings\n\n" : "\n## Orderings\n\n");
        page.Append("An ordering shows if a one-sided t-test at 5 % on its differences, seed by seed, says so; one in twenty would by "
            + "chance alone.\n\n");
        foreach (Ordering ordering in result.Orderings) page.Append(CultureInfo.InvariantCulture, $"- {ordering.ToSentence()}\n");
    }

    private static string Changes(RowResult row) => row.Changes.Length == 0 ? "nothing" : row.Changes;

    private static string Settings(TableResult result) => string.Join(", ", new[]
    {
        "search.Cells", "search.InitialChannels", "search.Epochs", "search.BatchSize", "train.Epochs", "train.BatchSize",
        "train.LearningRate", "fine-tune.Epochs", "fine-tune.BatchSize", "label fraction",
    }.Where(result.Plan.ContainsKey).Select(name => $"{name} {result.Plan[name]}"));

    private static string Facts(IReadOnlyDictionary<string, object?> facts) =>
        string.Join(", ", facts.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value}")));
}
