using MathNet.Numerics.Statistics;

namespace SswpNas.MLNet.Reports;

/// <summary>The accuracy of each class, beside how many labels it was learnt from.</summary>
internal sealed class ClassAccuracies(ReportTest test, IReadOnlyDictionary<string, int> labels)
{
    private const int MostShown = 24;
    private const double Clear = 0.5;

    /// <summary>A class with test images.</summary>
    private readonly record struct TestedClass(string Name, int Images, double Accuracy, int? Labels);

    private readonly TestedClass[] _classes = [.. Enumerable.Range(0, test.Classes.Count).Where(i => test.Counts[i].Sum() > 0)
        .Select(i => new TestedClass(
            test.Classes[i], test.Counts[i].Sum(), test.Counts[i][i] / (double)test.Counts[i].Sum(),
            labels.TryGetValue(test.Classes[i], out int count) ? count : null))
        .OrderBy(c => c.Labels ?? 0).ThenBy(c => c.Accuracy)];

    public void Draw(Markup page)
    {
        if (_classes.Length == 0) return;
        bool hasLabels = _classes.Any(c => c.Labels is not null);
        using (page.In("div"))
        {
            page.Element("h3", hasLabels ? "Where the labels were few" : "Accuracy of each class");
            page.Element("p", hasLabels ? Sentence() : "The lowest first, with 95 % intervals.");
            string[] headings = hasLabels ? ["class", "accuracy", "95 % interval", "labels", "test images"] : ["class", "accuracy", "95 % interval", "test images"];
            BarTable.Draw(page, hasLabels ? "Classes, fewest labels first" : "Classes, lowest accuracy first", headings, _classes.Take(MostShown).Select(Row));
            if (_classes.Length > MostShown)
            {
                HtmlTable.Folded(page, $"The other {ReportText.Grouped(_classes.Length - MostShown)} classes", headings, _classes.Skip(MostShown).Select(c =>
                    (string[])[c.Name, ReportText.Percent(c.Accuracy), .. Row(c).Cells]));
            }
        }

        BarRow Row(TestedClass c)
        {
            (double, double) interval = Proportion.Interval(c.Accuracy, c.Images);
            string images = ReportText.Grouped(c.Images), count = c.Labels is int n ? ReportText.Grouped(n) : "–";
            return new BarRow(
                c.Name, ReportText.Percent(c.Accuracy), c.Accuracy,
                hasLabels ? [ReportText.Percents(interval), count, images] : [ReportText.Percents(interval), images])
            { Interval = interval };
        }
    }

    private string Sentence()
    {
        TestedClass[] counted = [.. _classes.Where(c => c.Labels is not null)];
        int least = counted[0].Labels!.Value, most = counted[^1].Labels!.Value;
        string range = least == most
            ? $"Every class was learnt from {ReportText.Grouped(least)} images with a label."
            : $"Classes were learnt from {ReportText.Grouped(least)} to {ReportText.Grouped(most)} images with a label.";
        if (counted.Length < 3 || least == most) return range;
        double rank = Correlation.Spearman(counted.Select(c => (double)c.Labels!.Value), counted.Select(c => c.Accuracy));
        return range + rank switch
        {
            > Clear => $" Classes with more labels are named better (rank correlation {ReportText.Number(rank, "0.00")}): more labels of the first ones may help.",
            < -Clear => $" Classes with more labels are named worse (rank correlation {ReportText.Number(rank, "0.00")}): labels are not what is lacking.",
            _ => double.IsNaN(rank) ? "" : $" The classes' accuracies hardly follow their numbers of labels (rank correlation {ReportText.Number(rank, "0.00")}).",
        };
    }
}
