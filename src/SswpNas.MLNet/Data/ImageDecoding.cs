using System.Buffers;
using SkiaSharp;

namespace SswpNas.MLNet.Data;

/// <summary>Takes the pixels of an image, whose memory is used again afterwards.</summary>
/// <param name="rgba">Four bytes a pixel, row by row, as a viewer shows them; alpha is 255.</param>
/// <param name="width">Pixels a row.</param>
/// <param name="height">Rows.</param>
internal delegate void PixelUse(ReadOnlySpan<byte> rgba, int width, int height);

/// <summary>
/// The one decoder of all that reads image files: pixels as a viewer shows them, turned as the camera says (EXIF), in sRGB
/// whatever profile is embedded, on a ground where they are transparent. Large photographs are decoded at a reduced scale.
/// </summary>
/// <remarks>For opaque, upright sRGB images that are not reduced these are the bytes of ML.NET's LoadImages.</remarks>
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
    public static string? Problem(byte[] bytes, int length, long maxPixels, PixelUse? use = null) =>
        Problem(bytes, length, maxPixels, ImageForm.Default, out _, use);

    /// <inheritdoc cref="Problem(byte[], int, long, PixelUse?)"/>
    public static unsafe string? Problem(
        byte[] bytes, int length, long maxPixels, ImageForm form, out ImageTraits traits, PixelUse? use = null)
    {
        traits = ImageTraits.None;
        fixed (byte* start = bytes)
        {
            using var data = SKData.Create((nint)start, length);
            using var codec = SKCodec.Create(data);
            if (codec is null) return "is not an image, or its header is damaged";
            SKImageInfo declared = codec.Info;
            if ((long)declared.Width * declared.Height > maxPixels)
                return $"declares {declared.Width} x {declared.Height} pixels, more than the limit of {maxPixels} (MaxPixels)";
            SKSizeI size = form.SizeOf(codec);
            SKAlphaType alpha = declared.AlphaType == SKAlphaType.Unpremul ? SKAlphaType.Premul : declared.AlphaType;
            SKImageInfo info = new(size.Width, size.Height, SKColorType.Rgba8888, alpha, SKColorSpace.CreateSrgb());
            SKEncodedOrigin origin = ImageOrientation.Of(codec, bytes.AsSpan(0, length));
            if (origin != SKEncodedOrigin.TopLeft) traits |= ImageTraits.Turned;
            if (size != declared.Size) traits |= ImageTraits.Reduced;
            bool isProfiled = form.ComparesColors && ImageProfile.IsIn(bytes.AsSpan(0, length));
            if ((long)size.Width * size.Height <= LargePixels) return Decoded(codec, info, origin, form, isProfiled, use, ref traits);
            lock (Large) return Decoded(codec, info, origin, form, isProfiled, use, ref traits);
        }
    }

    private static string? Decoded(
        SKCodec codec, SKImageInfo info, SKEncodedOrigin origin, ImageForm form, bool isProfiled, PixelUse? use, ref ImageTraits traits)
    {
        int length = info.Width * info.Height * info.BytesPerPixel;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(length), other = [];
        try
        {
            if (Problem(codec, info, pixels) is string problem) return problem;
            Span<byte> rgba = pixels.AsSpan(0, length);
            if (isProfiled && use is not null)
            {
                other = ArrayPool<byte>.Shared.Rent(length);
                bool isDecoded = Problem(codec, info.WithColorSpace(null), other) is null;
                if (isDecoded && ImageProfile.Differs(rgba, other)) traits |= ImageTraits.Profiled;
            }

            if (info.AlphaType != SKAlphaType.Opaque && form.Ground.LayUnder(rgba)) traits |= ImageTraits.Transparent;
            if (use is null) return null;
            if (!traits.HasFlag(ImageTraits.Turned))
            {
                use(rgba, info.Width, info.Height);
                return null;
            }

            if (other.Length == 0) other = ArrayPool<byte>.Shared.Rent(length);
            SKSizeI turned = ImageTurn.Turn(rgba, info.Size, origin, other.AsSpan(0, length));
            use(other.AsSpan(0, length), turned.Width, turned.Height);
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
            if (other.Length > 0) ArrayPool<byte>.Shared.Return(other);
        }
    }

    private static unsafe string? Problem(SKCodec codec, SKImageInfo info, byte[] target)
    {
        fixed (byte* start = target)
        {
            return codec.GetPixels(info, (nint)start) switch
            {
                SKCodecResult.Success => null,
                SKCodecResult.IncompleteInput => "is truncated: its pixels end before the last row",
                SKCodecResult other => $"is corrupt: decoding ends with {other}",
            };
        }
    }
}
