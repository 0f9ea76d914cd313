using System.Text.Json;
using SswpNas.MLNet.Examples;

namespace Ablations;

/// <summary>What a row came to with one seed: a file of its own, so that a rerun skips it.</summary>
internal sealed record RowRecord(string Row, int Seed, double Value, double Seconds, IReadOnlyList<Outcome> Outcomes);

/// <summary>
/// The files of a table: plan.json, what it is about; in rows a file for each row and seed; the table at the end.
/// </summary>
internal sealed class TableFolder
{
    private const string Plan = "plan.json";

    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _root;

    private TableFolder(string root) => _root = root;

    /// <summary>Opens a folder, or makes it.</summary>
    /// <exception cref="UsageException">The folder is of another table: the message lists every difference.</exception>
    /// <exception cref="IOException">It cannot be written to.</exception>
    public static TableFolder Open(string folder, IReadOnlyDictionary<string, string> plan)
    {
        string root = Path.GetFullPath(folder);
        string path = Path.Combine(root, Plan);
        try
        {
            Directory.CreateDirectory(Path.Combine(root, "rows"));
            if (!File.Exists(path)) NewFile.WriteText(path, JsonSerializer.Serialize(plan, _json) + "\n");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The output folder '{root}' cannot be written to: {problem.Message} Choose another one with --output.",
                problem);
        }

        Compare(root, Read<Dictionary<string, string>>(path) ?? [], plan);
        return new TableFolder(root);
    }

    /// <summary>The row's record, or null where it is not done or its file is damaged.</summary>
    public RowRecord? Row(string row, int seed)
    {
        string path = PathOf(row, seed);
        if (!File.Exists(path)) return null;
        RowRecord? record = Read<RowRecord>(path);
        if (record is not null && record.Row == row && record.Seed == seed && double.IsFinite(record.Value)) return record;
        Console.Error.WriteLine($"'{path}' is damaged; the row is done anew.");
        return null;
    }

    public void Write(RowRecord record) =>
        NewFile.WriteText(PathOf(record.Row, record.Seed), JsonSerializer.Serialize(record, _json) + "\n");

    public void WriteText(string name, string text) => NewFile.WriteText(Path.Combine(_root, name), text);

    private string PathOf(string row, int seed)
    {
        string name = string.Concat(row.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'));
        return Path.Combine(_root, "rows", FormattableString.Invariant($"{name}.{seed}.json"));
    }

    private static T? Read<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), _json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Compare(
        string root, Dictionary<string, string> there, IReadOnlyDictionary<string, string> wanted)
    {
        string[] different = [.. there.Keys.Union(wanted.Keys).Order(StringComparer.Ordinal)
            .Where(name => there.GetValueOrDefault(name) != wanted.GetValueOrDefault(name))
            .Select(name => $"- {name}: {there.GetValueOrDefault(name, "nothing")} there, "
                + $"{wanted.GetValueOrDefault(name, "nothing")} here")];
        if (different.Length == 0) return;
        throw new UsageException(
            $"The output folder '{root}' holds another table; choose another one with --output, or go back to its settings. "
            + $"What differs:{Environment.NewLine}{string.Join(Environment.NewLine, different)}");
    }
}
