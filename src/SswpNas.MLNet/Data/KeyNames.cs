namespace SswpNas.MLNet.Data;

/// <summary>What the values behind keys are called, whatever their type and the culture.</summary>
internal static class KeyNames
{
    private const string KeyValues = "KeyValues";
    private const string Time = "yyyy-MM-ddTHH:mm:ss.FFFFFFFK";

    /// <summary>The names of keys from 1 on, which are their numbers where they have no values; null for values that have no names.</summary>
    public static string[]? Of(DataViewSchema.Column column, int count)
    {
        DataViewSchema.Column? values = column.Annotations.Schema.GetColumnOrNull(KeyValues);
        if (values is null) return [.. Enumerable.Range(1, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        if (values.Value.Type is not VectorDataViewType { IsKnownSize: true } type || type.Size != count) return null;
        return type.ItemType is KeyDataViewType ? null : Named(column, type.ItemType.RawType);
    }

    private static string[]? Named(DataViewSchema.Column column, Type type) =>
        type == typeof(ReadOnlyMemory<char>) ? Values<ReadOnlyMemory<char>>(column, v => v.ToString())
        : type == typeof(bool) ? Values<bool>(column, v => v ? "true" : "false")
        : type == typeof(byte) ? Values<byte>(column, Invariant)
        : type == typeof(sbyte) ? Values<sbyte>(column, Invariant)
        : type == typeof(short) ? Values<short>(column, Invariant)
        : type == typeof(ushort) ? Values<ushort>(column, Invariant)
        : type == typeof(int) ? Values<int>(column, Invariant)
        : type == typeof(uint) ? Values<uint>(column, Invariant)
        : type == typeof(long) ? Values<long>(column, Invariant)
        : type == typeof(ulong) ? Values<ulong>(column, Invariant)
        : type == typeof(float) ? Values<float>(column, Invariant)
        : type == typeof(double) ? Values<double>(column, Invariant)
        : type == typeof(DateTime) ? Values<DateTime>(column, v => v.ToString(Time, CultureInfo.InvariantCulture))
        : type == typeof(DateTimeOffset) ? Values<DateTimeOffset>(column, v => v.ToString(Time, CultureInfo.InvariantCulture))
        : type == typeof(TimeSpan) ? Values<TimeSpan>(column, v => v.ToString("c", CultureInfo.InvariantCulture))
        : type == typeof(DataViewRowId) ? Values<DataViewRowId>(column, v => v.ToString())
        : null;

    private static string Invariant<T>(T value) where T : IFormattable =>
        value.ToString(null, CultureInfo.InvariantCulture);

    private static string[] Values<T>(DataViewSchema.Column column, Func<T, string> name)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(KeyValues, ref values);
        return [.. values.DenseValues().Select(name)];
    }
}
