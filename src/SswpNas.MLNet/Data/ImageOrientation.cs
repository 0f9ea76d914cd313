using SkiaSharp;

namespace SswpNas.MLNet.Data;

/// <summary>
/// How an image is to be turned. Skia reads the EXIF block of JPEG files, but none of PNG files, and of WebP files only one
/// without a prefix.
/// </summary>
internal static class ImageOrientation
{
    private const int Tag = 0x0112;
    private const int PngHeader = 8;
    private const int RiffHeader = 12;

    private static ReadOnlySpan<byte> Prefix => "Exif\0\0"u8;

    public static SKEncodedOrigin Of(SKCodec codec, ReadOnlySpan<byte> file)
    {
        if (codec.EncodedOrigin is not (SKEncodedOrigin.TopLeft or 0)) return codec.EncodedOrigin;
        ReadOnlySpan<byte> exif = codec.EncodedFormat switch
        {
            SKEncodedImageFormat.Png => PngExif(file),
            SKEncodedImageFormat.Webp => WebPExif(file),
            _ => default,
        };
        int value = Value(exif.StartsWith(Prefix) ? exif[Prefix.Length..] : exif);
        return value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
    }

    private static ReadOnlySpan<byte> PngExif(ReadOnlySpan<byte> file)
    {
        for (ReadOnlySpan<byte> chunk = file[Math.Min(PngHeader, file.Length)..]; chunk.Length >= 12;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > chunk.Length - 12) break;
            if (chunk[4..8].SequenceEqual("eXIf"u8)) return chunk.Slice(8, (int)length);
            chunk = chunk[(12 + (int)length)..];
        }

        return default;
    }

    private static ReadOnlySpan<byte> WebPExif(ReadOnlySpan<byte> file)
    {
        for (ReadOnlySpan<byte> chunk = file[Math.Min(RiffHeader, file.Length)..]; chunk.Length >= 8;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (length > chunk.Length - 8) break;
            if (chunk[..4].SequenceEqual("EXIF"u8)) return chunk.Slice(8, (int)length);
            // Lengths are padded to an even number.
            chunk = chunk[Math.Min(chunk.Length, 8 + (int)length + (int)(length & 1))..];
        }

        return default;
    }

    /// <summary>The orientation in the first directory of a TIFF header; 0 for none.</summary>
    private static int Value(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 10) return 0;
        bool isLittle = exif[0] == 'I';
        uint start = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (start > exif.Length - 2) return 0;
        int entries = Short(exif[(int)start..], isLittle);
        ReadOnlySpan<byte> entry = exif[((int)start + 2)..];
        for (int i = 0; i < entries && entry.Length >= 12; i++, entry = entry[12..])
        {
            if (Short(entry, isLittle) == Tag) return Short(entry[8..], isLittle);
        }

        return 0;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
