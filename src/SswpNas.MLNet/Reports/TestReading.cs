namespace SswpNas.MLNet.Reports;

/// <summary>Reads a scored data view for a report: first what all rows came to, then the rows that are shown.</summary>
internal sealed class TestReading
{
    private readonly MLContext _ml;
    private readonly IDataView _scored;
    private readonly ReportTestOptions _options;
    private readonly LabelColumn _labels;
    private readonly LabelColumn _predictions;
    private readonly DataViewSchema.Column _scores;
    private readonly List<string> _missing = [];

    public TestReading(MLContext ml, IDataView scored, ReportTestOptions options)
    {
        (_ml, _scored, _options) = (ml, scored, options);
        _labels = LabelColumn.Of(scored.Schema, options.LabelColumnName);
        _predictions = LabelColumn.Of(scored.Schema, options.PredictedLabelColumnName);
        if (!_labels.ClassNames.SequenceEqual(_predictions.ClassNames))
        {
            throw new ArgumentException(
                $"The column '{options.PredictedLabelColumnName}' has the classes {string.Join(", ", _predictions.ClassNames)}, "
                + $"'{options.LabelColumnName}' has {string.Join(", ", _labels.ClassNames)}; the same were expected. Score data "
                + "whose labels were made with the keys that the model was trained with.");
        }

        _scores = SchemaColumns.Find(scored.Schema, options.ScoreColumnName, "scores");
        if (_scores.Type is not VectorDataViewType type || type.ItemType != NumberDataViewType.Single)
        {
            throw new ArgumentException(
                $"The score column '{options.ScoreColumnName}' holds {_scores.Type}; expected: a vector of Single, a "
                + "probability for each class.");
        }
    }

    public ReportTest Read()
    {
        List<Row> rows = ReadRows();
        if (rows.Count == 0)
        {
            throw new InvalidDataException(
                $"No row has a label in the column '{_options.LabelColumnName}'; a report on a test needs labelled images.");
        }

        int classes = _labels.ClassNames.Length;
        int[][] counts = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        foreach (Row row in rows.Where(r => r.Predicted != LabelColumn.Missing)) counts[row.Label][row.Predicted]++;
        Row[] mistakes = [.. rows.Where(r => r.Predicted != LabelColumn.Missing && r.Predicted != r.Label)
            .OrderByDescending(r => r.Probability).ThenBy(r => r.Number).Take(_options.Mistakes)];
        Row[] points = Evenly(rows, _options.Points);
        (Dictionary<long, float[]> features, Dictionary<long, float[]> images) = ReadShown(points, mistakes);
        return new ReportTest(_labels.ClassNames, counts)
        {
            Points = [.. Places(points, features)],
            Mistakes = [.. Pictures(mistakes, images)],
            Missing = _missing,
        };
    }

    private List<Row> ReadRows()
    {
        List<Row> rows = [];
        using DataViewRowCursor cursor = _scored.GetRowCursor([_labels.Column, _predictions.Column, _scores]);
        ValueGetter<int> label = _labels.Getter(cursor), predicted = _predictions.Getter(cursor);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(_scores);
        VBuffer<float> scores = default;
        int truth = 0, said = 0;
        for (long number = 0; cursor.MoveNext(); number++)
        {
            label(ref truth);
            if (truth == LabelColumn.Missing) continue;
            predicted(ref said);
            score(ref scores);
            float probability = said >= 0 && said < scores.Length ? scores.GetItemOrDefault(said) : 0;
            rows.Add(new Row(number, truth, said, probability));
        }

        return rows;
    }

    private (Dictionary<long, float[]> Features, Dictionary<long, float[]> Images) ReadShown(Row[] points, Row[] mistakes)
    {
        DataViewSchema.Column? features = Optional(_options.FeatureColumnName, "the images in two dimensions are");
        DataViewSchema.Column? pixels = Optional(_options.PixelColumnName, "pictures of the mistakes are");
        Dictionary<long, float[]> places = [], images = [];
        HashSet<long> featureRows = features is null ? [] : [.. points.Select(r => r.Number)];
        HashSet<long> pixelRows = pixels is null ? [] : [.. mistakes.Select(r => r.Number)];
        long last = featureRows.Concat(pixelRows).DefaultIfEmpty(-1).Max();
        if (last < 0) return (places, images);
        DataViewSchema.Column[] needed = [.. new[] { features, pixels }.Where(c => c is not null).Select(c => c!.Value)];
        using DataViewRowCursor cursor = _scored.GetRowCursor(needed);
        ValueGetter<VBuffer<float>>? feature = features is null ? null : cursor.GetGetter<VBuffer<float>>(features.Value);
        ValueGetter<VBuffer<float>>? pixel = pixels is null ? null : cursor.GetGetter<VBuffer<float>>(pixels.Value);
        VBuffer<float> values = default;
        for (long number = 0; number <= last && cursor.MoveNext(); number++)
        {
            if (featureRows.Contains(number)) places[number] = Values(feature!);
            if (pixelRows.Contains(number)) images[number] = Values(pixel!);
        }

        return (places, images);

        float[] Values(ValueGetter<VBuffer<float>> getter)
        {
            getter(ref values);
            return [.. values.DenseValues()];
        }
    }

    private DataViewSchema.Column? Optional(string? name, string what)
    {
        if (name is null) return null;
        DataViewSchema.Column? column = _scored.Schema.GetColumnOrNull(name);
        if (column is null)
        {
            _missing.Add($"The scored data have no column '{name}', so {what} left out.");
            return null;
        }

        return column.Value.Type is VectorDataViewType type && type.ItemType == NumberDataViewType.Single
            ? column
            : throw new ArgumentException($"The column '{name}' holds {column.Value.Type}; expected: a vector of Single.");
    }

    /// <summary>The features' first two principal components.</summary>
    private IEnumerable<ReportPoint> Places(Row[] rows, Dictionary<long, float[]> features)
    {
        if (features.Count < 3) return [];
        int length = features.Values.First().Length;
        if (length < 2) return [];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[nameof(FeatureRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        IDataView data = _ml.Data.LoadFromEnumerable(rows.Select(r => new FeatureRow { Features = features[r.Number] }), schema);
        var components = _ml.Transforms.ProjectToPrincipalComponents(
            nameof(PlaceRow.Place), nameof(FeatureRow.Features), rank: 2, overSampling: Math.Min(20, length - 2), seed: _options.Seed);
        IDataView placed = components.Fit(data).Transform(data);
        return _ml.Data.CreateEnumerable<PlaceRow>(placed, reuseRowObject: false, ignoreMissingColumns: false)
            .Zip(rows, (place, row) => new ReportPoint(place.Place[0], place.Place[1], row.Label, row.Predicted));
    }

    private IEnumerable<ReportMistake> Pictures(Row[] mistakes, Dictionary<long, float[]> images)
    {
        if (images.Count == 0) return [];
        PixelColumn pixels = PixelColumn.Of(_scored.Schema, _options.PixelColumnName!);
        PixelSpan span = PixelSpan.Empty;
        foreach (Row row in mistakes) span = span.With(PixelSpan.Of(images[row.Number]), row.Number);
        Quantiser quantiser = new(pixels, PixelRange.Of(span) ?? new PixelRange(span.Min, span.Max));
        return mistakes.Select(row => new ReportMistake(
            row.Label, row.Predicted, row.Probability, Png.Of(pixels.Shape, quantiser.Quantise(images[row.Number])), pixels.Shape.Width));
    }

    private static Row[] Evenly(List<Row> rows, int most) => rows.Count <= most
        ? [.. rows]
        : [.. Enumerable.Range(0, most).Select(i => rows[(int)((long)i * rows.Count / most)])];

    private readonly record struct Row(long Number, int Label, int Predicted, float Probability);

    private sealed class FeatureRow
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class PlaceRow
    {
        public float[] Place { get; set; } = [];
    }
}
