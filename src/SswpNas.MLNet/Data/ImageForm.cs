using SkiaSharp;

namespace SswpNas.MLNet.Data;

/// <summary>In what an image differs from what ML.NET's LoadImages makes of it.</summary>
[Flags]
internal enum ImageTraits
{
    None = 0,

    /// <summary>Its EXIF orientation is not upright.</summary>
    Turned = 1,

    /// <summary>It has pixels that are not opaque.</summary>
    Transparent = 2,

    /// <summary>Its colour profile changes what is seen.</summary>
    Profiled = 4,

    /// <summary>It was decoded at a reduced scale.</summary>
    Reduced = 8,
}

/// <summary>How an image is decoded.</summary>
/// <param name="Ground">What shows where it is transparent.</param>
/// <param name="LeastSide">
/// Where the format can, it is decoded at 1/8, 1/4 or 1/2, the first of which leaves its shorter side this long; null decodes
/// in full.
/// </param>
internal sealed record ImageForm(RgbColor Ground, int? LeastSide)
{
    /// <summary>Twice the largest usual input of a network; smaller images are not reduced.</summary>
    public const int UsualLeastSide = 512;

    private static readonly float[] _scales = [0.125f, 0.25f, 0.5f];

    /// <summary>What all readers share unless told otherwise.</summary>
    public static ImageForm Default { get; } = new(RgbColor.White, UsualLeastSide);

    /// <summary>Whether a second decoding finds out what a colour profile changes.</summary>
    public bool ComparesColors { get; init; }

    public SKSizeI SizeOf(SKCodec codec)
    {
        foreach (float scale in LeastSide is null ? [] : _scales)
        {
            SKSizeI size = codec.GetScaledDimensions(scale);
            if (Math.Min(size.Width, size.Height) >= LeastSide) return size;
        }

        return codec.Info.Size;
    }
}
