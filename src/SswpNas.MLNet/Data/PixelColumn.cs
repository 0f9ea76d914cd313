namespace SswpNas.MLNet.Data;

/// <summary>A column of images as vectors of numbers: where it is and how the numbers are laid out.</summary>
internal readonly record struct PixelColumn(DataViewSchema.Column Column, ImageShape Shape, bool IsInterleaved)
{
    private const string Advice =
        "ResizeImages to a square, then ExtractPixels with its defaults, makes such a column "
        + "(Vector<Single, 3, H, W>).";

    /// <summary>What can be said before there is data (GetOutputSchema): a vector of Single.</summary>
    public static void Check(SchemaShape shape, string name)
    {
        SchemaShape.Column column = SchemaColumns.Find(shape, name, "pixels");
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.ItemType != NumberDataViewType.Single)
            throw Refuse(name, $"a {column.Kind} of {column.ItemType}", "a vector of Single of known size");
    }

    /// <summary>Finds the column and reads the images' shape out of its type.</summary>
    /// <exception cref="ArgumentException">It is missing or is not one of square, even-sized images.</exception>
    public static PixelColumn Of(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = SchemaColumns.Find(schema, name, "pixels");
        if (column.Type is not VectorDataViewType { IsKnownSize: true } type
            || type.ItemType != NumberDataViewType.Single)
        {
            throw Refuse(name, $"{column.Type}", "a vector of Single of known size");
        }

        (ImageShape Shape, bool IsInterleaved) layout = Layout([.. type.Dimensions])
            ?? throw Refuse(name, $"{column.Type}", "square images of 1 or 3 channels");
        if (layout.Shape.Height % 2 != 0)
            throw Refuse(name, $"images of {layout.Shape.Height} x {layout.Shape.Width} pixels", "an even size");
        return new PixelColumn(column, layout.Shape, layout.IsInterleaved);
    }

    /// <summary>
    /// The shape that the dimensions stand for, or null. A flat vector is taken as planar; its length says which of
    /// 1 and 3 channels it has, because no number is both a square and three times a square.
    /// </summary>
    public static (ImageShape Shape, bool IsInterleaved)? Layout(int[] dimensions) => dimensions switch
    {
        [1 or 3, int h, int w] when h == w => (new ImageShape(dimensions[0], h, w), false),
        [int h, int w, 1 or 3] when h == w => (new ImageShape(dimensions[2], h, w), true),
        [int n] when Side(n, 1) is int s => (new ImageShape(1, s, s), false),
        [int n] when Side(n, 3) is int s => (new ImageShape(3, s, s), false),
        _ => null,
    };

    private static int? Side(int length, int channels)
    {
        int side = (int)Math.Round(Math.Sqrt(length / channels));
        return side > 0 && (long)side * side * channels == length ? side : null;
    }

    private static ArgumentException Refuse(string name, string came, string expected) =>
        new($"The pixel column '{name}' holds {came}; expected: {expected}. {Advice}");
}
