namespace SswpNas.MLNet.Reports;

/// <summary>What came of it: how good the model is, beside others, and where it fails.</summary>
internal sealed class AnswerSection(ReportContent content)
{
    private readonly ReportTest? _test = content.Test;
    private readonly List<ReportComparison> _models = Models(content);

    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "answer", "The answer"))
        {
            using (page.In("div", ("class", "answer")))
            {
                using (page.In("div")) Headline(page);
                if (_models.Count > 1) using (page.In("div")) Comparison(page);
            }

            if (_test is not ReportTest test) return;
            foreach (string missing in test.Missing) page.Element("p", missing, ("class", "muted"));
            new ConfusionMatrix(test).Draw(page);
            ImageGallery.Draw(page, test);
            using (page.In("div", ("class", "halves")))
            {
                if (test.Reliability.Any(bin => bin.Count > 0)) new ReliabilityChart(test).Draw(page);
                new ClassAccuracies(test, content.LabelCounts).Draw(page);
            }
        }
    }

    /// <summary>All models with a test accuracy; the fine-tunings where nothing was named to compare.</summary>
    private static List<ReportComparison> Models(ReportContent content)
    {
        List<ReportComparison> models = [.. content.Comparisons];
        if (models.Count == 0)
        {
            models.AddRange(content.FineTunings.Where(t => t.TestAccuracy is not null)
                .Select(t => new ReportComparison(t.Name, t.TestAccuracy!.Value)));
            int answer = content.Test is ReportTest tested ? models.FindIndex(m => Math.Abs(m.Accuracy - tested.Accuracy) < 1e-9) : 0;
            if (answer >= 0 && models.Count > 0) models[answer] = models[answer] with { IsAnswer = true };
        }

        if (content.Test is ReportTest test && !models.Any(m => m.IsAnswer))
            models.Insert(0, new ReportComparison("this model", test.Accuracy) { IsAnswer = true });
        return models;
    }

    private void Headline(Markup page)
    {
        double? accuracy = _test?.Accuracy ?? _models.FirstOrDefault(m => m.IsAnswer)?.Accuracy;
        if (accuracy is not double known)
        {
            page.Element("p", Unmeasured(), ("class", "lead"));
            return;
        }

        page.Element("p", ReportText.Percent(known), ("class", "figure"));
        if (_test is not ReportTest test)
        {
            page.Element("p", "of the test images were named correctly; of how many is not known here.", ("class", "lead"));
            return;
        }

        (double Low, double High) interval = Proportion.Interval(known, test.Images);
        page.Element("p", $"95 % interval: {ReportText.Percents(interval)}", ("class", "interval-text"));
        int right = Enumerable.Range(0, test.Classes.Count).Sum(i => test.Counts[i][i]);
        page.Element(
            "p",
            $"Of {ReportText.Grouped(test.Images)} test images {ReportText.Grouped(right)} were named correctly; guessing among "
            + $"{ReportText.Grouped(test.Classes.Count)} classes would name {ReportText.Percent(1.0 / test.Classes.Count)}.",
            ("class", "lead"));
        page.Element("p", "The interval (Wilson) says how far this many images can be trusted: the accuracy on all images of this kind lies in it with a confidence of 95 %.");
    }

    private string Unmeasured() => content.FineTunings.Select(t => t.ValidationAccuracy).FirstOrDefault(v => v is not null) is double validation
        ? $"No test images were scored. On the validation part of the labels {ReportText.Percent(validation)} were named correctly; the learning rate was chosen by that figure, so it is too good."
        : "No test images were scored.";

    private void Comparison(Markup page)
    {
        double? own = _models.FirstOrDefault(m => m.IsAnswer)?.Accuracy;
        bool hasInterval = _test is not null, hasTime = _models.Any(m => m.Milliseconds is not null), hasSize = _models.Any(m => m.Megabytes is not null);
        List<string> headings = ["model", "accuracy"];
        if (hasInterval) headings.Add("95 % interval");
        if (own is not null) headings.Add("points");
        if (hasTime) headings.Add("ms an image");
        if (hasSize) headings.Add("MB");
        BarTable.Draw(page, "Beside other models", headings, _models.Select(Row));
        page.Element(
            "p",
            (own is null ? "" : "Points: the difference from the marked model, in percentage points. ")
            + (hasInterval ? "Where intervals overlap, this many images may not tell two models apart." : ""), ("class", "muted"));

        BarRow Row(ReportComparison model)
        {
            (double, double)? interval = _test is ReportTest test ? Proportion.Interval(model.Accuracy, test.Images) : null;
            List<string> cells = [];
            if (interval is (double, double) known) cells.Add(ReportText.Percents(known));
            if (own is double accuracy) cells.Add(model.IsAnswer ? "–" : ReportText.Points(model.Accuracy - accuracy));
            if (hasTime) cells.Add(ReportText.Number(model.Milliseconds ?? double.NaN, "0.0"));
            if (hasSize) cells.Add(ReportText.Number(model.Megabytes ?? double.NaN, "0.0"));
            return new BarRow(model.Name, ReportText.Percent(model.Accuracy), model.Accuracy, cells) { Interval = interval, IsStrong = model.IsAnswer };
        }
    }
}
