using System.Net;

namespace SswpNas.MLNet.Reports;

/// <summary>Writes HTML and the SVG within it. Every text and every attribute's value is escaped here and nowhere else.</summary>
internal sealed class Markup
{
    private const int ShortName = 16;

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

    /// <summary>
    /// A name with places where it may be broken: before a capital within it and behind a point, a line or a comma. Short names
    /// stay whole.
    /// </summary>
    public void Name(string name)
    {
        int start = 0;
        for (int i = 1; i < name.Length && name.Length > ShortName; i++)
        {
            bool isHump = char.IsUpper(name[i]) && char.IsLower(name[i - 1]);
            bool isPart = char.IsLetter(name[i]) && ".,;/_-".Contains(name[i - 1], StringComparison.Ordinal);
            if (!isHump && !isPart) continue;
            Text(name[start..i]);
            _html.Append("<wbr>");
            start = i;
        }

        Text(name[start..]);
    }

    public void Text(string text) => _html.Append(WebUtility.HtmlEncode(text));

    /// <summary>The page's own style sheets, script and document type; never anything that came from outside.</summary>
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
