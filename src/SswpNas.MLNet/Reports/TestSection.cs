namespace SswpNas.MLNet.Reports;

/// <summary>What the model made of the test images.</summary>
internal sealed class TestSection(ReportTest test)
{
    private const int Colours = 10;
    private const int MostClassesInTable = 24;
    private const int Confusions = 20;
    private const double Side = 420, Margin = 12;

    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "test", "The test images"))
        {
            page.Element(
                "p",
                $"{ReportText.Percent(test.Accuracy)} of {ReportText.Grouped(test.Images)} images were named correctly; guessing names {ReportText.Percent(1.0 / test.Classes.Count)} of {test.Classes.Count} classes.");
            foreach (string missing in test.Missing) page.Element("p", missing, ("class", "muted"));
            page.Element("h3", "Confusion matrix");
            if (test.Classes.Count <= MostClassesInTable) Matrix(page);
            MostConfused(page);
            if (test.Mistakes.Count > 0) Mistakes(page);
            if (test.Points.Count > 0) Points(page);
        }
    }

    private void Matrix(Markup page)
    {
        page.Element("p", "Rows are the true classes, columns what the model said, as numbers of images; darker is a larger part of the row.");
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
        HtmlTable.Folded(
            page, $"The {worst.Length} most frequent confusions", ["true class", "taken for", "images", "part of the class"],
            worst.Select(c => (string[])
            [
                test.Classes[c.True], test.Classes[c.Said], ReportText.Grouped(c.Count),
                ReportText.Percent(c.Count / (double)test.Counts[c.True].Sum()),
            ]));
    }

    private void Mistakes(Markup page)
    {
        page.Element("h3", "The surest mistakes");
        using (page.In("div", ("class", "mistakes")))
        {
            foreach (ReportMistake mistake in test.Mistakes)
            {
                string truth = test.Classes[mistake.Label], said = test.Classes[mistake.Predicted];
                using (page.In("figure"))
                {
                    page.Single(
                        "img", ("src", $"data:image/png;base64,{Convert.ToBase64String(mistake.Png)}"), ("width", mistake.Width),
                        ("height", mistake.Width), ("alt", $"Image of the class {truth}, taken for {said}"));
                    using (page.In("figcaption"))
                    {
                        page.Element("strong", said);
                        page.Text($" {ReportText.Number(100 * mistake.Probability, "0")} %");
                        page.Element("span", $"is {truth}");
                    }
                }
            }
        }
    }

    private void Points(Markup page)
    {
        page.Element("h3", "The images in two dimensions");
        page.Element("p", $"{ReportText.Grouped(test.Points.Count)} images where the first two principal components of their features put them. Rings were named wrongly.");
        Axis x = new(test.Points.Min(p => p.X), test.Points.Max(p => p.X), Margin, Side - Margin);
        Axis y = new(test.Points.Min(p => p.Y), test.Points.Max(p => p.Y), Side - Margin, Margin);
        if (x.High <= x.Low) x = x with { High = x.Low + 1 };
        if (y.High <= y.Low) y = y with { High = y.Low + 1 };
        using (page.In("figure", ("class", "chart scatter")))
        {
            using (page.In("svg", ("viewBox", $"0 0 {Side} {Side}"), ("role", "img"), ("aria-label", Means())))
            {
                page.Shape("rect", ("x", 0.5), ("y", 0.5), ("width", Side - 1), ("height", Side - 1), ("class", "frame"));
                foreach (ReportPoint point in test.Points) Point(page, x.At(point.X), y.At(point.Y), point);
            }

            PointLegend(page);
        }
    }

    private static void Point(Markup page, double x, double y, ReportPoint point)
    {
        string kind = $"point k{point.Label % Colours}{(point.Label == point.Predicted ? "" : " wrong")}";
        double r = 3;
        switch (point.Label / Colours % 3)
        {
            case 0: page.Shape("circle", ("cx", x), ("cy", y), ("r", r), ("class", kind)); break;
            case 1: page.Shape("rect", ("x", x - r), ("y", y - r), ("width", 2 * r), ("height", 2 * r), ("class", kind)); break;
            default:
                page.Shape("path", ("d", $"M{Markup.Number(x)} {Markup.Number(y - 4)}l4 7h-8z"), ("class", kind)); break;
        }
    }

    private void PointLegend(Markup page)
    {
        using (page.In("ul", ("class", "legend")))
        {
            foreach (int label in test.Points.Select(p => p.Label).Distinct().Order())
            {
                using (page.In("li"))
                {
                    using (page.In("svg", ("viewBox", "0 0 12 12"), ("class", "dot"), ("aria-hidden", "true")))
                        Point(page, 6, 6, new ReportPoint(0, 0, label, label));
                    page.Text(test.Classes[label]);
                }
            }
        }
    }

    private string Means() => "Places of the images by class; means: " + string.Join("; ", test.Points.GroupBy(p => p.Label)
        .OrderBy(g => g.Key).Select(g =>
            $"{test.Classes[g.Key]} at {ReportText.Number(g.Average(p => p.X), "0.00")}, {ReportText.Number(g.Average(p => p.Y), "0.00")}"));
}
