namespace SswpNas.MLNet.Search;

/// <summary>
/// How the fine-tune estimator finds the search before it in a chain: the column of features carries the live search
/// result as an annotation. ML.NET hands annotations down through caches, shuffles, filters and splits; nothing is
/// copied or written.
/// </summary>
internal static class SearchResultAnnotation
{
    private const string Kind = "SswpNas.SearchResult";

    /// <summary>The same schema with the result on the last column of that name.</summary>
    public static DataViewSchema Attach(DataViewSchema schema, string column, object result)
    {
        DataViewSchema.Builder builder = new();
        int target = schema[column].Index;
        foreach (DataViewSchema.Column c in schema)
            builder.AddColumn(c.Name, c.Type, c.Index == target ? With(c.Annotations, result) : c.Annotations);
        return builder.ToSchema();
    }

    /// <summary>The same data with the result on the last column of that name.</summary>
    public static IDataView Attach(IDataView data, string column, object result) =>
        new DataViewOver(data, Attach(data.Schema, column, result));

    /// <summary>The result that was attached last, in hidden columns too.</summary>
    public static bool TryFind<T>(DataViewSchema schema, [NotNullWhen(true)] out T? result)
        where T : class
    {
        for (int i = schema.Count - 1; i >= 0; i--)
        {
            DataViewSchema.Annotations annotations = schema[i].Annotations;
            if (annotations.Schema.GetColumnOrNull(Kind)?.Type is not LiveObjectType) continue;
            LiveObject live = default;
            annotations.GetValue(Kind, ref live);
            result = live.Value as T;
            if (result is not null) return true;
        }

        result = null;
        return false;
    }

    private static DataViewSchema.Annotations With(DataViewSchema.Annotations annotations, object result)
    {
        DataViewSchema.Annotations.Builder builder = new();
        builder.Add(annotations, kind => kind != Kind);
        builder.Add(Kind, LiveObjectType.Instance, (ref LiveObject value) => value = new LiveObject(result));
        return builder.ToAnnotations();
    }

    private readonly record struct LiveObject(object? Value);

    private sealed class LiveObjectType() : StructuredDataViewType(typeof(LiveObject))
    {
        public static LiveObjectType Instance { get; } = new();

        public override bool Equals(DataViewType? other) => other is LiveObjectType;

        public override bool Equals(object? obj) => obj is LiveObjectType;

        public override int GetHashCode() => Kind.GetHashCode(StringComparison.Ordinal);

        public override string ToString() => "SearchResult";
    }
}
