using System.Buffers;
using SkiaSharp;

namespace SswpNas.MLNet.Data;

/// <summary>Takes the pixels of an image, whose memory is used again afterwards.</summary>
/// <param name="rgba">Four bytes a pixel, row by row, colours multiplied by alpha: what LoadImages makes of the file.</param>
/// <param name="width">Pixels a row.</param>
/// <param name="height">Rows.</param>
internal delegate void PixelUse(ReadOnlySpan<byte> rgba, int width, int height);

/// <summary>Decodes an image in full, by the decoder that LoadImages uses, after a look at the size it declares.</summary>
internal static class ImageDecoding
{
    // Larger images are decoded one at a time, so that memory does not grow with the number of cores.
    private const int LargePixels = 1 << 22;

    /// <summary>Held while a large file or image is in memory.</summary>
    public static Lock Large { get; } = new();

    /// <summary>Null for an image that decodes in full, else a few words that follow the file's name.</summary>
    /// <param name="bytes">Begins with the file.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="maxPixels">Width times height that its header may declare.</param>
    /// <param name="use">Gets the pixels of an image that has no problem; null where they are not needed.</param>
    public static unsafe string? Problem(byte[] bytes, int length, long maxPixels, PixelUse? use = null)
    {
        fixed (byte* start = bytes)
        {
            using var data = SKData.Create((nint)start, length);
            using var codec = SKCodec.Create(data);
            if (codec is null) return "is not an image, or its header is damaged";
            SKImageInfo info = codec.Info.WithColorType(SKColorType.Rgba8888);
            if (info.AlphaType == SKAlphaType.Unpremul) info = info.WithAlphaType(SKAlphaType.Premul);
            long pixels = (long)info.Width * info.Height;
            if (pixels > maxPixels)
                return $"declares {info.Width} x {info.Height} pixels, more than the limit of {maxPixels}";
            if (pixels <= LargePixels) return Decoded(codec, info, use);
            lock (Large) return Decoded(codec, info, use);
        }
    }

    private static unsafe string? Decoded(SKCodec codec, SKImageInfo info, PixelUse? use)
    {
        int length = info.Width * info.Height * info.BytesPerPixel;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            SKCodecResult result;
            fixed (byte* target = pixels) result = codec.GetPixels(info, (nint)target);
            if (result == SKCodecResult.Success) use?.Invoke(pixels.AsSpan(0, length), info.Width, info.Height);
            return result switch
            {
                SKCodecResult.Success => null,
                SKCodecResult.IncompleteInput => "is truncated: its pixels end before the last row",
                _ => $"is corrupt: decoding ends with {result}",
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }
}
