using SkiaSharp;

namespace SswpNas.MLNet.Data;

/// <summary>Turns an image as its EXIF orientation says.</summary>
internal static class ImageTurn
{
    /// <returns>Width and height of what the target holds then.</returns>
    public static SKSizeI Turn(ReadOnlySpan<byte> rgba, SKSizeI size, SKEncodedOrigin origin, Span<byte> target)
    {
        (int w, int h) = (size.Width, size.Height);
        int last = (w * h) - 1, lastRow = (h - 1) * w;
        // Where the upper left pixel comes from, and how far the next in its row and the next in its column are from there.
        (int first, int right, int down) = origin switch
        {
            SKEncodedOrigin.TopRight => (w - 1, -1, w),
            SKEncodedOrigin.BottomRight => (last, -1, -w),
            SKEncodedOrigin.BottomLeft => (lastRow, 1, -w),
            SKEncodedOrigin.LeftTop => (0, w, 1),
            SKEncodedOrigin.RightTop => (lastRow, -w, 1),
            SKEncodedOrigin.RightBottom => (last, -w, -1),
            SKEncodedOrigin.LeftBottom => (w - 1, w, -1),
            _ => (0, 1, w),
        };
        bool swaps = origin >= SKEncodedOrigin.LeftTop;
        SKSizeI turned = swaps ? new SKSizeI(h, w) : size;
        ReadOnlySpan<uint> from = MemoryMarshal.Cast<byte, uint>(rgba);
        Span<uint> to = MemoryMarshal.Cast<byte, uint>(target);
        for (int y = 0, at = 0; y < turned.Height; y++)
        {
            for (int x = 0, source = first + (y * down); x < turned.Width; x++, at++, source += right) to[at] = from[source];
        }

        return turned;
    }
}
