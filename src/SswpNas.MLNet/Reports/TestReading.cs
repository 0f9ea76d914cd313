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
        List<ReportAnswer> answers = ReadAnswers();
        if (answers.Count == 0)
        {
            throw new InvalidDataException(
                $"No row has a label in the column '{_options.LabelColumnName}'; a report on a test needs labelled images.");
        }

        int classes = _labels.ClassNames.Length;
        int[][] counts = [.. Enumerable.Range(0, classes).Select(_ => new int[classes])];
        ReportAnswer[] said = [.. answers.Where(a => a.IsSaid)];
        foreach (ReportAnswer answer in said) counts[answer.Label][answer.Predicted]++;
        ReportAnswer[] mistakes = [.. said.Where(a => !a.IsRight)
            .OrderByDescending(a => a.Probability).ThenBy(a => a.Number).Take(_options.Mistakes)];
        ReportAnswer[] doubtful = [.. said.OrderBy(a => a.Probability - a.SecondProbability).ThenBy(a => a.Number).Take(_options.Doubtful)];
        ReportAnswer[] points = Evenly(answers, _options.Points);
        ShownRows shown = ReadShown(points, [.. mistakes, .. doubtful]);
        Pictures? pictures = shown.Pixels is null ? null : new Pictures(shown.Pixels.Value, shown.Images, _options.ModelPath);
        return new ReportTest(_labels.ClassNames, counts)
        {
            Points = [.. Places(points, shown.Features)],
            Neighbours = Neighbours(points, shown, pictures),
            Mistakes = pictures?.Of(mistakes) ?? [],
            Doubtful = pictures?.Of(doubtful) ?? [],
            Reliability = Reliability.Of(said.Select(a => (a.Probability, a.IsRight))),
            Missing = _missing,
        };
    }

    private List<ReportAnswer> ReadAnswers()
    {
        List<ReportAnswer> answers = [];
        using DataViewRowCursor cursor = _scored.GetRowCursor([_labels.Column, _predictions.Column, _scores]);
        ValueGetter<int> label = _labels.Getter(cursor), predicted = _predictions.Getter(cursor);
        Func<float[]> scores = SchemaColumns.Vector(cursor, _scores);
        int truth = 0, said = 0;
        for (long number = 0; cursor.MoveNext(); number++)
        {
            label(ref truth);
            if (truth == LabelColumn.Missing) continue;
            predicted(ref said);
            answers.Add(Answer(number, truth, said, scores()));
        }

        return answers;
    }

    private static ReportAnswer Answer(long number, int truth, int said, float[] scores)
    {
        float probability = said >= 0 && said < scores.Length ? scores[said] : 0;
        int second = Enumerable.Range(0, scores.Length).Where(k => k != said).DefaultIfEmpty(LabelColumn.Missing)
            .MaxBy(k => k < 0 ? 0 : scores[k]);
        return new ReportAnswer(number, truth, said, probability, second, second < 0 ? 0 : scores[second]);
    }

    private ShownRows ReadShown(ReportAnswer[] points, ReportAnswer[] pictures)
    {
        DataViewSchema.Column? features = Optional(_options.FeatureColumnName, "the images in two dimensions are");
        DataViewSchema.Column? pixels = Optional(_options.PixelColumnName, "pictures of the mistakes are");
        HashSet<long> featureRows = features is null ? [] : [.. points.Select(p => p.Number)];
        HashSet<long> pixelRows = pixels is null ? [] : [.. pictures.Select(p => p.Number)];
        HashSet<long> smallRows = pixels is null || points.Length > Pictures.MostSmall ? [] : featureRows;
        ShownRows shown = new(pixels is null ? null : PixelColumn.Of(_scored.Schema, _options.PixelColumnName!));
        long last = featureRows.Concat(pixelRows).DefaultIfEmpty(-1).Max();
        if (last < 0) return shown;
        DataViewSchema.Column[] needed = [.. new[] { features, pixels }.Where(c => c is not null).Select(c => c!.Value)];
        using DataViewRowCursor cursor = _scored.GetRowCursor(needed);
        Func<float[]>? feature = features is null ? null : SchemaColumns.Vector(cursor, features.Value);
        Func<float[]>? pixel = pixels is null ? null : SchemaColumns.Vector(cursor, pixels.Value);
        for (long number = 0; number <= last && cursor.MoveNext(); number++)
        {
            if (featureRows.Contains(number)) shown.Features[number] = feature!();
            bool isShown = pixelRows.Contains(number), isSmall = smallRows.Contains(number);
            if (!isShown && !isSmall) continue;
            float[] image = pixel!();
            if (isShown) shown.Images[number] = image;
            if (isSmall) shown.Small[number] = Pictures.Reduce(shown.Pixels!.Value, image);
        }

        return shown;
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

        return SchemaColumns.Floats(column.Value);
    }

    /// <summary>The features' first two principal components.</summary>
    private IEnumerable<ReportPoint> Places(ReportAnswer[] rows, Dictionary<long, float[]> features)
    {
        if (features.Count < 3) return [];
        int length = features.Values.First().Length;
        if (length < 2) return [];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        IDataView data = _ml.Data.LoadFromEnumerable(rows.Select(r => new Row { Features = features[r.Number] }), schema);
        var components = _ml.Transforms.ProjectToPrincipalComponents(
            nameof(PlaceRow.Place), nameof(Row.Features), rank: 2, overSampling: Math.Min(20, length - 2), seed: _options.Seed);
        IDataView placed = components.Fit(data).Transform(data);
        return _ml.Data.CreateEnumerable<PlaceRow>(placed, reuseRowObject: false, ignoreMissingColumns: false)
            .Zip(rows, (place, row) => new ReportPoint(place.Place[0], place.Place[1], row.Label, row.Predicted));
    }

    private static ReportNeighbours? Neighbours(ReportAnswer[] points, ShownRows shown, Pictures? pictures)
    {
        if (pictures is null || shown.Small.Count < 3 || shown.Features.Count != shown.Small.Count) return null;
        (byte[] jpeg, int columns, int rows) = pictures.Sheet([.. points.Select(p => shown.Small[p.Number])]);
        return new ReportNeighbours(jpeg, columns, rows, Nearest.Of([.. points.Select(p => shown.Features[p.Number])]));
    }

    private static ReportAnswer[] Evenly(List<ReportAnswer> rows, int most) => rows.Count <= most
        ? [.. rows]
        : [.. Enumerable.Range(0, most).Select(i => rows[(int)((long)i * rows.Count / most)])];

    /// <summary>What was read of the rows that are shown, by their numbers.</summary>
    private sealed record ShownRows(PixelColumn? Pixels)
    {
        public Dictionary<long, float[]> Features { get; } = [];

        public Dictionary<long, float[]> Images { get; } = [];

        public Dictionary<long, float[]> Small { get; } = [];
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
    }

    private sealed class PlaceRow
    {
        public float[] Place { get; set; } = [];
    }
}
