namespace SswpNas.MLNet.Data.Loading;

/// <summary>Adds the image to single rows.</summary>
internal sealed class LoadedRowMapper(DataViewSchema input, DataViewSchema output, ImageLoader loader) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema => output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        HashSet<int> needed = [.. dependingColumns.Select(column => column.Index == input.Count ? input[loader.Input].Index : column.Index)];
        return input.Where(column => needed.Contains(column.Index));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        bool[] active = new bool[output.Count];
        foreach (DataViewSchema.Column column in activeColumns) active[column.Index] = true;
        return new LoadedRow(input, loader, output, active);
    }
}

internal sealed class LoadedRow(DataViewRow source, ImageLoader loader, DataViewSchema schema, bool[] active) : DataViewRow
{
    private bool _disposed;

    public override DataViewSchema Schema => schema;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Getter<TValue>(source, loader, column, active);

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    /// <summary>What reads a column: the last one is the image, the others are the source's.</summary>
    public static ValueGetter<TValue> Getter<TValue>(DataViewRow source, ImageLoader loader, DataViewSchema.Column column, bool[] active)
    {
        if (!active[column.Index]) throw new InvalidOperationException($"The column '{column.Name}' is not active: it was not asked for when the cursor was made.");
        if (column.Index < source.Schema.Count) return source.GetGetter<TValue>(source.Schema[column.Index]);
        return loader.Getter(source) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"The column '{column.Name}' holds images, no {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed) source.Dispose();
        _disposed = true;
        base.Dispose(disposing);
    }
}
