using System.Text;

namespace SswpNas.MLNet.ScoringTests;

/// <summary>Reads RFC 4180 as the RFC says, character by character.</summary>
internal static class CsvText
{
    public static List<string[]> Parse(string text)
    {
        List<string[]> lines = [];
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append(text[++i]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && (c is ',' or '\r'))
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (!quoted && c == '\n')
            {
                lines.Add([.. fields]);
                fields.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        Assert.IsFalse(quoted || field.Length > 0 || fields.Count > 0, "The last line ends like the others.");
        return lines;
    }
}
