namespace SswpNas.MLNet.Labelling;

/// <summary>Reads scored data into candidates.</summary>
internal sealed class SuggestionReading
{
    // Probabilities of single precision may miss their range by so much.
    private const float Rounding = 1e-3f;

    private const int RowsToAReport = 250;

    private readonly IDataView _scored;
    private readonly LabelColumn _predictions;
    private readonly LabelColumn? _labels;
    private readonly DataViewSchema.Column _scores;
    private readonly DataViewSchema.Column? _features, _paths;
    private readonly PixelColumn? _pixels;
    private readonly IProgress<SuggestionProgress>? _progress;
    private readonly CancellationToken _cancel;

    public SuggestionReading(IDataView scored, SuggestionOptions options, RunLog log)
    {
        (_scored, _progress, _cancel) = (scored, options.Progress, options.CancellationToken);
        DataViewSchema schema = scored.Schema;
        _predictions = LabelColumn.Of(schema, options.PredictedLabelColumnName);
        _labels = Optional(options.LabelColumnName) is null ? null : LabelColumn.Of(schema, options.LabelColumnName!);
        _scores = SchemaColumns.Floats(SchemaColumns.Find(schema, options.ScoreColumnName, "scores"));
        _features = Optional(options.FeatureColumnName) is DataViewSchema.Column features ? SchemaColumns.Floats(features) : null;
        _pixels = Optional(options.PixelColumnName) is null ? null : PixelColumn.Of(schema, options.PixelColumnName!);
        _paths = Optional(options.ImagePathColumnName);
        if (_features is null)
            log.Warn($"There is no column '{options.FeatureColumnName}' of features: images are told apart by their probabilities.");
        if (_pixels is null && options.LeavesOutDuplicates)
            log.Warn($"There is no column '{options.PixelColumnName}' of pixels: no duplicates are found.");
        if (_paths is DataViewSchema.Column { Type: not TextDataViewType } other)
        {
            throw new ArgumentException(
                $"The column '{other.Name}' holds {other.Type}; the paths of the images, one text a row, were expected.");
        }

        DataViewSchema.Column? Optional(string? name) => name is null ? null : schema.GetColumnOrNull(name);
    }

    /// <summary>The classes in label order.</summary>
    public string[] ClassNames => _predictions.ClassNames;

    public List<ScoredImage> Read()
    {
        List<ScoredImage> all = [];
        List<DataViewSchema.Column> needed = [_scores];
        foreach (DataViewSchema.Column? column in new[] { _labels?.Column, _features, _pixels?.Column, _paths })
            if (column is not null) needed.Add(column.Value);
        using DataViewRowCursor cursor = _scored.GetRowCursor(needed);
        ValueGetter<int>? label = _labels?.Getter(cursor);
        Func<float[]> scores = SchemaColumns.Vector(cursor, _scores);
        Func<float[]>? features = _features is null ? null : SchemaColumns.Vector(cursor, _features.Value);
        Func<ImageContent>? content = _pixels is null ? null : Content(SchemaColumns.Vector(cursor, _pixels.Value.Column), _pixels.Value);
        ValueGetter<ReadOnlyMemory<char>>? path = _paths is null ? null : cursor.GetGetter<ReadOnlyMemory<char>>(_paths.Value);
        ReadOnlyMemory<char> text = default;
        int known = LabelColumn.Missing;
        var time = Stopwatch.StartNew();
        for (long row = 0; cursor.MoveNext(); row++)
        {
            _cancel.ThrowIfCancellationRequested();
            float[] probabilities = Probabilities(scores(), row);
            float[] description = features is null ? probabilities : Description(features(), all.Count == 0 ? null : all[0].Features.Length, row);
            path?.Invoke(ref text);
            label?.Invoke(ref known);
            all.Add(new ScoredImage(
                row, path is null ? null : text.ToString(), known != LabelColumn.Missing, probabilities, description, content?.Invoke()));
            if (all.Count % RowsToAReport == 0) Report(all.Count, time.Elapsed);
        }

        if (all.Count % RowsToAReport != 0) Report(all.Count, time.Elapsed);
        return all;
    }

    private void Report(int scored, TimeSpan elapsed)
    {
        if (_progress is null) return;
        long? rows = _scored.GetRowCount();
        _progress.Report(new SuggestionProgress(scored, rows, elapsed, rows is null ? null : elapsed * ((rows.Value - scored) / (double)scored)));
    }

    private float[] Probabilities(float[] scores, long row)
    {
        if (scores.Length == ClassNames.Length && Array.TrueForAll(scores, score => score is >= -Rounding and <= 1 + Rounding)) return scores;
        throw new InvalidDataException(
            FormattableString.Invariant(
                $"Row {row} (the first is 0) has {scores.Length} scores from {scores.DefaultIfEmpty(float.NaN).Min()} to {scores.DefaultIfEmpty(float.NaN).Max()}; a probability, 0 to 1, of each of {ClassNames.Length} classes was expected. Score the data with a model that this library fine-tuned, or another one that gives probabilities."));
    }

    private float[] Description(float[] features, int? length, long row)
    {
        if (features.Length == (length ?? features.Length) && Array.TrueForAll(features, float.IsFinite)) return features;
        throw new InvalidDataException(
            $"Row {row} (the first is 0) has {features.Length} features in '{_features!.Value.Name}', or one that is NaN or infinite; {length ?? features.Length} finite ones were expected, as many in every row. Name another column in SuggestionOptions.FeatureColumnName, or null for none.");
    }

    // Images are compared with one another, so each may be read on its own scale.
    private static Func<ImageContent> Content(Func<float[]> pixels, PixelColumn column) => () =>
    {
        float[] values = pixels();
        PixelSpan span = PixelSpan.Of(values);
        PixelRange range = PixelRange.Of(span) ?? new PixelRange(span.Min, Math.Max(span.Max, span.Min + 1));
        return ImageContent.Of(Rgba(new Quantiser(column, range).Quantise(values), column.Shape), column.Shape.Width, column.Shape.Height);
    };

    private static byte[] Rgba(byte[] pixels, ImageShape shape)
    {
        byte[] rgba = new byte[shape.Width * shape.Height * 4];
        for (int i = 0; i < shape.Width * shape.Height; i++)
        {
            for (int c = 0; c < 3; c++) rgba[(4 * i) + c] = pixels[(i * shape.Channels) + Math.Min(c, shape.Channels - 1)];
            rgba[(4 * i) + 3] = byte.MaxValue;
        }

        return rgba;
    }
}
