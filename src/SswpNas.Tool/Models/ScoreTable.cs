using ScoreImages;
using SswpNas.MLNet.Examples;

namespace SswpNasTool.Models;

/// <summary>The CSV file of scores: path, class (empty where none is named), probability, a score for each class, error.</summary>
internal sealed class ScoreTable : IDisposable
{
    private static readonly string[] _columns = ["path", "class", "probability"];

    private readonly CsvFile _csv;
    private readonly IReadOnlyList<string> _classNames;

    /// <exception cref="UsageException">There is a file of that name that is no such table.</exception>
    public ScoreTable(string path, IReadOnlyList<string> classNames)
    {
        EnsureCanReplace(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _classNames = classNames;
        _csv = new CsvFile(path);
        _csv.Write([.. _columns, .. classNames.Select(name => $"score.{name}"), "error"]);
    }

    /// <summary>Only a table of scores is replaced.</summary>
    /// <exception cref="UsageException">There is another file of that name.</exception>
    public static void EnsureCanReplace(string path)
    {
        bool isOther = Directory.Exists(path)
            || (File.Exists(path) && File.ReadLines(path).FirstOrDefault()?.StartsWith(string.Join(',', _columns), StringComparison.Ordinal) != true);
        if (isOther) throw new UsageException($"'{path}' is there and is no table of scores; a name that is free was expected. Choose another one with --output.");
    }

    public void Add(string path, string? className, IReadOnlyList<float> scores) =>
        _csv.Write([path, className ?? "", Text(scores.Max()), .. scores.Select(Text), ""]);

    public void AddProblem(string path, string problem) => _csv.Write([path, "", "", .. _classNames.Select(_ => ""), problem]);

    public void Complete() => _csv.Complete();

    public void Dispose() => _csv.Dispose();

    private static string Text(float score) => score.ToString("R", CultureInfo.InvariantCulture);
}
