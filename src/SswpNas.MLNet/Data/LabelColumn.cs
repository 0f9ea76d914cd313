namespace SswpNas.MLNet.Data;

/// <summary>A key-typed label column: where it is and what its classes are called.</summary>
/// <param name="Column">The column in the data view's schema.</param>
/// <param name="ClassNames">Names by class number from 0; key k is class k - 1, key 0 a missing label.</param>
internal sealed record LabelColumn(DataViewSchema.Column Column, string[] ClassNames)
{
    /// <summary>The class number of a row without a label.</summary>
    public const int Missing = -1;

    private const int MaxClasses = 100_000;
    private const string Advice = "Conversion.MapValueToKey makes a key out of text or numbers.";

    /// <summary>What can be said before there is data (GetOutputSchema): a scalar key.</summary>
    public static void Check(SchemaShape shape, string name)
    {
        SchemaShape.Column column = SchemaColumns.Find(shape, name, "labels");
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || !column.IsKey)
            throw Refuse(name, $"a {column.Kind} of {column.ItemType}{(column.IsKey ? " keys" : "")}", "one key a row");
    }

    /// <summary>Finds the column and reads its class names, or numbers them from 1 if they have no names.</summary>
    /// <exception cref="ArgumentException">The column is missing or does not hold one key a row.</exception>
    public static LabelColumn Of(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, name, "labels");
        if (column.Type is not KeyDataViewType key)
            throw Refuse(name, $"{column.Type}", "one key a row");
        if (key.Count > MaxClasses)
            throw Refuse(name, $"keys up to {key.Count}", $"at most {MaxClasses} classes");
        string[] names = KeyNames.Of(column, (int)key.Count)
            ?? throw Refuse(name, $"keys with the values {column.Annotations.Schema["KeyValues"].Type}", $"a value of a number, text, truth or time for each of {key.Count} keys");
        return new LabelColumn(column, names);
    }

    /// <summary>A column with the true classes, which are those of the labels.</summary>
    /// <exception cref="ArgumentException">It is no label column, or its classes are others.</exception>
    public static LabelColumn OfTruth(DataViewSchema schema, string name, LabelColumn labels)
    {
        LabelColumn truth = Of(schema, name);
        if (truth.ClassNames.SequenceEqual(labels.ClassNames)) return truth;
        throw new ArgumentException(
            $"The column '{name}' has the classes {string.Join(", ", truth.ClassNames)}; those of the label column, "
            + $"{string.Join(", ", labels.ClassNames)}, were expected. Copy the label column before labels are masked.");
    }

    /// <summary>Reads a row's class number from a cursor over the column's schema.</summary>
    public ValueGetter<int> Getter(DataViewRow row)
    {
        Type raw = Column.Type.RawType;
        if (raw == typeof(byte)) return Convert<byte>(row, v => v);
        if (raw == typeof(ushort)) return Convert<ushort>(row, v => v);
        if (raw == typeof(uint)) return Convert<uint>(row, v => v);
        return Convert<ulong>(row, v => v);
    }

    private ValueGetter<int> Convert<T>(DataViewRow row, Func<T, ulong> widen) where T : struct
    {
        ValueGetter<T> getter = row.GetGetter<T>(Column);
        T key = default;
        return (ref int value) =>
        {
            getter(ref key);
            // Keys beyond the declared count are missing by ML.NET's convention.
            ulong wide = widen(key);
            value = wide <= (ulong)ClassNames.Length ? (int)wide - 1 : Missing;
        };
    }

    private static ArgumentException Refuse(string name, string came, string expected) =>
        new($"The label column '{name}' holds {came}; expected: {expected}. {Advice}");
}
