namespace SswpNas.MLNet.Onnx.Scoring;

/// <summary>A column that the network gives.</summary>
internal sealed record ScoredColumn(string Name, string Output, int Size, bool IsKey);

/// <summary>
/// Scores many rows at a time, as <see cref="StockChain"/> scores them one by one: the same model, the same columns.
/// </summary>
internal sealed class BatchedScorer : IDisposable
{
    private const int MostRows = 64;
    private const int MostInputBytes = 1 << 24;

    private readonly IReadOnlyList<ScoredColumn> _columns;
    private readonly bool _isInterleaved;

    public BatchedScorer(ExportedModel model, string predictedLabel, int? threads, int? gpu)
    {
        Session = new ScoringSession(model.Stock, threads ?? Environment.ProcessorCount, gpu);
        (Input, Shape) = (model.Input, model.InputShape);
        _isInterleaved = model.IsInterleaved;
        _columns = [.. Columns(model, predictedLabel)];
    }

    public ScoringSession Session { get; }

    /// <summary>The pixel column.</summary>
    public string Input { get; }

    /// <summary>The dimensions of an image.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Numbers of an image.</summary>
    public int ImageSize => Shape.Aggregate((a, b) => a * b);

    /// <summary>Rows of a batch: fewer where images are large.</summary>
    public int BatchRows => Math.Clamp(MostInputBytes / sizeof(float) / ImageSize, 1, MostRows);

    /// <summary>The input's columns, then those of the network as the stock chain describes them.</summary>
    public DataViewSchema Schema(DataViewSchema input, DataViewSchema stock)
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumns(input);
        foreach (DataViewSchema.Column column in _columns.Select(c => stock[c.Name]).OrderBy(c => c.Index))
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        return builder.ToSchema();
    }

    /// <summary>
    /// Refuses pixels in the other order, which have as many numbers and would be scored as noise. A vector of one dimension does not
    /// say its order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The column's dimensions are those of the other layout.</exception>
    public void CheckLayout(DataViewSchema input)
    {
        if (input.GetColumnOrNull(Input)?.Type is not VectorDataViewType { Dimensions.Length: 3 } type) return;
        if (PixelColumn.Layout([.. type.Dimensions]) is not (ImageShape { Channels: > 1 }, bool isInterleaved) || isInterleaved == _isInterleaved)
            return;
        throw new ArgumentOutOfRangeException(
            null,
            $"The pixel column '{Input}' holds {type}; expected: {string.Join(" x ", Shape)} ({(_isInterleaved ? "interleaved" : "planar")}), "
            + "the order of the numbers that the network was made for. Set interleavePixelColors of ExtractPixels as it was then.");
    }

    /// <summary>What the network gives in a column of that name.</summary>
    public ScoredColumn Column(string name) => _columns.Single(c => c.Name == name);

    public void Dispose() => Session.Dispose();

    private static IEnumerable<ScoredColumn> Columns(ExportedModel model, string predictedLabel)
    {
        if (model.Features is not null)
            yield return new ScoredColumn(model.Features, model.Features, model.FeatureCount, IsKey: false);
        if (model.ClassNames is null) yield break;
        yield return new ScoredColumn(model.Score, model.Score, model.ClassNames.Count, IsKey: false);
        yield return new ScoredColumn(predictedLabel, StockChain.Index, 1, IsKey: true);
    }
}
