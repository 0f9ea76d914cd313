using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Examples;

/// <summary>The same image seen another way: mirrored, or turned by a quarter where images may lie in any direction.</summary>
internal enum SecondView
{
    Mirrored,
    Turned,
}

internal static class SecondViews
{
    /// <summary>Appends the view, if there is one, of a column of pixels, [3, height, width]. What is not square is not turned.</summary>
    public static IEstimator<ITransformer> Seen(
        this IEstimator<ITransformer> pixels, MLContext ml, SecondView? view, string column, int height, int width)
    {
        if (view is null) return pixels;
        SecondView possible = height == width ? view.Value : SecondView.Mirrored;
        return pixels.Append(ml.Transforms.CustomMapping<Row, Row>(
            (seen, other) => other.Pixels = Of(seen.Pixels, possible, width), contractName: null, Definition(), Definition()));

        SchemaDefinition Definition()
        {
            var definition = SchemaDefinition.Create(typeof(Row));
            definition[0].ColumnName = column;
            definition[0].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 3, height, width);
            return definition;
        }
    }

    /// <summary>For each row of a plane: its own from right to left, or the column of the same number from below.</summary>
    private static float[] Of(float[] pixels, SecondView view, int side)
    {
        float[] other = new float[pixels.Length];
        for (int row = 0; row < pixels.Length / side; row++)
        {
            (int plane, int y) = (row / side * side, row % side);
            for (int x = 0; x < side; x++)
            {
                other[(row * side) + x] = view == SecondView.Mirrored
                    ? pixels[(row * side) + (side - 1 - x)]
                    : pixels[((plane + (side - 1 - x)) * side) + y];
            }
        }

        return other;
    }

    private sealed class Row
    {
        public float[] Pixels { get; set; } = [];
    }
}
