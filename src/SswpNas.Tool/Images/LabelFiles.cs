using SswpNas.MLNet.Data;
using SswpNas.MLNet.Examples;

namespace SswpNasTool.Images;

/// <summary>Tables of labels for images that are there already.</summary>
internal static class LabelFiles
{
    private const int MostListed = 20;

    /// <summary>
    /// Gives images the labels of the tables. A later line counts more than an earlier one and than the folder that an image is in;
    /// a line without a label changes nothing.
    /// </summary>
    /// <param name="set">The images.</param>
    /// <param name="root">The folder that relative paths may start from, besides the table's own.</param>
    /// <param name="files">The tables: an image path and a label a line.</param>
    /// <param name="say">Told what was changed.</param>
    /// <exception cref="UsageException">There is no such table.</exception>
    /// <exception cref="InvalidDataException">A table is none, or names what is not among the images.</exception>
    public static ImageSet Merge(ImageSet set, string root, IReadOnlyList<string> files, Action<string> say)
    {
        Dictionary<string, int> rows = [];
        for (int i = 0; i < set.Paths.Length; i++) rows.TryAdd(set.Paths[i], i);
        Dictionary<string, string> names = [];
        foreach (string file in files)
        {
            int before = names.Count;
            Read(Path.GetFullPath(file), root, rows, names);
            say($"'{file}' gives labels to {names.Count - before} images.");
        }

        int other = names.Count(n => set.Labels[rows[n.Key]] is int label && label != ImageSet.Missing && set.ClassNames[label] != n.Value);
        if (other > 0) say($"{other} images have another label there than before; that of the label files is taken.");
        return set.With(names);
    }

    private static void Read(string file, string root, Dictionary<string, int> rows, Dictionary<string, string> names)
    {
        if (!File.Exists(file)) throw new UsageException($"There is no file of labels '{file}'; a CSV file with the columns ImagePath and Label was expected.");
        (TableRow[] lines, int path, int label, _) = TableText.Read(file, File.ReadAllText(file));
        List<string> unknown = [];
        foreach (TableRow line in lines.Where(line => line.Fields[label].Length > 0))
        {
            string[] candidates = [.. new[] { Path.GetDirectoryName(file)!, root }.Select(folder => Path.GetFullPath(Path.Combine(folder, line.Fields[path])))];
            if (candidates.FirstOrDefault(rows.ContainsKey) is string found) names[found] = line.Fields[label];
            else unknown.Add($"line {line.Line}: '{line.Fields[path]}'");
        }

        if (unknown.Count == 0) return;
        throw new InvalidDataException(
            $"The labels '{file}' name {unknown.Count} files that are not among the images of '{root}' that can be used: "
            + $"{string.Join(", ", unknown.Take(MostListed))}. Paths from that folder or from the table's were expected.");
    }
}
