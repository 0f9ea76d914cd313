namespace SswpNas.MLNet.Reports;

/// <summary>The test images in two dimensions, and the nearest ones of each.</summary>
internal sealed class MapSection(ReportTest test)
{
    private const int Colours = 10;
    private const double Side = 420, Margin = 12;

    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "map", "The test images as the network sees them"))
        {
            page.Element(
                "p", $"{ReportText.Grouped(test.Points.Count)} images where the first two principal components of their features put them. "
                + "Classes that lie apart need few labels. Rings were named wrongly.");
            using (page.In("div", ("class", "halves")))
            {
                using (page.In("figure", ("class", "chart"))) Points(page);
                if (test.Neighbours is ReportNeighbours neighbours) Near(page, neighbours);
            }
        }
    }

    private void Points(Markup page)
    {
        Axis x = new(test.Points.Min(p => p.X), test.Points.Max(p => p.X), Margin, Side - Margin);
        Axis y = new(test.Points.Min(p => p.Y), test.Points.Max(p => p.Y), Side - Margin, Margin);
        if (x.High <= x.Low) x = x with { High = x.Low + 1 };
        if (y.High <= y.Low) y = y with { High = y.Low + 1 };
        using (page.In("svg", ("viewBox", $"0 0 {Side} {Side}"), ("role", "img"), ("class", "points"), ("aria-label", Means())))
        {
            page.Shape("rect", ("x", 0.5), ("y", 0.5), ("width", Side - 1), ("height", Side - 1), ("class", "frame"));
            foreach (ReportPoint point in test.Points) Point(page, x.At(point.X), y.At(point.Y), point, Name(point));
        }

        PointLegend(page);
    }

    private string Name(ReportPoint point) => point.Predicted == point.Label || point.Predicted < 0
        ? test.Classes[point.Label]
        : $"{test.Classes[point.Label]}, taken for {test.Classes[point.Predicted]}";

    private static void Point(Markup page, double x, double y, ReportPoint point, string name)
    {
        string kind = $"point k{point.Label % Colours}{(point.Label == point.Predicted ? "" : " wrong")}";
        double r = 3;
        using ((point.Label / Colours % 3) switch
        {
            0 => page.In("circle", ("cx", x), ("cy", y), ("r", r), ("class", kind)),
            1 => page.In("rect", ("x", x - r), ("y", y - r), ("width", 2 * r), ("height", 2 * r), ("class", kind)),
            _ => page.In("path", ("d", $"M{Markup.Number(x)} {Markup.Number(y - 4)}l4 7h-8z"), ("class", kind)),
        })
        {
            if (name.Length > 0) page.Element("title", name);
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
                        Point(page, 6, 6, new ReportPoint(0, 0, label, label), "");
                    page.Text(test.Classes[label]);
                }
            }
        }
    }

    /// <summary>What the script fills: without it the panel stays hidden.</summary>
    private static void Near(Markup page, ReportNeighbours neighbours)
    {
        using (page.In("style"))
            page.Trusted($".thumb{{background-image:url(data:image/jpeg;base64,{Convert.ToBase64String(neighbours.Jpeg)})}}");
        using (page.In(
            "div", ("id", "near"), ("class", "chart near"), ("hidden", "hidden"), ("data-columns", neighbours.Columns), ("data-rows", neighbours.Rows),
            ("data-nearest", string.Join(';', neighbours.Nearest.Select(n => string.Join(' ', n))))))
        {
            page.Element("h3", "Nearest images");
            using (page.In("p"))
            {
                page.Text("Choose a point, or an image by its number: ");
                page.Element("label", "image", ("for", "near-number"));
                page.Text(" ");
                page.Single("input", ("id", "near-number"), ("type", "number"), ("min", 1), ("max", neighbours.Nearest.Count), ("value", 1));
                page.Text($" of {ReportText.Grouped(neighbours.Nearest.Count)}.");
            }

            page.Element("div", "", ("id", "near-image"), ("aria-live", "polite"));
            page.Element("p", "The images with the most similar features (cosine), the nearest first:");
            page.Element("div", "", ("id", "near-list"));
        }
    }

    private string Means() => "Places of the images by class; means: " + string.Join("; ", test.Points.GroupBy(p => p.Label)
        .OrderBy(g => g.Key).Select(g =>
            $"{test.Classes[g.Key]} at {ReportText.Number(g.Average(p => p.X), "0.00")}, {ReportText.Number(g.Average(p => p.Y), "0.00")}"));
}
