using SkiaSharp;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>Image files as cameras and programs write them.</summary>
internal static class Photo
{
    public static readonly SKColor[] Corners = [new(199, 40, 60), new(50, 80, 200), new(60, 170, 70), new(220, 200, 60)];

    /// <summary>Four areas, each of a colour: upper left, upper right, lower left, lower right.</summary>
    public static byte[] Quarters(int width, int height, SKEncodedImageFormat format = SKEncodedImageFormat.Jpeg) => Drawn(
        width, height, format, (x, y) => Corners[(x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2)]);

    public static byte[] Drawn(int width, int height, SKEncodedImageFormat format, Func<int, int, SKColor> color)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++) bitmap.SetPixel(x, y, color(x, y));
        }

        using SKData data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>A JPEG with an EXIF block that holds an orientation.</summary>
    public static byte[] Oriented(byte[] jpeg, int tag)
    {
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)tag, 0, 0, 0, 0, 0, 0];
        return WithSegment(jpeg, 0xE1, exif);
    }

    /// <summary>A PNG with the same.</summary>
    public static byte[] OrientedPng(byte[] png, int tag)
    {
        byte[] exif = [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)tag, 0, 0, 0, 0, 0, 0, 0];
        byte[] chunk = [.. "eXIf"u8, .. exif];
        byte[] sum = BitConverter.GetBytes(Fuzz.PngEdits.Crc32(chunk));
        // The header chunk ends at byte 33.
        return [.. png[..33], 0, 0, 0, (byte)exif.Length, .. chunk, .. sum.Reverse(), .. png[33..]];
    }

    /// <summary>A WebP with the same: the simple form inside the extended one.</summary>
    public static byte[] OrientedWebP(byte[] webp, int width, int height, int tag)
    {
        byte[] exif = [.. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)tag, 0, 0, 0, 0, 0, 0, 0];
        byte[] head = [.. "VP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, (byte)(width - 1), 0, 0, (byte)(height - 1), 0, 0];
        byte[] body = [.. "WEBP"u8, .. head, .. webp[12..], .. "EXIF"u8, .. BitConverter.GetBytes(exif.Length), .. exif];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>A JPEG with a colour profile.</summary>
    public static byte[] Profiled(byte[] jpeg, byte[] profile) => WithSegment(jpeg, 0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. profile]);

    /// <summary>A JPEG of one colour in four inks: baseline, a block of 8 x 8, its DC coefficients only.</summary>
    public static byte[] Cmyk(params byte[] inks)
    {
        List<byte> file = [0xFF, 0xD8, 0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];
        file.AddRange([0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64)]);
        file.AddRange([0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]);
        // Nine lengths of differences, each by a code of four bits; of the AC codes only the end of a block, by one bit.
        file.AddRange([0xFF, 0xC4, 0, 28, 0x00, 0, 0, 0, 9, .. new byte[12], 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        file.AddRange([0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0]);
        file.AddRange([0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]);
        file.AddRange(Bits(string.Concat(inks.Select(ink => Difference(ink - 128) + "0"))));
        return [.. file, 0xFF, 0xD9];
    }

    private static string Difference(int value)
    {
        int length = value == 0 ? 0 : (int)Math.Log2(Math.Abs(value)) + 1;
        int bits = value < 0 ? value + (1 << length) - 1 : value;
        return Convert.ToString(length, 2).PadLeft(4, '0') + (length == 0 ? "" : Convert.ToString(bits, 2).PadLeft(length, '0'));
    }

    private static IEnumerable<byte> Bits(string bits)
    {
        foreach (char[] eight in bits.Chunk(8))
        {
            byte value = Convert.ToByte(new string(eight).PadRight(8, '1'), 2);
            yield return value;
            if (value == 0xFF) yield return 0;
        }
    }

    private static byte[] WithSegment(byte[] jpeg, byte marker, byte[] content)
    {
        int length = content.Length + 2;
        return [.. jpeg[..2], 0xFF, marker, (byte)(length >> 8), (byte)length, .. content, .. jpeg[2..]];
    }
}
