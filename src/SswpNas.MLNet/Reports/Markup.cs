using System.Net;

namespace SswpNas.MLNet.Reports;

/// <summary>Writes HTML and the SVG within it. Every text and every attribute's value is escaped here and nowhere else.</summary>
internal sealed class Markup
{
    private readonly StringBuilder _html = new();

    /// <summary>An element that ends when what is returned is disposed of.</summary>
    public Scope In(string tag, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Start(tag, attributes, ">");
        return new Scope(this, tag);
    }

    /// <summary>An element with a text.</summary>
    public void Element(string tag, string text, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        Start(tag, attributes, ">");
        Text(text);
        End(tag);
    }

    /// <summary>An HTML element that has no end tag.</summary>
    public void Single(string tag, params ReadOnlySpan<(string Name, object Value)> attributes) => Start(tag, attributes, ">");

    /// <summary>An SVG shape.</summary>
    public void Shape(string tag, params ReadOnlySpan<(string Name, object Value)> attributes) => Start(tag, attributes, "/>");

    public void Text(string text) => _html.Append(WebUtility.HtmlEncode(text));

    /// <summary>The page's own style sheet and document type; never anything that came from outside.</summary>
    public void Trusted(string html) => _html.Append(html);

    public override string ToString() => _html.ToString();

    /// <summary>A number as attributes take it.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private void Start(string tag, ReadOnlySpan<(string Name, object Value)> attributes, string end)
    {
        _html.Append('<').Append(tag);
        foreach ((string name, object value) in attributes)
        {
            string text = value switch
            {
                double number => Number(number),
                IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "",
            };
            _html.Append(' ').Append(name).Append("=\"").Append(WebUtility.HtmlEncode(text)).Append('"');
        }

        _html.Append(end);
    }

    private void End(string tag) => _html.Append("</").Append(tag).Append(">\n");

    internal readonly struct Scope(Markup page, string tag) : IDisposable
    {
        public void Dispose() => page.End(tag);
    }
}
