using System.Collections.Concurrent;

namespace SswpNas.MLNet.Data.Views;

/// <summary>Writes drawn images for the network: normalised, channels last, made smaller where asked for.</summary>
internal sealed class PlaneWriter(PixelNormalization normalization)
{
    private readonly ConcurrentDictionary<(int From, int To), AreaAverage> _averages = new();

    /// <summary>The shape of what is written of an image; a smaller side is for square images.</summary>
    public static ImageShape Shape(ImageShape image, int side) =>
        side == image.Height ? image : new ImageShape(image.Channels, side, side);

    /// <summary>Writes side x side x channels values, or the whole image where the side is its own.</summary>
    public void Write(Planes planes, int side, Span<float> destination)
    {
        int height = planes.Shape.Height;
        if (side == height)
        {
            planes.WriteNormalized(normalization, destination);
        }
        else
        {
            _averages.GetOrAdd((height, side), key => new AreaAverage(key.From, key.To))
                .WriteNormalized(planes, normalization, destination);
        }
    }
}
