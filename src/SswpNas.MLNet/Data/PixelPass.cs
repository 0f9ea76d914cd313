namespace SswpNas.MLNet.Data;

/// <summary>The one reading of the data.</summary>
/// <remarks>
/// Where nobody states what stands for black and white, the images wait as floats until one does not fit 0 to 1, or until
/// they are many; then the range is fixed, and every later image is held to it.
/// </remarks>
internal sealed class PixelPass(PixelColumn pixels, LabelColumn? labels, PixelReading reading, PixelStoreWriter writer)
{
    // 64 MiB of floats.
    private const long MostWaiting = 1 << 24;

    private readonly List<int> _classes = [];
    private readonly List<long> _rows = [];
    private TeacherRows? _features;
    private readonly List<int> _truth = [];
    private readonly List<PixelRow> _waiting = [];
    private PixelSpan _span = PixelSpan.Empty;
    private (int Count, long First) _flattened;
    private SharedReading? _shared;

    // Written by the thread that takes the rows, read by those that make them.
    private volatile Quantiser? _quantiser =
        (reading.Stated ?? reading.Searched) is PixelRange range ? new Quantiser(pixels, range) : null;

    /// <summary>The column of a teacher's features; null for none.</summary>
    public TeacherColumn? Teacher { get; init; }

    /// <summary>The column of the true classes; null for none.</summary>
    public LabelColumn? Truth { get; init; }

    /// <summary>Whether rows without a label are taken too.</summary>
    public bool KeepsUnlabelled { get; init; }

    public LabelledPixels Run(IDataView data, CancellationToken cancellation)
    {
        List<DataViewSchema.Column> needed = [pixels.Column];
        if (labels is not null) needed.Add(labels.Column);
        if (Teacher is not null && Teacher.Column.Index != pixels.Column.Index) needed.Add(Teacher.Column);
        if (Truth is not null && Truth.Column.Index != labels!.Column.Index) needed.Add(Truth.Column);
        if (Teacher is not null) _features = new TeacherRows(Teacher, data.GetRowCount());
        long number = -1;
        using RunLog? log = reading.Context is MLContext ml ? new RunLog(ml, nameof(PixelReader), "Read", isQuiet: !reading.Ranks.IsFirst) : null;
        Pace pace = new("Read", data.GetRowCount());
        _shared = SharedReading.Of(data, reading.Ranks, pixels.Shape.Size, log);
        foreach (PixelRow row in _shared?.Complete(Rows(data, needed)) ?? Rows(data, needed))
        {
            cancellation.ThrowIfCancellationRequested();
            number++;
            if (pace.Line(number) is string line) log?.Info(line);
            if (IsTaken(row.Class)) Take(row, data, number);
        }

        Quantiser quantiser = _quantiser ?? Decide(PixelRange.ZeroToOne);
        Check(quantiser);
        PixelStore store = writer.ToStore(quantiser.Range);
        try
        {
            CheckDifferent(store);
            return new LabelledPixels(store, labels is null ? [] : [.. _classes], labels?.ClassNames ?? [], [.. _rows])
            {
                Teacher = _features?.ToFeatures(),
                Truth = Truth is null ? null : [.. _truth],
            };
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private bool IsTaken(int label) => labels is null || KeepsUnlabelled || label != LabelColumn.Missing;

    private IEnumerable<PixelRow> Rows(IDataView data, IEnumerable<DataViewSchema.Column> needed)
    {
        using IEnumerator<PixelRow> rows = OrderedRows.Read(data, needed, reading.Threads, Open).GetEnumerator();
        for (long number = 0; MoveNext(rows, data, number); number++) yield return rows.Current;
    }

    /// <summary>
    /// What a transformer before this throws does not say which row it was at: an image that has vanished, say.
    /// </summary>
    private static bool MoveNext(IEnumerator<PixelRow> rows, IDataView data, long number)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (Exception e) when (e is not (InvalidDataException or OperationCanceledException or OutOfMemoryException))
        {
            throw new InvalidDataException(
                $"Row {number} (the first is 0{RowTexts.Of(data, number)}) cannot be read: {e.Message} Have its source files changed since the data were listed?", e);
        }
    }

    /// <summary>What turns a cursor's current row into bytes, or into floats as long as the range is not known.</summary>
    private Func<PixelRow> Open(DataViewRowCursor cursor)
    {
        ValueGetter<VBuffer<float>> pixelGetter = cursor.GetGetter<VBuffer<float>>(pixels.Column);
        ValueGetter<int>? labelGetter = labels?.Getter(cursor);
        Func<float[]>? teacherGetter = Teacher?.Getter(cursor);
        ValueGetter<int>? truthGetter = Truth?.Getter(cursor);
        ValueGetter<DataViewRowId>? idGetter = _shared is null ? null : cursor.GetIdGetter();
        float[] scratch = new float[pixels.Shape.Size];
        VBuffer<float> values = default;
        return () =>
        {
            int label = LabelColumn.Missing;
            labelGetter?.Invoke(ref label);
            if (!IsTaken(label)) return new PixelRow(label) { Owner = SharedReading.All };
            int truth = LabelColumn.Missing;
            truthGetter?.Invoke(ref truth);
            int owner = OwnerOf(idGetter);
            PixelRow row = new(label) { Truth = truth, Owner = owner };
            if (_shared?.IsHere(owner) == false) return row;
            pixelGetter(ref values);
            if (values.Length != scratch.Length) return row with { Length = values.Length };
            if (!values.IsDense) values.CopyTo(scratch);
            ReadOnlySpan<float> dense = values.IsDense ? values.GetValues() : scratch;
            if (_shared is not null && owner == SharedReading.All) row = row with { Hash = SharedReading.HashOf(dense) };
            return WithPixels(row, dense) with { Features = teacherGetter?.Invoke() ?? [] };
        };
    }

    private int OwnerOf(ValueGetter<DataViewRowId>? idGetter)
    {
        if (idGetter is null) return SharedReading.All;
        DataViewRowId id = default;
        idGetter(ref id);
        return _shared!.OwnerOf(id);
    }

    private PixelRow WithPixels(PixelRow row, ReadOnlySpan<float> values)
    {
        row = row with { Length = values.Length, Span = PixelSpan.Of(values) };
        return _quantiser is Quantiser quantiser
            ? row with { Bytes = quantiser.Quantise(values), IsFlattened = quantiser.Flattens(values, row.Span) }
            : row with { Values = values.ToArray() };
    }

    private void Take(PixelRow row, IDataView data, long number)
    {
        if (row.Length != pixels.Shape.Size)
        {
            throw new InvalidDataException(
                $"Row {number} (the first is 0) has {row.Length} pixel values; expected: {pixels.Shape}.");
        }

        _span = _span.With(row.Span, number);
        _classes.Add(row.Class);
        _rows.Add(number);
        _features?.Add(row.Features!, number);
        if (Truth is not null) _truth.Add(row.Truth);
        if (_quantiser is null && !PixelRange.ZeroToOne.Holds(row.Span) && PixelRange.Of(_span) is PixelRange found) Decide(found);
        if (!(_quantiser?.Range ?? PixelRange.ZeroToOne).Holds(row.Span)) throw Outside(row.Span, data, number);
        if (_quantiser is not null)
        {
            Write(row, number);
            return;
        }

        _waiting.Add(row);
        if ((long)_waiting.Count * row.Length >= MostWaiting) Decide(PixelRange.ZeroToOne);
    }

    /// <summary>Fixes the range; the images that waited for it are the first ones.</summary>
    private Quantiser Decide(PixelRange range)
    {
        Quantiser quantiser = new(pixels, range);
        _quantiser = quantiser;
        PixelRow[] rows = new PixelRow[_waiting.Count];
        ParallelOptions threads = new() { MaxDegreeOfParallelism = reading.Threads };
        Parallel.For(0, rows.Length, threads, i => rows[i] = WithPixels(_waiting[i], _waiting[i].Values));
        for (int i = 0; i < rows.Length; i++) Write(rows[i], _rows[i]);
        _waiting.Clear();
        _waiting.TrimExcess();
        return quantiser;
    }

    private void Write(PixelRow row, long number)
    {
        if (row.Bytes is null) row = WithPixels(row, row.Values);
        if (row.IsFlattened) _flattened = (_flattened.Count + 1, _flattened.Count == 0 ? number : _flattened.First);
        writer.Add(row.Bytes!);
    }

    private Exception Outside(PixelSpan span, IDataView data, long number)
    {
        PixelRange range = _quantiser?.Range ?? PixelRange.ZeroTo255;
        string value = (range.Holds(span with { Min = span.Max }) ? span.Min : span.Max).ToString(CultureInfo.InvariantCulture);
        string row = $"{number} (the first is 0{RowTexts.Of(data, number)})";
        if (reading is { Stated: null, Searched: not null })
        {
            return new ArgumentException(
                $"Row {row} has a pixel of {value}; those of the search lie {range.Span}. Use the same ExtractPixels settings for "
                + "both.");
        }

        string expected = _quantiser is null ? "0 to 255, 0 to 1 or -1 to 1"
            : $"{range}, {(reading.Stated is null ? "as in the rows before" : "as PixelRange says")},";
        return new InvalidDataException(
            $"Row {row} has a pixel of {value}; {expected} was expected. Set PixelRange in the options to the numbers that stand for "
            + "black and white, or use ExtractPixels with its defaults.");
    }

    /// <summary>The images are in the search's units, and their levels are not rounded away.</summary>
    private void Check(Quantiser quantiser)
    {
        if (_rows.Count == 0) return;
        PixelRange range = quantiser.Range;
        if (reading is { Stated: null, Searched: not null } && range.IsUsual && PixelRange.Of(_span) is PixelRange found && found != range)
        {
            throw new ArgumentException(
                $"The pixels lie {found.Span}, those of the search {range.Span}. Use the same ExtractPixels settings for both, or set "
                + "PixelRange if they have the search's.");
        }

        if (_flattened.Count > 0 && quantiser.IsFlat(_span))
        {
            throw new InvalidDataException(
                $"The pixels lie {_span}; with {range} for black to white they would be rounded to less than "
                + $"{Quantiser.FewLevels} of 256 levels. Set PixelRange in the options to the numbers that stand for black and white, or "
                + "use ExtractPixels with its defaults.");
        }

        if (reading.Context is null) return;
        using RunLog log = new(reading.Context, nameof(PixelReader), "Read");
        log.Info($"The pixels lie {_span}; {range} is taken for black to white.");
        if (_flattened.Count == 0) return;
        log.Warn(
            $"{_flattened.Count} of {_rows.Count} images are rounded to less than {Quantiser.FewLevels} of 256 levels, the first in row "
            + $"{_flattened.First} (the first is 0). Are all images in the same units?");
    }

    private void CheckDifferent(PixelStore store)
    {
        if (store.Count < 2) return;
        for (int i = 1; i < store.Count; i++)
        {
            if (!store[i].SequenceEqual(store[0])) return;
        }

        throw new InvalidDataException(
            $"All {store.Count} images of the pixel column '{pixels.Column.Name}' are alike, with pixels {_span}; images that differ "
            + "were expected. Look at what comes before the column: shapes on a transparent ground, for example, are loaded as black.");
    }
}
