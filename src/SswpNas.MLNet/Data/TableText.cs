using Microsoft.VisualBasic.FileIO;

namespace SswpNas.MLNet.Data;

/// <summary>A row of a table.</summary>
/// <param name="Line">The line on which it ends, from 1.</param>
/// <param name="Fields">Its texts, without white space around them.</param>
internal sealed record TableRow(int Line, string[] Fields);

/// <summary>Reads a table of paths and labels, with whatever separator and with or without a line of column names.</summary>
internal static class TableText
{
    private const string Paths = "ImagePath";
    private const string Labels = "Label";

    private static readonly string[] _separators = [",", ";", "\t", "|"];

    /// <summary>The rows, with the places of paths and labels in them.</summary>
    /// <exception cref="InvalidDataException">It is no such table; the message names line and column.</exception>
    public static (TableRow[] Rows, int Path, int Label, string Description) Read(string file, string text)
    {
        (string Separator, string[] First)[] readings = [.. _separators.Select(s => (s, FirstRow(file, text, s)))];
        foreach ((string separator, string[] first) in readings)
        {
            int path = Find(first, Paths), label = Find(first, Labels);
            if (path >= 0 && label >= 0) return (Rows(file, text, separator, 1), path, label, $"separated by '{Shown(separator)}'");
        }

        foreach ((string separator, string[] first) in readings)
        {
            int path = Array.FindIndex(first, ImageNames.IsImage);
            if (first.Length == 2 && path >= 0)
            {
                return (Rows(file, text, separator, 0), path, 1 - path,
                    $"separated by '{Shown(separator)}', without a line of column names: column {path + 1} is taken for {Paths}, column {2 - path} for {Labels}");
            }
        }

        string start = new([.. text.TakeWhile(c => c is not ('\r' or '\n')).Take(80)]);
        throw new InvalidDataException(
            $"The table '{file}' begins with '{start}'; the column names {Paths} and {Labels}, or a path and a label, were expected, separated by a "
            + "comma, a semicolon, a tab or a bar.");
    }

    /// <summary>How a column is called in messages.</summary>
    public static string PathColumn => Paths;

    private static TableRow[] Rows(string file, string text, string separator, int header)
    {
        List<TableRow> rows = [];
        int last = text.AsSpan().TrimEnd().Count('\n') + 1;
        using TextFieldParser parser = Parser(text, separator);
        try
        {
            while (parser.ReadFields() is string[] fields)
                rows.Add(new TableRow(parser.LineNumber < 0 ? last : (int)parser.LineNumber - 1, fields));
        }
        catch (MalformedLineException)
        {
            throw new InvalidDataException($"The table '{file}' has in line {parser.ErrorLineNumber} quotation marks that do not close a field; whole fields in marks were expected.");
        }

        TableRow? uneven = rows.Find(row => row.Fields.Length != rows[0].Fields.Length);
        return uneven is null
            ? [.. rows.Skip(header)]
            : throw new InvalidDataException(
                $"The table '{file}' has in line {uneven.Line} {uneven.Fields.Length} fields; {rows[0].Fields.Length} were expected, as in its first line.");
    }

    private static string[] FirstRow(string file, string text, string separator)
    {
        using TextFieldParser parser = Parser(text, separator);
        try
        {
            return parser.ReadFields() ?? throw new InvalidDataException($"The table '{file}' has no rows; images were expected.");
        }
        catch (MalformedLineException)
        {
            return []; // with another separator it may be a row
        }
    }

    private static TextFieldParser Parser(string text, string separator) => new(new StringReader(text))
    {
        Delimiters = [separator],
        HasFieldsEnclosedInQuotes = true,
        TrimWhiteSpace = true,
    };

    private static int Find(string[] fields, string name) =>
        Array.FindIndex(fields, field => field.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static string Shown(string separator) => separator == "\t" ? "\\t" : separator;
}
