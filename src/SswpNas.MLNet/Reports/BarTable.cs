namespace SswpNas.MLNet.Reports;

/// <summary>A row of a table with a bar.</summary>
/// <param name="Name">What the bar is of.</param>
/// <param name="Text">The bar's value as a text.</param>
/// <param name="Part">The bar's length, 0 to 1.</param>
/// <param name="Cells">What stands behind the bar.</param>
internal sealed record BarRow(string Name, string Text, double Part, IReadOnlyList<string> Cells)
{
    /// <summary>The interval that is drawn on the bar, 0 to 1; null for none.</summary>
    public (double Low, double High)? Interval { get; init; }

    /// <summary>Whether it is the row that the others are compared with.</summary>
    public bool IsStrong { get; init; }
}

/// <summary>A table whose second column is also drawn, as bars with intervals.</summary>
internal static class BarTable
{
    /// <summary>Draws it; the first heading is that of the names, the second that of the bars.</summary>
    public static void Draw(Markup page, string caption, IReadOnlyList<string> headings, IEnumerable<BarRow> rows)
    {
        using (page.In("div", ("class", "scroll"), ("role", "region"), ("aria-label", caption), ("tabindex", 0)))
        using (page.In("table", ("class", "bars")))
        {
            page.Element("caption", caption);
            using (page.In("thead"))
            using (page.In("tr"))
            {
                foreach (string heading in headings) page.Element("th", heading, ("scope", "col"));
            }

            using (page.In("tbody"))
            {
                foreach (BarRow row in rows) Row(page, row);
            }
        }
    }

    private static void Row(Markup page, BarRow row)
    {
        using (page.In("tr", ("class", row.IsStrong ? "strong" : "other")))
        {
            using (page.In("th", ("scope", "row"))) page.Name(row.Name);
            using (page.In("td", ("class", "bar")))
            {
                page.Element("span", row.Text);
                using (page.In("div", ("class", "track"), ("style", $"--p:{Of(row.Part)}")))
                {
                    if (row.Interval is (double low, double high))
                        page.Element("div", "", ("class", "interval"), ("style", $"--low:{Of(low)};--high:{Of(high)}"));
                }
            }

            foreach (string cell in row.Cells) page.Element("td", cell);
        }

        static string Of(double part) => $"{Markup.Number(100 * Math.Clamp(part, 0, 1))}%";
    }
}
