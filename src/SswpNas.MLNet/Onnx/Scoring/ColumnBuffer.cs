namespace SswpNas.MLNet.Onnx.Scoring;

/// <summary>Values of a column that were read ahead, because the network takes many rows at a time.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Whether values of the type can be kept and copied: primitives, keys, text, and vectors of them.</summary>
    public static bool CanHold(DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    /// <summary>A buffer for an active column of a cursor.</summary>
    public static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column, int rows)
    {
        Type kind = column.Type is VectorDataViewType vector
            ? typeof(VectorBuffer<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(ScalarBuffer<>).MakeGenericType(column.Type.RawType);
        return (ColumnBuffer)Activator.CreateInstance(kind, source, column, rows)!;
    }

    /// <summary>Reads the source's current row.</summary>
    public abstract void Fill(int row);

    /// <summary>A getter of the row that is current then.</summary>
    public abstract Delegate Getter(Func<int> row);

    private sealed class ScalarBuffer<T>(DataViewRow source, DataViewSchema.Column column, int rows) : ColumnBuffer
    {
        private readonly ValueGetter<T> _source = source.GetGetter<T>(column);
        private readonly T[] _values = new T[rows];

        public override void Fill(int row) => _source(ref _values[row]);

        public override Delegate Getter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = _values[row()]);
    }

    private sealed class VectorBuffer<T>(DataViewRow source, DataViewSchema.Column column, int rows) : ColumnBuffer
    {
        private readonly ValueGetter<VBuffer<T>> _source = source.GetGetter<VBuffer<T>>(column);
        private readonly VBuffer<T>[] _values = new VBuffer<T>[rows];

        public override void Fill(int row) => _source(ref _values[row]);

        public override Delegate Getter(Func<int> row) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[row()].CopyTo(ref value));
    }
}
