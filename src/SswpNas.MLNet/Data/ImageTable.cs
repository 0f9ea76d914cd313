namespace SswpNas.MLNet.Data;

/// <summary>The rows of a table whose images can be used.</summary>
/// <param name="Paths">As the table has them.</param>
/// <param name="Labels">Class numbers from 0; <see cref="LabelColumn.Missing"/> for none.</param>
/// <param name="ClassNames">Names by class number.</param>
internal sealed record ImageTable(string[] Paths, int[] Labels, string[] ClassNames)
{
    private const long MostBytes = 256 << 20;
    private const int MostListed = 20;

    /// <summary>Reads a table and looks at its images.</summary>
    /// <exception cref="InvalidDataException">Something cannot be used; the message names lines and columns.</exception>
    public static ImageTable Read(string file, ImageTableOptions options, RunLog log)
    {
        string full = Path.GetFullPath(file);
        using MemoryStream content = new(RegularFile.Bytes(full, MostBytes));
        using StreamReader reader = new(content);
        (TableRow[] rows, int path, int label, string description) = TableText.Read(full, reader.ReadToEnd());
        log.Info($"The table '{full}' has {rows.Length} rows, {description}.");
        string folder = Path.GetDirectoryName(full)!;
        List<string> problems = [.. rows.Where(row => row.Fields[path].Length == 0).Select(row => $"line {row.Line}: {TableText.PathColumn} is empty")];
        rows = [.. rows.Where(row => row.Fields[path].Length > 0)];
        string[] files = [.. rows.Select(row => Path.Combine(folder, row.Fields[path]))];
        CheckedImage[] images = CheckedImages.Of(files, folder: null, options.Limits, log);
        for (int i = 0; i < rows.Length; i++)
        {
            if (images[i].Problem is not string reason) continue;
            options.OnProblem?.Invoke(new ImageProblem(files[i], reason));
            if (options.SkipDamaged) log.Warn($"Left out: line {rows[i].Line}, '{rows[i].Fields[path]}' {reason}.");
            else problems.Add($"line {rows[i].Line}: '{rows[i].Fields[path]}' {reason}");
        }

        string[] labels = [.. rows.Select(row => row.Fields[label])];
        string[] classes = options.ClassNames is IReadOnlyList<string> names
            ? [.. names]
            : [.. labels.Where(text => text.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        problems.AddRange(rows.Where(row => row.Fields[label].Length > 0 && !classes.Contains(row.Fields[label]))
            .Select(row => $"line {row.Line}: the label '{row.Fields[label]}' is none of ClassNames ({string.Join(", ", classes)})"));
        if (problems.Count > 0) throw Report(full, problems);
        int[] usable = [.. Enumerable.Range(0, rows.Length).Where(i => images[i].Problem is null)];
        if (classes.Length == 0) classes = [""]; // a key has at least one value
        if (usable.Length == 0) throw new InvalidDataException($"The table '{full}' has no rows with an image that can be used; at least one was expected.");
        ImageTable table = new(
            [.. usable.Select(i => rows[i].Fields[path])], [.. usable.Select(i => labels[i].Length == 0 ? LabelColumn.Missing : Array.IndexOf(classes, labels[i]))], classes);
        CheckedImages.Tell(table.Paths, table.Labels, classes, [.. usable.Select(i => images[i])], log);
        return table;
    }

    private static InvalidDataException Report(string file, List<string> problems)
    {
        string count = problems.Count == 1 ? "1 problem" : $"{problems.Count} problems";
        string listed = problems.Count > MostListed ? $"; the first {MostListed}" : "";
        return new InvalidDataException(
            $"The table '{file}' has {count}{listed}:{Environment.NewLine}  "
            + string.Join($"{Environment.NewLine}  ", problems.Take(MostListed)));
    }
}
