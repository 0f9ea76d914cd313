using System.Reflection;

namespace SswpNas.MLNet.Reports;

/// <summary>The report: one HTML document with its style sheet and pictures inside and no script.</summary>
internal sealed class ReportPage(SearchResult result, ReportContent content)
{
    private const string NothingFromOutside = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    private readonly Markup _page = new();

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

    private void Head()
    {
        _page.Single("meta", ("charset", "utf-8"));
        _page.Single("meta", ("http-equiv", "Content-Security-Policy"), ("content", NothingFromOutside));
        _page.Single("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        _page.Single("meta", ("name", "color-scheme"), ("content", "light dark"));
        _page.Element("title", content.Title);
        using (_page.In("style")) _page.Trusted(StyleSheet());
    }

    private void Heading()
    {
        _page.Element("h1", content.Title);
        using (_page.In("dl", ("class", "facts")))
        {
            if (content.Test is ReportTest test) Fact("test accuracy", ReportText.Percent(test.Accuracy));
            Fact("images searched on", ReportText.Grouped(result.Settings.Images));
            Fact("image size", $"{result.ImageSize} × {result.ImageSize}, {(result.ImageChannels == 1 ? "gray" : "colour")}");
            Fact("cells", $"{result.Cells}, {result.InitialChannels} channels");
            Fact("parameters", ReportText.Grouped(result.Parameters));
            Fact("multiply-adds", MultiplyAdds());
            Fact("epochs", ReportText.Grouped(result.History.Count));
            Fact("search", ReportText.Duration(result.Seconds));
        }

        using (_page.In("nav", ("aria-label", "Contents")))
        {
            foreach ((string id, string name) in Contents()) _page.Element("a", name, ("href", $"#{id}"));
        }
    }

    private IEnumerable<(string Id, string Name)> Contents()
    {
        yield return ("network", "Network");
        yield return ("search", "Search");
        yield return ("alphas", "Alphas");
        if (content.FineTunings.Count > 0) yield return ("fine-tuning", "Fine-tuning");
        if (content.Test is not null) yield return ("test", "Test");
        yield return ("settings", "Settings");
    }

    private void Sections()
    {
        new NetworkSection(result).Draw(_page);
        new SearchSection(result).Draw(_page);
        new AlphaSection(result).Draw(_page);
        if (content.FineTunings.Count > 0) new FineTuneSection(content.FineTunings).Draw(_page);
        if (content.Test is ReportTest test) new TestSection(test).Draw(_page);
        new SettingsSection(result, content).Draw(_page);
    }

    private void Fact(string name, string value)
    {
        using (_page.In("div"))
        {
            _page.Element("dt", name);
            _page.Element("dd", value);
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

    private static string StyleSheet()
    {
        using Stream css = Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")!;
        using StreamReader reader = new(css);
        return reader.ReadToEnd();
    }
}
