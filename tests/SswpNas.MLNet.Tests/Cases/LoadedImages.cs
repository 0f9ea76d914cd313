using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>Pixels that steps of a chain make of files.</summary>
internal sealed class PathRow
{
    public string ImagePath { get; set; } = "";

    public static IDataView View(MLContext ml, params string[] paths) =>
        ml.Data.LoadFromEnumerable(paths.Select(path => new PathRow { ImagePath = path }).ToArray());
}

/// <summary>An image, as rows of colours.</summary>
internal sealed record Pixels(int Width, int Height, SKColor[] Colors)
{
    public SKColor this[int x, int y] => Colors[(y * Width) + x];

    /// <summary>The images that an estimator makes of files, in its column Image.</summary>
    public static Pixels[] Of(MLContext ml, IEstimator<ITransformer> loading, params string[] paths)
    {
        IDataView rows = PathRow.View(ml, paths);
        return OfView(loading.Fit(rows).Transform(rows));
    }

    /// <summary>The images in the column Image.</summary>
    public static Pixels[] OfView(IDataView images)
    {
        DataViewSchema.Column column = images.Schema["Image"];
        List<Pixels> read = [];
        using DataViewRowCursor cursor = images.GetRowCursor([column]);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(column);
        MLImage? image = null;
        while (cursor.MoveNext())
        {
            getter(ref image!);
            read.Add(Of(image));
        }

        image?.Dispose();
        return [.. read];
    }

    private static Pixels Of(MLImage image)
    {
        byte[] bytes = image.Pixels.ToArray();
        bool isBgra = image.PixelFormat == MLPixelFormat.Bgra32;
        return new Pixels(image.Width, image.Height, [.. Enumerable.Range(0, bytes.Length / 4)
            .Select(i => new SKColor(bytes[(4 * i) + (isBgra ? 2 : 0)], bytes[(4 * i) + 1], bytes[(4 * i) + (isBgra ? 0 : 2)], bytes[(4 * i) + 3]))]);
    }
}

/// <summary>What a context has logged.</summary>
internal sealed class LogLines
{
    private readonly List<string> _lines = [];

    public LogLines(MLContext ml) => ml.Log += (_, e) => _lines.Add($"{e.Kind}: {e.RawMessage}");

    public override string ToString() => string.Join('\n', _lines);
}
