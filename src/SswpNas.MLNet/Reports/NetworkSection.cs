namespace SswpNas.MLNet.Reports;

/// <summary>What was found: the chain of cells and each cell as a graph.</summary>
internal sealed class NetworkSection(SearchResult result)
{
    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "network", "The network"))
        {
            page.Element("p", Found(), ("class", "lead"));
            Facts(page);
            page.Element("p", "Images pass through the cells in this order. A cell reads the outputs of the two steps before it; a reduction cell halves height and width and doubles the channels.");
            Chain(page);
            ReportPage.Legend(
                page, Enum.GetValues<CellOperation>().Select(o => ($"op{(int)o}", $"{ReportText.Of(o)}: {Meaning(o)}")));
            using (page.In("div", ("class", "grid cells")))
            {
                IReadOnlyList<CellPlan> plan = result.Macro.Plan();
                for (int cell = 0; cell < result.Cells; cell++)
                {
                    string name = $"Cell {cell}{(plan[cell].IsReduction ? ", reduction" : "")}";
                    using (page.In("figure", ("class", "chart"), ("id", $"cell-{cell}")))
                    {
                        page.Element("figcaption", name);
                        new CellDrawing(result.Genotype.Cells[cell]).Draw(page, name);
                    }
                }
            }

            HtmlTable.Folded(
                page, "The genotype as text", ["cell", "edges: operation and what it reads (0 and 1 are the inputs)"],
                result.Genotype.Cells.Select((cell, i) => (string[])[$"cell {i}", cell.ToString()]));
        }
    }

    private string Found()
    {
        (string Name, int Count)[] kinds = [.. result.Genotype.Cells.SelectMany(cell => cell.Edges).GroupBy(edge => Kind(edge.Operation))
            .Select(g => (g.Key, g.Count())).OrderByDescending(k => k.Item2)];
        return $"{ReportText.Grouped(result.Cells)} cells in a row make {ReportText.Grouped(result.FeatureSize)} numbers of an image, its features. "
            + $"The network has {ReportText.Grouped(result.Parameters)} parameters. Its {ReportText.Grouped(kinds.Sum(k => k.Count))} operations are "
            + string.Join(", ", kinds.Select(k => $"{k.Name} ({ReportText.Grouped(k.Count)})")) + ".";
    }

    private void Facts(Markup page)
    {
        using (page.In("dl", ("class", "facts")))
        {
            ReportPage.Fact(page, "image size", $"{result.ImageSize} × {result.ImageSize}, {(result.ImageChannels == 1 ? "gray" : "colour")}");
            ReportPage.Fact(page, "cells", $"{result.Cells}, {result.InitialChannels} channels");
            ReportPage.Fact(page, "parameters", ReportText.Grouped(result.Parameters));
            ReportPage.Fact(page, "multiply-adds", MultiplyAdds());
        }
    }

    /// <summary>Counting builds the network, which libtorch holds; a saved result can be reported on without it.</summary>
    private string MultiplyAdds()
    {
        try
        {
            return ReportText.Grouped(result.MultiplyAdds());
        }
        catch (InvalidOperationException)
        {
            return "not counted: libtorch is not there";
        }
    }

    private void Chain(Markup page)
    {
        int size = result.ImageSize;
        using (page.In("ol", ("class", "chain")))
        {
            Link(page, "", "images", $"{size} × {size} × {result.ImageChannels}", null);
            size >>= result.Macro.StemHalvings;
            IReadOnlyList<CellPlan> plan = result.Macro.Plan();
            Link(page, "", $"{result.Macro.Stem} stem", $"{size} × {size} × {plan[0].Previous}", null);
            for (int cell = 0; cell < plan.Count; cell++)
            {
                if (plan[cell].IsReduction) size /= 2;
                int channels = CellTopology.IntermediateNodes * plan[cell].Channels;
                Link(
                    page, plan[cell].IsReduction ? "reduction" : "normal", $"cell {cell}", $"{size} × {size} × {channels}",
                    $"#cell-{cell}");
            }

            Link(page, "", "mean", $"{result.FeatureSize} features", null);
        }
    }

    private static void Link(Markup page, string kind, string name, string shape, string? target)
    {
        using (page.In("li"))
        using (page.In("div", ("class", kind)))
        {
            if (target is null) page.Element("strong", name);
            else page.Element("a", name, ("href", target));
            page.Element("span", shape);
        }
    }

    private static string Kind(CellOperation operation) => operation switch
    {
        CellOperation.SkipConnect => "plain connections",
        CellOperation.MaxPool3x3 or CellOperation.AvgPool3x3 => "pools",
        CellOperation.SepConv3x3 or CellOperation.SepConv5x5 => "separable convolutions",
        _ => "dilated convolutions",
    };

    private static string Meaning(CellOperation operation) => operation switch
    {
        CellOperation.SkipConnect => "plain connection",
        CellOperation.MaxPool3x3 => "largest of 3 × 3",
        CellOperation.AvgPool3x3 => "mean of 3 × 3",
        CellOperation.SepConv3x3 or CellOperation.SepConv5x5 => "separable convolution, twice",
        _ => "dilated convolution",
    };
}
