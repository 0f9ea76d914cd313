namespace SswpNas.MLNet.Reports;

/// <summary>What the figures depend on.</summary>
internal sealed class SettingsSection(SearchResult result, ReportContent content)
{
    public void Draw(Markup page)
    {
        using (ReportPage.Section(page, "settings", "Settings and machine"))
        using (page.In("div", ("class", "grid tables")))
        {
            HtmlTable.OfPairs(page, "Search", Facts());
            HtmlTable.OfPairs(page, "Seconds", Seconds());
            if (content.Hardware.Count > 0) HtmlTable.OfPairs(page, "Hardware", content.Hardware.Select(h => (h.Key, h.Value)));
            HtmlTable.OfPairs(page, "Versions", Versions());
            HtmlTable.FoldedPairs(page, "Search options", result.Settings.Options.Select(o => (o.Key, o.Value)));
            foreach (ReportFineTuning tuning in content.FineTunings.Where(t => t.Options is not null))
                HtmlTable.FoldedPairs(page, $"Fine-tune options, {tuning.Name}", OptionText.Of(tuning.Options!).Select(o => (o.Key, o.Value)));
        }
    }

    private IEnumerable<(string, string)> Facts()
    {
        yield return ("seed", ReportText.Number(result.Seed));
        yield return ("images", ReportText.Grouped(result.Settings.Images));
        yield return ("fingerprint of the images", result.Settings.DataFingerprint.ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
    }

    private IEnumerable<(string, string)> Seconds()
    {
        foreach (PhaseBand phase in PhaseBand.Of(result.History))
        {
            double seconds = result.History.Where(e => e.Phase == phase.Phase).Sum(e => e.Seconds);
            yield return ($"search, {ReportText.Of(phase.Phase)}", ReportText.Number(seconds, "0.#"));
        }

        yield return ("search, all epochs", ReportText.Number(result.Seconds, "0.#"));
        foreach ((string what, double seconds) in content.Seconds) yield return (what, ReportText.Number(seconds, "0.#"));
    }

    private IEnumerable<(string, string)> Versions()
    {
        yield return ("SswpNas.MLNet that searched", result.Settings.Version);
        yield return ("SswpNas.MLNet that wrote this", LibraryVersion.Text);
        foreach ((string name, string version) in content.Versions) yield return (name, version);
    }
}
