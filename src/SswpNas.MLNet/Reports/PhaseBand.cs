namespace SswpNas.MLNet.Reports;

/// <summary>The epochs of one phase, both included, from 1.</summary>
internal sealed record PhaseBand(SearchPhase Phase, int First, int Last)
{
    public static IReadOnlyList<PhaseBand> Of(IEnumerable<SearchEpoch> history) =>
        [.. history.GroupBy(e => e.Phase).Select(g => new PhaseBand(g.Key, g.Min(e => e.Epoch), g.Max(e => e.Epoch)))];

    /// <summary>What the tints stand for.</summary>
    public static void Legend(Markup page, IReadOnlyList<PhaseBand> phases)
    {
        using (page.In("ul", ("class", "legend"), ("aria-label", "Phases")))
        {
            foreach (PhaseBand phase in phases)
            {
                using (page.In("li"))
                {
                    using (page.In("svg", ("viewBox", "0 0 26 14"), ("class", "key"), ("aria-hidden", "true")))
                        page.Shape("rect", ("x", 0.5), ("y", 0.5), ("width", 25), ("height", 13), ("class", $"phase frame {phase.Phase}"));
                    page.Text($"{ReportText.Of(phase.Phase)} ({ReportText.Meaning(phase.Phase)}): epochs {phase.First} to {phase.Last}");
                }
            }
        }
    }

    /// <summary>Tinted areas with the phases' names at their top, where there is room for them.</summary>
    public static void Draw(Markup page, IReadOnlyList<PhaseBand> phases, Axis x, double top, double bottom)
    {
        foreach (PhaseBand phase in phases)
        {
            double from = x.At(Math.Max(x.Low, phase.First - 0.5)), to = x.At(Math.Min(x.High, phase.Last + 0.5));
            using (page.In(
                "rect", ("x", from), ("y", top), ("width", Math.Max(0, to - from)), ("height", bottom - top),
                ("class", $"phase {phase.Phase}")))
            {
                page.Element("title", $"{ReportText.Of(phase.Phase)}: epochs {phase.First} to {phase.Last}");
            }

            if (to - from > 44) page.Element("text", ReportText.Of(phase.Phase), ("x", from + 4), ("y", top + 11), ("class", "muted small"));
        }
    }
}
