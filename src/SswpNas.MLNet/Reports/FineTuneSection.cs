namespace SswpNas.MLNet.Reports;

/// <summary>The fine-tunings side by side.</summary>
internal sealed class FineTuneSection(IReadOnlyList<ReportFineTuning> tunings)
{
    private const int Colours = 5;

    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "fine-tuning", "Fine-tuning"))
        {
            page.Element("p", "The same network, trained on the labelled images from different weights. Curves of losses are those of each one's last run; validation accuracy is that of the run that was chosen.");
            HtmlTable.OfRows(
                page, "Fine-tunings", ["start", "learning rate", "validation", "test", "parameters", "labels", "seconds"],
                tunings.Select(t => (string[])
                [
                    t.Name, Or(t.LearningRate, v => ReportText.Number(v)), Or(t.ValidationAccuracy, ReportText.Percent),
                    Or(t.TestAccuracy, ReportText.Percent), t.Parameters is long p ? ReportText.Grouped(p) : "–",
                    t.Trials.Count > 0 ? ReportText.Grouped(t.Trials[^1].TrainingImages + t.Trials[^1].ValidationImages) : "–",
                    Or(t.Seconds, v => ReportText.Number(v, "0.#")),
                ]));
            using (page.In("div", ("class", "grid")))
            {
                Chart("Training loss", "mean loss of an epoch's steps", t => t.Trials.Count > 0 ? t.Trials[^1] : null, e => e.Loss, null).Draw(page);
                if (tunings.Any(t => Chosen(t) is not null))
                {
                    Chart(
                        "Validation accuracy", "part of the validation images", Chosen, e => e.ValidationAccuracy ?? double.NaN,
                        v => ReportText.Number(100 * v, "0.#") + "%").Draw(page);
                }
            }

            Targets(page);
            HtmlTable.Folded(
                page, "All runs",
                ["start", "unlabelled images", "learning rate", "trained on", "validated on", "validation", "epochs", "last loss"],
                tunings.SelectMany(t => t.Trials.Select(trial => (string[])
                [
                    t.Name, Use(trial.Unlabelled), ReportText.Number(trial.LearningRate), ReportText.Grouped(trial.TrainingImages), ReportText.Grouped(trial.ValidationImages),
                    Or(trial.ValidationAccuracy, ReportText.Percent), ReportText.Grouped(trial.Epochs.Count),
                    trial.Epochs.Count > 0 ? ReportText.Number(trial.Epochs[^1].Loss) : "–",
                ])));
        }
    }

    /// <summary>Of the targets that images without a label had: how much they counted, and how many were right.</summary>
    private void Targets(Markup page)
    {
        if (!tunings.Any(t => LearntFrom(t) is not null)) return;
        page.Element("p", "Images without a label took part. Each had a target, from the network itself or from a teacher, that counted from 0 to 1. "
            + "Where the true classes are known, the second figure says how many of the targets named them.");
        using (page.In("div", ("class", "grid")))
        {
            Chart("What the targets counted", "mean of an epoch's, 0 to 100%", LearntFrom, e => e.UnlabelledWeight ?? double.NaN, Percent).Draw(page);
            if (tunings.Any(t => LearntFrom(t)?.Epochs.Any(e => e.UnlabelledAccuracy is not null) == true))
                Chart("Targets that were right", "part of those that counted", LearntFrom, e => e.UnlabelledAccuracy ?? double.NaN, Percent).Draw(page);
        }

        static string Percent(double v) => ReportText.Number(100 * v, "0.#") + "%";
    }

    private static FineTuneTrial? LearntFrom(ReportFineTuning tuning) =>
        tuning.Trials.LastOrDefault(t => t.Epochs.Any(e => e.UnlabelledWeight is not null));

    private static string Use(UnlabelledImages unlabelled) => unlabelled switch
    {
        UnlabelledImages.PseudoLabels => "pseudo-labels",
        UnlabelledImages.Teacher => "teacher",
        UnlabelledImages.TeacherAndPseudoLabels => "teacher, pseudo-labels",
        _ => "ignored",
    };

    private LineChart Chart(
        string title, string unit, Func<ReportFineTuning, FineTuneTrial?> run, Func<FineTuneEpoch, double> value,
        Func<double, string>? text)
    {
        ChartLine[] lines = [.. tunings.Select((t, i) => new ChartLine(
            t.Name, $"c{i % Colours}{(i % 2 == 1 ? " dashed" : "")}",
            [.. run(t)?.Epochs.Select(e => (X: (double)e.Epoch, Y: value(e))).Where(p => !double.IsNaN(p.Y)) ?? []]))];
        LineChart chart = new(title, unit, lines) { Low = 0 };
        return text is null ? chart : chart with { Value = text };
    }

    /// <summary>The run whose validation accuracy is the fine-tuning's; null where it was validated once, after its end, or never.</summary>
    private static FineTuneTrial? Chosen(ReportFineTuning tuning) => tuning.Trials
        .Where(t => t.Epochs.Count(e => e.ValidationAccuracy is not null) > 1)
        .MaxBy(t => (t.LearningRate == tuning.LearningRate, t.ValidationAccuracy ?? 0));

    private static string Or(double? value, Func<double, string> text) => value is double v ? text(v) : "–";
}
