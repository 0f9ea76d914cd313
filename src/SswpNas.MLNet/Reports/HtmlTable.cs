namespace SswpNas.MLNet.Reports;

/// <summary>Tables: what a picture shows for those who do not see it, and what is no picture.</summary>
internal static class HtmlTable
{
    /// <summary>Names and values.</summary>
    public static void OfPairs(Markup page, string caption, IEnumerable<(string Name, string Value)> pairs)
    {
        using (page.In("table", ("class", "pairs")))
        {
            page.Element("caption", caption);
            using (page.In("tbody"))
            {
                foreach ((string name, string value) in pairs)
                {
                    using (page.In("tr"))
                    {
                        using (page.In("th", ("scope", "row"))) page.Name(name);
                        using (page.In("td")) page.Name(value);
                    }
                }
            }
        }
    }

    /// <summary>Names and values that open when asked for.</summary>
    public static void FoldedPairs(Markup page, string caption, IEnumerable<(string Name, string Value)> pairs)
    {
        using (page.In("details"))
        {
            page.Element("summary", caption);
            OfPairs(page, caption, pairs);
        }
    }

    /// <summary>Rows under headings, which scroll sideways where there is no room.</summary>
    public static void OfRows(Markup page, string caption, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        using (page.In("div", ("class", "scroll"), ("role", "region"), ("aria-label", caption), ("tabindex", 0)))
        using (page.In("table"))
        {
            page.Element("caption", caption);
            using (page.In("thead"))
            using (page.In("tr"))
            {
                foreach (string heading in headings) page.Element("th", heading, ("scope", "col"));
            }

            using (page.In("tbody"))
            {
                foreach (IReadOnlyList<string> row in rows)
                {
                    using (page.In("tr"))
                    {
                        page.Element("th", row[0], ("scope", "row"));
                        foreach (string value in row.Skip(1)) page.Element("td", value);
                    }
                }
            }
        }
    }

    /// <summary>A long table that opens when asked for.</summary>
    public static void Folded(Markup page, string caption, IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        using (page.In("details", ("class", "numbers")))
        {
            page.Element("summary", caption);
            OfRows(page, caption, headings, rows);
        }
    }
}
