namespace SswpNas.MLNet.Data;

/// <summary>Looks columns up by name; what is missing is reported together with what there is.</summary>
internal static class SchemaColumns
{
    public static DataViewSchema.Column Find(DataViewSchema schema, string name, string role) =>
        schema.GetColumnOrNull(name)
        ?? throw Missing(name, role, schema.Where(c => !c.IsHidden).Select(c => c.Name));

    public static SchemaShape.Column Find(SchemaShape shape, string name, string role) =>
        shape.Cast<SchemaShape.Column?>().FirstOrDefault(c => c!.Value.Name == name)
        ?? throw Missing(name, role, shape.Select(c => c.Name));

    /// <summary>The column, which holds vectors of numbers.</summary>
    /// <exception cref="ArgumentException">It holds something else.</exception>
    public static DataViewSchema.Column Floats(DataViewSchema.Column column) =>
        column.Type is VectorDataViewType type && type.ItemType == NumberDataViewType.Single
            ? column
            : throw new ArgumentException($"The column '{column.Name}' holds {column.Type}; expected: a vector of Single.");

    /// <summary>Reads a row's vector of numbers, a new array each time.</summary>
    public static Func<float[]> Vector(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return () =>
        {
            getter(ref values);
            return [.. values.DenseValues()];
        };
    }

    private static ArgumentException Missing(string name, string role, IEnumerable<string> columns) =>
        new($"There is no column '{name}' to take the {role} from. The data has: {List(columns)}.");

    private static string List(IEnumerable<string> columns)
    {
        string list = string.Join(", ", columns.Select(c => $"'{c}'"));
        return list.Length == 0 ? "no columns" : list;
    }
}
