namespace ScoreImages;

/// <summary>A CSV file (RFC 4180) that appears under its name when it is complete.</summary>
internal sealed class CsvFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly StreamWriter _writer;

    public CsvFile(string path)
    {
        _path = path;
        _temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        _writer = new StreamWriter(_temporary) { NewLine = "\r\n" };
    }

    public void Write(IEnumerable<string> fields) => _writer.WriteLine(string.Join(',', fields.Select(Quoted)));

    public void Complete()
    {
        _writer.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        _writer.Dispose();
        File.Delete(_temporary);
    }

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
