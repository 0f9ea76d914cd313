using System.Globalization;
using Microsoft.ML;

namespace Ablations;

/// <summary>Runs a table row by row, seed by seed, and writes down each as it ends.</summary>
internal sealed class TableRun
{
    private readonly AblationOptions _options;
    private readonly IDisplay _display;
    private readonly CancellationToken _cancel;
    private readonly Scale _scale;
    private readonly PaperTable _table;
    private readonly Images _images;
    private readonly TableFolder _folder;
    private readonly Workbench _bench;

    /// <summary>Loads the images and opens the folders: what could stop the run is found before the long work.</summary>
    public TableRun(AblationOptions options, IDisplay display, CancellationToken cancel)
    {
        (_options, _display, _cancel) = (options, display, cancel);
        _scale = Scale.Of(options);
        _table = PaperTables.Of(options.Table, _scale);
        MLContext ml = new(seed: 1);
        display.Say("Reading images ...");
        _images = Images.Load(ml, options, _scale);
        _folder = TableFolder.Open(options.Output, Plan());
        _bench = new Workbench(ml, _images, options, new SharedFolder(options.Cache), display, cancel);
    }

    /// <summary>Says what a table takes.</summary>
    public static void Estimate(AblationOptions options, IDisplay display, CancellationToken cancel)
    {
        Scale scale = Scale.Of(options);
        MLContext ml = new(seed: 1);
        display.Say("Reading images and measuring steps ...");
        Images images = Images.Load(ml, options, scale);
        PaperTable table = PaperTables.Of(options.Table, scale);
        foreach (string line in Cost.Of(ml, images, scale, table, options, cancel)) display.Say(line);
    }

    public TableResult Run()
    {
        List<string> failures = [];
        int all = _table.Rows.Count * _options.Seeds, done = 0;
        for (int seed = 1; seed <= _options.Seeds; seed++)
        {
            foreach (Row row in _table.Rows)
            {
                string words = $"{row.Name}, seed {seed.ToString(CultureInfo.InvariantCulture)}";
                _display.Begin(words, done++, all);
                if (_folder.Row(row.Name, seed) is not null) continue;
                RunRow(row, seed, words, failures);
                Write(failures);
            }
        }

        return Write(failures);
    }

    private void RunRow(Row row, int seed, string words, List<string> failures)
    {
        _cancel.ThrowIfCancellationRequested();
        try
        {
            Measured measured = row.Recipe.Measure(_bench, seed);
            _folder.Write(new RowRecord(row.Name, seed, measured.Value, measured.Seconds, measured.Outcomes));
            _display.Say(string.Create(
                CultureInfo.InvariantCulture, $"{words}: {measured.Value:F2} in {measured.Seconds:F0} s"));
        }
        catch (InvalidOperationException problem)
        {
            // A loss that is no number any more; the other rows are not concerned.
            failures.Add($"{words}: {problem.Message}");
            _display.Say($"{words} failed: {problem.Message}");
        }
    }

    private TableResult Write(IReadOnlyList<string> failures)
    {
        TableResult result = TableResult.Of(_table, _options, _images, Plan(), _folder, failures);
        _folder.WriteText("table.md", result.ToMarkdown());
        _folder.WriteText("table.json", result.ToJson());
        return result;
    }

    /// <summary>What makes two tables the same; more seeds may be added.</summary>
    private SortedDictionary<string, string> Plan()
    {
        SortedDictionary<string, string> plan = new(StringComparer.Ordinal)
        {
            ["table"] = _table.Name,
            ["scale"] = _scale.Name,
        };
        foreach ((string name, string text) in _images.Facts) plan[name] = text;
        foreach ((string name, string text) in _table.Base.Options) plan[name] = text;
        foreach (Row row in _table.Rows)
            plan[$"row {row.Name}"] = OptionNames.Changes(row.Recipe.Options, _table.Base.Options);
        return plan;
    }
}
