using SkiaSharp;

namespace SswpNasTool.Images;

/// <summary>How large images are, from the heads of their files.</summary>
internal static class ImageSides
{
    /// <summary>The sizes that are chosen among.</summary>
    public static readonly int[] Sizes = [32, 48, 64, 96];

    private const int Most = 500;

    /// <summary>The median of the smaller sides, of at most 500 images spread over all.</summary>
    public static int Median(IReadOnlyList<string> paths)
    {
        int step = Math.Max(1, paths.Count / Most);
        int[] sides = [.. paths.Where((_, i) => i % step == 0).Select(Smaller).Where(side => side > 0).Order()];
        return sides.Length == 0 ? Sizes[0] : sides[sides.Length / 2];
    }

    /// <summary>The sizes that make no image larger, the largest first; the smallest one in any case.</summary>
    public static int[] For(int side) => [.. Sizes.Where(size => size <= side || size == Sizes[0]).OrderDescending()];

    private static int Smaller(string path)
    {
        using var codec = SKCodec.Create(path);
        return codec is null ? 0 : Math.Min(codec.Info.Width, codec.Info.Height);
    }
}
