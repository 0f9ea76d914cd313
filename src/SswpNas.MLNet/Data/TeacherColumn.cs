namespace SswpNas.MLNet.Data;

/// <summary>What a teacher sees in every image: a vector each, in the order of the images.</summary>
/// <param name="Values">One vector after the other.</param>
/// <param name="Length">Of a vector.</param>
internal sealed record TeacherFeatures(float[] Values, int Length)
{
    public ReadOnlySpan<float> this[int image] => Values.AsSpan(image * Length, Length);

    /// <summary>All vectors about their mean and of length 1; a vector that is the mean stays 0.</summary>
    public TeacherFeatures Centred()
    {
        int count = Values.Length / Length;
        double[] mean = new double[Length];
        for (int i = 0; i < Values.Length; i++) mean[i % Length] += (double)Values[i] / count;
        float[] all = new float[Values.Length];
        for (int n = 0; n < count; n++)
        {
            double squares = 0;
            for (int i = 0; i < Length; i++)
            {
                double value = Values[(n * Length) + i] - mean[i];
                squares += value * value;
                all[(n * Length) + i] = (float)value;
            }

            float scale = squares > 0 ? (float)(1 / Math.Sqrt(squares)) : 0;
            for (int i = 0; i < Length; i++) all[(n * Length) + i] *= scale;
        }

        return this with { Values = all };
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
    public Func<float[]> Getter(DataViewRow row)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(Column);
        VBuffer<float> values = default;
        return () =>
        {
            getter(ref values);
            return [.. values.DenseValues()];
        };
    }

    /// <summary>All rows' vectors.</summary>
    /// <exception cref="InvalidDataException">One has another length, or a number that is not finite; or all are alike.</exception>
    public TeacherFeatures Collect(IReadOnlyList<float[]> rows, IReadOnlyList<long> numbers)
    {
        if ((long)rows.Count * Length > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"The teacher column '{Column.Name}' has {Length} numbers in each of {rows.Count} rows; at most {Array.MaxLength} numbers in all "
                + "were expected. Use a teacher with fewer features, or fewer images.");
        }

        float[] all = new float[rows.Count * Length];
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != Length) throw Bad(numbers[i], $"has {rows[i].Length} numbers");
            if (!rows[i].All(float.IsFinite)) throw Bad(numbers[i], "has a number that is NaN or infinite");
            rows[i].CopyTo(all, i * Length);
        }

        if (rows.Count > 1 && rows.Skip(1).All(row => row.AsSpan().SequenceEqual(rows[0])))
        {
            throw new InvalidDataException(
                $"The teacher column '{Column.Name}' has the same {Length} numbers in all {rows.Count} rows; features that differ from image "
                + "to image were expected. Look at what comes before the column.");
        }

        return new TeacherFeatures(all, Length);
    }

    private InvalidDataException Bad(long row, string what) => new(
        $"Row {row} (the first is 0) of the teacher column '{Column.Name}' {what}; {Length} finite numbers were expected.");

    private static ArgumentException Refuse(string name, string came) => new(
        $"The teacher column '{name}' holds {came}; expected: {Expected}. DnnFeaturizeImage or ApplyOnnxModel makes such a column.");
}
