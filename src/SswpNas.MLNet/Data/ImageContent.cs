using System.Numerics;

namespace SswpNas.MLNet.Data;

/// <summary>What an image shows, in little: equal for equal pixels, and near for images that look alike.</summary>
internal sealed class ImageContent
{
    private const int Side = 16;

    /// <summary>Bits of 64 in which two images may differ whose thumbnails are worth a look.</summary>
    private const int NearBits = 10;

    /// <summary>Levels of 256 by which the thumbnails of images that look alike differ, in the mean.</summary>
    private const int NearLevels = 3;

    /// <summary>A thumbnail of fewer levels shows nothing that could be compared.</summary>
    private const int FewestLevels = 24;

    private readonly byte[] _thumbnail;
    private readonly ulong _gradients;
    private readonly bool _isFlat;

    private ImageContent(string pixels, byte[] thumbnail)
    {
        (Pixels, _thumbnail) = (pixels, thumbnail);
        _gradients = Gradients(thumbnail);
        _isFlat = thumbnail.Max() - thumbnail.Min() < FewestLevels;
    }

    /// <summary>Size and pixels as a sum.</summary>
    public string Pixels { get; }

    public static ImageContent Of(ReadOnlySpan<byte> rgba, int width, int height) =>
        new($"{width} x {height}: {Convert.ToHexString(SHA256.HashData(rgba))}", Thumbnail(rgba, width, height));

    /// <summary>Whether people would take the two for one picture, but for its size, its quality or its brightness.</summary>
    public bool LooksLike(ImageContent other)
    {
        if (BitOperations.PopCount(_gradients ^ other._gradients) > NearBits || _isFlat || other._isFlat) return false;
        int brighter = 0, difference = 0;
        for (int i = 0; i < _thumbnail.Length; i++) brighter += _thumbnail[i] - other._thumbnail[i];
        brighter /= _thumbnail.Length;
        for (int i = 0; i < _thumbnail.Length; i++) difference += Math.Abs(_thumbnail[i] - other._thumbnail[i] - brighter);
        return difference < NearLevels * _thumbnail.Length;
    }

    private static byte[] Thumbnail(ReadOnlySpan<byte> rgba, int width, int height)
    {
        byte[] grey = new byte[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            (int top, int bottom) = Covered(y, height);
            for (int x = 0; x < Side; x++)
            {
                (int left, int right) = Covered(x, width);
                long sum = 0;
                for (int row = top; row < bottom; row++)
                {
                    ReadOnlySpan<byte> pixels = rgba[(((row * width) + left) * 4)..(((row * width) + right) * 4)];
                    for (int i = 0; i < pixels.Length; i += 4) sum += pixels[i] + (2 * pixels[i + 1]) + pixels[i + 2];
                }

                grey[(y * Side) + x] = (byte)(sum / (4L * (bottom - top) * (right - left)));
            }
        }

        return grey;
    }

    /// <summary>The pixels that one of the thumbnail stands for; at least one.</summary>
    private static (int First, int End) Covered(int index, int length)
    {
        int first = (int)((long)index * length / Side);
        return (first, Math.Max(first + 1, (int)((index + 1L) * length / Side)));
    }

    /// <summary>The difference hash: whether it gets brighter from left to right, in 8 x 8 places.</summary>
    private static ulong Gradients(byte[] thumbnail)
    {
        ulong bits = 0;
        for (int y = 0; y < Side; y += 2)
        {
            for (int x = 0; x < Side; x += 2)
                bits = (bits << 1) | (thumbnail[(y * Side) + x] < thumbnail[(y * Side) + x + 1] ? 1UL : 0);
        }

        return bits;
    }
}
