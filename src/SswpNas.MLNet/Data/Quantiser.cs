using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SswpNas.MLNet.Data;

/// <summary>Turns an image of a pixel column into bytes, channels last.</summary>
internal sealed class Quantiser(PixelColumn pixels, PixelRange range)
{
    /// <summary>Pixels that take fewer levels of 256 are told from those that were rounded.</summary>
    public const int FewLevels = 16;

    private static readonly int Lanes = Vector256<float>.Count;

    private readonly float _scale = (float)(255.0 / ((double)range.White - range.Black));

    public PixelRange Range => range;

    public byte[] Quantise(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[values.Length];
        if (pixels.IsInterleaved || pixels.Shape.Channels == 1) OneByOne(values, bytes);
        else ThreePlanes(values, bytes);
        return bytes;
    }

    /// <summary>Whether the numbers lie within few levels.</summary>
    public bool IsFlat(PixelSpan span) => (span.Max - span.Min) * _scale < FewLevels;

    /// <summary>Whether little is left of an image: it lies within few levels, and its numbers lie between them.</summary>
    public bool Flattens(ReadOnlySpan<float> values, PixelSpan span)
    {
        if (!IsFlat(span)) return false;
        foreach (float value in values)
        {
            float level = (value - range.Black) * _scale;
            if (Math.Abs(level - MathF.Round(level)) > 0.1f) return true;
        }

        return false;
    }

    private void OneByOne(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        int i = 0;
        for (; i <= values.Length - (4 * Lanes); i += 4 * Lanes)
        {
            ReadOnlySpan<float> next = values[i..];
            Vector256<ushort> low = Vector256.Narrow(Bytes(next), Bytes(next[Lanes..])).AsUInt16();
            Vector256<ushort> high = Vector256.Narrow(Bytes(next[(2 * Lanes)..]), Bytes(next[(3 * Lanes)..])).AsUInt16();
            Vector256.Narrow(low, high).CopyTo(bytes[i..]);
        }

        for (; i < values.Length; i++) bytes[i] = Byte(values[i]);
    }

    private void ThreePlanes(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        int plane = values.Length / 3;
        ReadOnlySpan<float> red = values[..plane], green = values[plane..(2 * plane)], blue = values[(2 * plane)..];
        int i = 0;
        // A pixel is written as four bytes, of which the next pixel overwrites the last.
        for (; i < plane - Lanes; i += Lanes)
        {
            Vector256<int> pixel = Bytes(red[i..]) | (Bytes(green[i..]) << 8) | (Bytes(blue[i..]) << 16);
            for (int k = 0; k < Lanes; k++) MemoryMarshal.Write(bytes[(3 * (i + k))..], pixel.GetElement(k));
        }

        for (; i < plane; i++)
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) = (Byte(red[i]), Byte(green[i]), Byte(blue[i]));
    }

    private Vector256<int> Bytes(ReadOnlySpan<float> values)
    {
        Vector256<float> scaled = (Vector256.Create(values) - Vector256.Create(range.Black)) * _scale;
        Vector256<int> levels = Vector256.ConvertToInt32(scaled + Vector256.Create(0.5f));
        return Vector256.Min(Vector256.Max(levels, Vector256<int>.Zero), Vector256.Create(255));
    }

    private byte Byte(float value) => (byte)Math.Clamp((int)(((value - range.Black) * _scale) + 0.5f), 0, 255);
}
