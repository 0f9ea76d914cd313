using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>One measured figure.</summary>
internal sealed record Measured(string Name, string Unit, Quartiles Quartiles)
{
    /// <summary>For example "search_step.8x5x32.speedup 3.4 x (n=7, 3.3..3.6)".</summary>
    public override string ToString()
    {
        string value = $"{Name} {Text(Quartiles.Median)} {Unit}";
        return Quartiles.Count == 1 ? value : $"{value} (n={Quartiles.Count}, {Text(Quartiles.Lower)}..{Text(Quartiles.Upper)})";
    }

    private static string Text(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.ToString("G3", CultureInfo.InvariantCulture),
    };
}

/// <summary>Takes the figures as they are measured, says each in a line, and writes all as JSON in the end.</summary>
internal sealed class Report(TextWriter lines)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Measured> _figures = [];

    public IReadOnlyList<Measured> Figures => _figures;

    public void Add(string name, string unit, IEnumerable<double> values) => Add(name, unit, Quartiles.Of(values));

    public void Add(string name, string unit, double value) => Add(name, unit, new Quartiles(value, value, value, 1));

    public void Add(string name, string unit, Quartiles spread)
    {
        Measured figure = new(name, unit, spread);
        _figures.Add(figure);
        lines.WriteLine(figure);
    }

    /// <summary>A line that is no figure.</summary>
    public void Say(string line) => lines.WriteLine(line);

    /// <summary>Writes to a temporary name, then renames.</summary>
    public void WriteJson(string path, string command)
    {
        string text = JsonSerializer.Serialize(
            new
            {
                command,
                finished = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
                hardware = BenchmarkMachine.Hardware(),
                versions = BenchmarkMachine.Versions(),
                figures = _figures.Select(f => new
                {
                    name = f.Name,
                    value = f.Quartiles.Median,
                    unit = f.Unit,
                    n = f.Quartiles.Count,
                    q1 = f.Quartiles.Lower,
                    q3 = f.Quartiles.Upper,
                }),
            },
            _json);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(temporary, text + "\n");
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
