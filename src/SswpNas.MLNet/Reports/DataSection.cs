namespace SswpNas.MLNet.Reports;

/// <summary>The images that were searched and trained on.</summary>
internal sealed class DataSection(ReportData data, IReadOnlyDictionary<string, int> labels)
{
    private const int MostClasses = 24;
    private const int MostSizes = 6;

    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "data", "The data"))
        {
            page.Element("p", Sentence(), ("class", "lead"));
            using (page.In("dl", ("class", "facts")))
            {
                ReportPage.Fact(page, "images", ReportText.Grouped(data.Images));
                if (data.Labelled is int labelled) ReportPage.Fact(page, "with a label", ReportText.Grouped(labelled));
                if (data.Classes.Count > 0) ReportPage.Fact(page, "classes", ReportText.Grouped(data.Classes.Count));
                if (data.Duplicates is int duplicates) ReportPage.Fact(page, "copies of others", ReportText.Grouped(duplicates));
                if (data.Sizes.Count > 0) ReportPage.Fact(page, "pixels", Sizes());
            }

            if (data.Classes.Count > 0) Classes(page);
        }
    }

    private string Sentence()
    {
        string text = $"{ReportText.Grouped(data.Images)} images were searched on";
        if (data.Labelled is int labelled) text += $"; {ReportText.Grouped(labelled)} of them have a label that was learnt from";
        if (data.Classes.Count < 2) return text + ".";
        KeyValuePair<string, int> least = data.Classes.MinBy(c => c.Value), most = data.Classes.MaxBy(c => c.Value);
        return text + (least.Value == most.Value
            ? $". Each of the {ReportText.Grouped(data.Classes.Count)} classes has {ReportText.Grouped(most.Value)}."
            : $". The smallest class, {least.Key}, has {ReportText.Grouped(least.Value)}, the largest, {most.Key}, {ReportText.Grouped(most.Value)}.");
    }

    private string Sizes()
    {
        KeyValuePair<string, int>[] sizes = [.. data.Sizes.OrderByDescending(s => s.Value)];
        string text = sizes.Length == 1
            ? sizes[0].Key
            : string.Join(", ", sizes.Take(MostSizes).Select(s => $"{s.Key} ({ReportText.Grouped(s.Value)})"));
        return sizes.Length > MostSizes ? $"{text}, {ReportText.Grouped(sizes.Length - MostSizes)} other sizes" : text;
    }

    private void Classes(Markup page)
    {
        KeyValuePair<string, int>[] classes = [.. data.Classes.OrderByDescending(c => c.Value)];
        int most = Math.Max(1, classes[0].Value);
        string[] headings = labels.Count > 0 ? ["class", "images", "with a label"] : ["class", "images"];
        BarTable.Draw(page, "Images of each class", headings, classes.Take(MostClasses).Select(c =>
            new BarRow(c.Key, ReportText.Grouped(c.Value), c.Value / (double)most, Labels(c.Key))));
        if (classes.Length > MostClasses)
        {
            HtmlTable.Folded(
                page, $"The other {ReportText.Grouped(classes.Length - MostClasses)} classes", headings,
                classes.Skip(MostClasses).Select(c => (string[])[c.Key, ReportText.Grouped(c.Value), .. Labels(c.Key)]));
        }
    }

    private string[] Labels(string name) =>
        labels.Count == 0 ? [] : [labels.TryGetValue(name, out int count) ? ReportText.Grouped(count) : "–"];
}
