using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>How a row's numbers are laid out.</summary>
public enum Layout
{
    /// <summary>Channel, height, width.</summary>
    Planar,

    /// <summary>Height, width, channel.</summary>
    Interleaved,

    /// <summary>Planar numbers in a vector of one dimension.</summary>
    Flat,
}

/// <summary>Noisy stripes in three directions, as a pipeline has them after ExtractPixels.</summary>
internal sealed record Stripes
{
    public static readonly string[] Classes = ["horizontal", "vertical", "diagonal"];

    public int Count { get; init; } = 60;

    public int Channels { get; init; } = 3;

    public int Height { get; init; } = 8;

    public int Width { get; init; } = 8;

    public Layout Layout { get; init; } = Layout.Planar;

    /// <summary>The number that stands for white.</summary>
    public float White { get; init; } = 255;

    public int Seed { get; init; } = 1;

    /// <summary>Changes a row's pixels after they are drawn.</summary>
    public Action<int, float[]> Spoil { get; init; } = (_, _) => { };

    public int[] Dimensions => Layout switch
    {
        Layout.Planar => [Channels, Height, Width],
        Layout.Interleaved => [Height, Width, Channels],
        _ => [Channels * Height * Width],
    };

    /// <summary>Columns Pixels, Class (text) and Label (key, in the order of <see cref="Classes"/>).</summary>
    public IDataView View(MLContext ml)
    {
        IDataView rows = Rows(ml);
        return ml.Transforms.Conversion.MapValueToKey("Label", nameof(StripeRow.Class)).Fit(rows).Transform(rows);
    }

    /// <summary>The same without a label.</summary>
    public IDataView Rows(MLContext ml)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(StripeRow));
        schema[nameof(StripeRow.Pixels)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Dimensions);
        return ml.Data.LoadFromEnumerable(Draw(), schema);
    }

    public StripeRow[] Draw() => [.. Enumerable.Range(0, Count).Select(Draw)];

    private StripeRow Draw(int row)
    {
        RandomStream random = new(Seed, RandomPurpose.Views, row);
        int direction = row % Classes.Length;
        double phase = random.NextDouble(0, 4);
        float[] pixels = new float[Channels * Height * Width];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                double along = direction switch { 0 => y, 1 => x, _ => x + y };
                double wave = 0.5 + (0.35 * Math.Sin(Math.PI / 2 * (along + phase)));
                for (int c = 0; c < Channels; c++)
                {
                    double value = Math.Clamp(((1 - (0.2 * c)) * wave) + random.NextDouble(-0.1, 0.1), 0, 1);
                    int at = Layout == Layout.Interleaved
                        ? (((y * Width) + x) * Channels) + c
                        : (((c * Height) + y) * Width) + x;
                    pixels[at] = (float)Math.Round(value * 255) / 255 * White;
                }
            }
        }

        Spoil(row, pixels);
        return new StripeRow { Pixels = pixels, Class = Classes[direction] };
    }
}

internal sealed class StripeRow
{
    public float[] Pixels { get; set; } = [];

    public string Class { get; set; } = "";
}
