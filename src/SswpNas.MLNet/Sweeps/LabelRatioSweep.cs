using SswpNas.MLNet.Sweeps;

namespace SswpNas.MLNet;

/// <summary>
/// A label-ratio sweep (section 4.4, Fig. 5) in parts: its cells can be run one at a time, here or in several processes that
/// share <see cref="SweepOptions.Folder"/>, and put together at the end.
/// <see cref="SswpNasCatalog.SweepLabelRatios"/> does all of it in one call.
/// </summary>
public sealed class LabelRatioSweep
{
    private readonly MLContext _ml;
    private readonly SweepOptions _options;
    private readonly SweepCellRun _runner;
    private readonly SweepFolder? _folder;
    private readonly SweepRecord?[] _records; // all that are done, so that their files are read once
    private readonly HashSet<int> _tried = [];

    internal LabelRatioSweep(
        MLContext ml, SweepOptions options, SweepData data, SearchResult search, PretrainResult? pretraining, string label,
        string pixels)
    {
        (_ml, _options) = (ml, options);
        Cells = SweepPlan.Of(options);
        SweepLabels.Ensure(options, data.Rows.Labels, data.ClassNames, label);
        OverlappingTestImages = data.Overlap;
        _runner = new SweepCellRun(ml, data, options, search, pretraining, label, pixels);
        _records = new SweepRecord?[Cells.Count];
        if (options.Folder is null) return;
        _folder = SweepFolder.Open(options.Folder, SweepIdentity.Of(options, search, pretraining, data));
    }

    /// <summary>All cells in the order in which they are run: seed by seed, the fewest labels first.</summary>
    public IReadOnlyList<SweepCell> Cells { get; }

    /// <summary>
    /// How many test images are identical to a training image; above 0 the sweep's accuracies are too optimistic, and the
    /// log says so.
    /// </summary>
    public int OverlappingTestImages { get; }

    /// <summary>The outcome of a cell.</summary>
    /// <param name="number">0 to the number of cells - 1.</param>
    /// <returns>The record, or null if the cell has not ended, or its file is damaged and it has to be run again.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    public SweepRecord? Record(int number)
    {
        SweepCell cell = Cell(number);
        if (_folder is null || _records[number] is { IsDone: true }) return _records[number];
        return _records[number] = _folder.Read(cell, path =>
        {
            using RunLog log = new(_ml, nameof(LabelRatioSweep), "Sweep");
            log.Warn($"'{path}' is damaged; cell {number} counts as not done.");
        });
    }

    /// <summary>Runs one cell, unless it is done or another process has it.</summary>
    /// <param name="number">0 to the number of cells - 1.</param>
    /// <returns>Its record; null if another process has it just now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cell.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public SweepRecord? RunCell(int number)
    {
        SweepCell cell = Cell(number);
        if (Ended(number) is SweepRecord before) return before;
        using SweepClaim? claim = _folder?.TryTake(number);
        if (_folder is not null && claim is null) return null;
        if (Ended(number) is SweepRecord meanwhile) return meanwhile;
        SweepRecord record = Try(cell);
        _records[number] = record;
        _tried.Add(number);
        if (claim is not null) _folder!.Write(claim, record);
        return record;
    }

    /// <summary>Runs all cells that are left, but those that other processes have just now.</summary>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; what is done stays done.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Run()
    {
        Stopwatch watch = Stopwatch.StartNew();
        int ran = 0;
        foreach (SweepCell cell in Cells)
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            if (Ended(cell.Number) is not null || RunCell(cell.Number) is not SweepRecord record) continue;
            ran++;
            Log(Line(record));
            int done = Cells.Count(c => Ended(c.Number) is not null);
            _options.Progress?.Report(new SweepProgress(
                done, Cells.Count, record, watch.Elapsed, watch.Elapsed * ((double)(Cells.Count - done) / ran)));
        }
    }

    /// <summary>Puts the cells together.</summary>
    /// <param name="partial">Whether cells may be missing.</param>
    /// <returns>Records, means and gains.</returns>
    /// <exception cref="InvalidOperationException">Cells are missing, and <paramref name="partial"/> is false.</exception>
    public SweepResult Merge(bool partial = false)
    {
        SweepRecord?[] records = [.. Cells.Select(c => Record(c.Number))];
        int[] missing = [.. Cells.Where(c => records[c.Number] is null).Select(c => c.Number)];
        if (missing.Length > 0 && !partial)
        {
            throw new InvalidOperationException(
                $"{missing.Length} of {Cells.Count} cells are missing: {string.Join(", ", missing.Take(20))}"
                + $"{(missing.Length > 20 ? ", ..." : "")}. Run them, or merge what there is with partial: true.");
        }

        return new SweepResult([.. records.OfType<SweepRecord>()], missing);
    }

    private SweepCell Cell(int number)
    {
        if (number >= 0 && number < Cells.Count) return Cells[number];
        throw new ArgumentOutOfRangeException(
            nameof(number), number, $"The sweep has cells 0 to {Cells.Count - 1}; one of them was expected.");
    }

    private SweepRecord? Ended(int number) =>
        Record(number) is SweepRecord record && (record.IsDone || !_options.RetryFailed || _tried.Contains(number))
            ? record
            : null;

    private SweepRecord Try(SweepCell cell)
    {
        Stopwatch watch = Stopwatch.StartNew();
        SweepRecord record;
        try
        {
            record = _runner.Run(cell);
        }
        catch (Exception problem) when (problem is not OperationCanceledException and not OutOfMemoryException)
        {
            record = SweepRecord.Of(cell) with { Status = nameof(SweepStatus.Failed), Error = problem.Message };
        }

        return record with { Seconds = watch.Elapsed.TotalSeconds };
    }

    private void Log(string line)
    {
        using RunLog log = new(_ml, nameof(LabelRatioSweep), "Sweep");
        log.Info(line);
    }

    private static string Line(SweepRecord record) =>
        $"Cell {record.Cell} ({record.Initialization}, {record.Labels} labels, seed {record.Seed}): " + (record.IsDone
            ? FormattableString.Invariant($"{record.AccuracyMicro:P1}, {record.Seconds:F1} s.")
            : $"failed: {record.Error}");
}
