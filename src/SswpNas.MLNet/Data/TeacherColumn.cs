using System.Numerics.Tensors;

namespace SswpNas.MLNet.Data;

/// <summary>
/// What a teacher sees in every image: a vector each, in the order of the images, centred (their mean is 0) and then of length 1;
/// a vector that is the mean is 0.
/// </summary>
internal sealed class TeacherFeatures
{
    private readonly List<float> _values;

    /// <param name="vectors">As the teacher gave them, one after the other; they are overwritten.</param>
    /// <param name="length">Of a vector.</param>
    public TeacherFeatures(List<float> vectors, int length)
    {
        (_values, Length) = (vectors, length);
        Centre(CollectionsMarshal.AsSpan(vectors));
    }

    public int Length { get; }

    /// <summary>All of them, one after the other.</summary>
    public ReadOnlySpan<float> Values => CollectionsMarshal.AsSpan(_values);

    public ReadOnlySpan<float> this[int image] => Values.Slice(image * Length, Length);

    /// <summary>What so many vectors take; 0 where their number is not known.</summary>
    public static double Bytes(long? rows, int length) => (double)(rows ?? 0) * length * sizeof(float);

    private void Centre(Span<float> values)
    {
        int count = values.Length / Length;
        double[] mean = new double[Length];
        for (int i = 0; i < values.Length; i++) mean[i % Length] += (double)values[i] / count;
        for (int n = 0; n < count; n++)
        {
            Span<float> vector = values.Slice(n * Length, Length);
            double squares = 0;
            for (int i = 0; i < Length; i++)
            {
                double value = vector[i] - mean[i];
                squares += value * value;
                vector[i] = (float)value;
            }

            float scale = squares > 0 ? (float)(1 / Math.Sqrt(squares)) : 0;
            TensorPrimitives.Multiply(vector, scale, vector);
        }
    }
}

/// <summary>A vector column of Single, made by any featurizer, that teaches the network.</summary>
internal sealed record TeacherColumn(DataViewSchema.Column Column, int Length)
{
    private const string Expected = "a vector of Single of known length, at least 2";

    /// <summary>What can be said before there is data (GetOutputSchema).</summary>
    public static void Check(SchemaShape shape, string name)
    {
        SchemaShape.Column column = SchemaColumns.Find(shape, name, "teacher's features");
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single)
            throw Refuse(name, $"a {column.Kind} of {column.ItemType}");
    }

    /// <exception cref="ArgumentException">The column is missing, or not a vector of Single of known length.</exception>
    public static TeacherColumn Of(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, name, "teacher's features");
        if (column.Type is not VectorDataViewType { IsKnownSize: true, Size: >= 2 } type || type.ItemType != NumberDataViewType.Single)
            throw Refuse(name, column.Type.ToString() ?? "");
        return new TeacherColumn(column, type.Size);
    }

    /// <summary>Reads a row's vector from a cursor over the column's schema.</summary>
    public Func<float[]> Getter(DataViewRow row) => SchemaColumns.Vector(row, Column);

    private static ArgumentException Refuse(string name, string came) => new(
        $"The teacher column '{name}' holds {came}; expected: {Expected}. DnnFeaturizeImage or ApplyOnnxModel makes such a column.");
}

/// <summary>Collects a teacher's vectors, row by row, and looks at each as it comes.</summary>
/// <param name="column">Their column.</param>
/// <param name="expected">How many rows there will be at most; null if not known.</param>
internal sealed class TeacherRows(TeacherColumn column, long? expected)
{
    private readonly List<float> _values = new((int)Math.Min(expected * column.Length ?? 0, Array.MaxLength));
    private int _rows;
    private bool _differ;

    /// <exception cref="InvalidDataException">It has another length, or a number that is not finite; or there are too many.</exception>
    public void Add(ReadOnlySpan<float> vector, long row)
    {
        if (vector.Length != column.Length) throw Bad(row, $"has {vector.Length} numbers");
        foreach (float value in vector)
        {
            if (!float.IsFinite(value)) throw Bad(row, "has a number that is NaN or infinite");
        }

        if (_values.Count + (long)column.Length > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"The teacher column '{column.Column.Name}' has {column.Length} numbers in each of more than {_rows} rows; at most "
                + $"{Array.MaxLength} numbers in all were expected. Use a teacher with fewer features, or fewer images.");
        }

        _differ = _differ || (_rows > 0 && !vector.SequenceEqual(CollectionsMarshal.AsSpan(_values)[..column.Length]));
        _values.AddRange(vector);
        _rows++;
    }

    /// <exception cref="InvalidDataException">All are alike.</exception>
    public TeacherFeatures ToFeatures()
    {
        if (_rows > 1 && !_differ)
        {
            throw new InvalidDataException(
                $"The teacher column '{column.Column.Name}' has the same {column.Length} numbers in all {_rows} rows; features that differ from image "
                + "to image were expected. Look at what comes before the column.");
        }

        return new TeacherFeatures(_values, column.Length);
    }

    private InvalidDataException Bad(long row, string what) => new(
        $"Row {row} (the first is 0) of the teacher column '{column.Column.Name}' {what}; {column.Length} finite numbers were expected.");
}
