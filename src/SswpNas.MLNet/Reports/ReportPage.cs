namespace SswpNas.MLNet.Reports;

/// <summary>
/// The report: one HTML document with its style sheet and pictures inside and at most one script, which shows the
/// neighbours of an image; whoever has none allowed reads all the rest.
/// </summary>
internal sealed class ReportPage(SearchResult result, ReportContent content)
{
    private const string NothingFromOutside = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private readonly Markup _page = new();
    private readonly string? _script = content.Test?.Neighbours is null ? null : EmbeddedText.Of("report.js");

    public string ToHtml()
    {
        _page.Trusted("<!DOCTYPE html>\n");
        using (_page.In("html", ("lang", "en")))
        {
            using (_page.In("head")) Head();
            using (_page.In("body"))
            {
                using (_page.In("header")) Heading();
                using (_page.In("main")) Sections();
                _page.Element("footer", $"Written by SswpNas.MLNet {LibraryVersion.Text}.");
                if (_script is not null)
                {
                    using (_page.In("script")) _page.Trusted(_script);
                }
            }
        }

        return _page.ToString();
    }

    /// <summary>A section with its heading, whose words the page's contents link to.</summary>
    public static Markup.Scope Section(Markup page, string id, string title)
    {
        Markup.Scope section = page.In("section", ("id", id), ("aria-labelledby", $"{id}-title"));
        page.Element("h2", title, ("id", $"{id}-title"));
        return section;
    }

    /// <summary>What the lines of a picture stand for, by their CSS class.</summary>
    public static void Legend(Markup page, IEnumerable<(string Class, string Text)> lines)
    {
        using (page.In("ul", ("class", "legend")))
        {
            foreach ((string kind, string text) in lines)
            {
                using (page.In("li"))
                {
                    using (page.In("svg", ("viewBox", "0 0 26 8"), ("class", "key"), ("aria-hidden", "true")))
                        page.Shape("path", ("d", "M0 4H26"), ("class", $"line {kind}"));
                    page.Text(text);
                }
            }
        }
    }

    /// <summary>A name and its value within a list of facts.</summary>
    public static void Fact(Markup page, string name, string value)
    {
        using (page.In("div"))
        {
            page.Element("dt", name);
            page.Element("dd", value);
        }
    }

    private void Head()
    {
        _page.Single("meta", ("charset", "utf-8"));
        _page.Single(
            "meta", ("http-equiv", "Content-Security-Policy"),
            ("content", _script is null ? NothingFromOutside : $"{NothingFromOutside}; script-src 'sha256-{HashOf(_script)}'"));
        _page.Single("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        _page.Single("meta", ("name", "color-scheme"), ("content", "light dark"));
        _page.Element("title", content.Title);
        using (_page.In("style")) _page.Trusted(EmbeddedText.Of("report.css"));
    }

    private void Heading()
    {
        _page.Element("h1", content.Title);
        using (_page.In("nav", ("aria-label", "Contents")))
        {
            foreach ((string id, string name) in Contents()) _page.Element("a", name, ("href", $"#{id}"));
        }
    }

    private bool HasAnswer => content.Test is not null || content.FineTunings.Count > 0 || content.Comparisons.Count > 0;

    private ReportTest? Mapped => content.Test is { Points.Count: > 0 } test ? test : null;

    private IEnumerable<(string Id, string Name)> Contents()
    {
        if (HasAnswer) yield return ("answer", "Answer");
        if (content.Data is not null) yield return ("data", "Data");
        if (Mapped is not null) yield return ("map", "Map");
        yield return ("network", "Network");
        yield return ("search", "Search");
        yield return ("alphas", "Alphas");
        if (content.FineTunings.Count > 0) yield return ("fine-tuning", "Fine-tuning");
        yield return ("settings", "Settings");
    }

    private void Sections()
    {
        if (HasAnswer) new AnswerSection(content).Draw(_page);
        if (content.Data is ReportData data) new DataSection(data, content.LabelCounts).Draw(_page);
        if (Mapped is ReportTest test) new MapSection(test).Draw(_page);
        new NetworkSection(result).Draw(_page);
        new SearchSection(result).Draw(_page);
        new AlphaSection(result).Draw(_page);
        if (content.FineTunings.Count > 0) new FineTuneSection(content.FineTunings).Draw(_page);
        new SettingsSection(result, content).Draw(_page);
    }

    private static string HashOf(string script) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
}
