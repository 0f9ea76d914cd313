namespace SswpNas.MLNet.Messages;

/// <summary>The one form in which two sets of named texts are compared: what differs, a line each.</summary>
internal static class Differences
{
    private const int MostLines = 40;

    /// <summary>Ends with an error that names all that differs; does nothing where nothing does.</summary>
    public static void Check(
        IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here, Func<string, Exception> error)
    {
        string[] lines = [.. there.Keys.Union(here.Keys).Order(StringComparer.Ordinal)
            .Where(key => there.GetValueOrDefault(key) != here.GetValueOrDefault(key))
            .Select(key => $"- {key}: {there.GetValueOrDefault(key, "nothing")} there, {here.GetValueOrDefault(key, "nothing")} here")];
        if (lines.Length == 0) return;
        string more = lines.Length > MostLines ? $"{Environment.NewLine}and {lines.Length - MostLines} more" : "";
        throw error(Environment.NewLine + string.Join(Environment.NewLine, lines.Take(MostLines)) + more);
    }
}
