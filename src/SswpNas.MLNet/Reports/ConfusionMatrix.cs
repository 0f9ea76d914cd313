namespace SswpNas.MLNet.Reports;

/// <summary>Which class was taken for which.</summary>
internal sealed class ConfusionMatrix(ReportTest test)
{
    private const int MostClassesInTable = 24;
    private const int Confusions = 20;
    private const int ConfusionsBeside = 8;

    public void Draw(Markup page)
    {
        page.Element("h3", "Confusion matrix");
        bool isTable = test.Classes.Count <= MostClassesInTable;
        if (isTable) page.Element("p", "Rows are the true classes, columns what the model said, as numbers of images; darker is a larger part of the row. Green is right, red is wrong.");
        using (page.In("div", ("class", isTable ? "beside" : "alone")))
        {
            if (isTable) Matrix(page);
            MostConfused(page);
        }
    }

    private void Matrix(Markup page)
    {
        using (page.In("div", ("class", "scroll"), ("role", "region"), ("aria-label", "Confusion matrix"), ("tabindex", 0)))
        using (page.In("table", ("class", "matrix")))
        {
            using (page.In("thead"))
            using (page.In("tr"))
            {
                page.Element("th", "true class", ("scope", "col"));
                for (int j = 0; j < test.Classes.Count; j++)
                    page.Element("th", ReportText.Number(j + 1), ("scope", "col"), ("title", test.Classes[j]));
                page.Element("th", "found", ("scope", "col"));
            }

            using (page.In("tbody"))
            {
                for (int i = 0; i < test.Classes.Count; i++) MatrixRow(page, i);
            }
        }
    }

    private void MatrixRow(Markup page, int i)
    {
        int all = test.Counts[i].Sum();
        using (page.In("tr"))
        {
            page.Element("th", $"{i + 1} {test.Classes[i]}", ("scope", "row"));
            for (int j = 0; j < test.Classes.Count; j++)
            {
                double part = all == 0 ? 0 : test.Counts[i][j] / (double)all;
                page.Element(
                    "td", test.Counts[i][j] == 0 ? "" : ReportText.Number(test.Counts[i][j]), ("class", i == j ? "hit" : "miss"),
                    ("style", $"--p:{Markup.Number(100 * part)}%"),
                    ("title", $"{test.Classes[i]} taken for {test.Classes[j]}: {test.Counts[i][j]}"));
            }

            page.Element("td", all == 0 ? "–" : ReportText.Percent(test.Counts[i][i] / (double)all));
        }
    }

    private void MostConfused(Markup page)
    {
        (int True, int Said, int Count)[] worst = [.. Enumerable.Range(0, test.Classes.Count)
            .SelectMany(i => Enumerable.Range(0, test.Classes.Count).Where(j => j != i).Select(j => (i, j, test.Counts[i][j])))
            .Where(c => c.Item3 > 0).OrderByDescending(c => c.Item3).Take(Confusions)];
        if (worst.Length == 0) return;
        using (page.In("div"))
        {
            string[] headings = ["true class", "taken for", "images", "part of the class"];
            HtmlTable.OfRows(page, "The most frequent confusions", headings, worst.Take(ConfusionsBeside).Select(Row));
            if (worst.Length > ConfusionsBeside)
                HtmlTable.Folded(page, "More confusions", headings, worst.Skip(ConfusionsBeside).Select(Row));
        }

        string[] Row((int True, int Said, int Count) c) =>
        [
            test.Classes[c.True], test.Classes[c.Said], ReportText.Grouped(c.Count),
            ReportText.Percent(c.Count / (double)test.Counts[c.True].Sum()),
        ];
    }
}
