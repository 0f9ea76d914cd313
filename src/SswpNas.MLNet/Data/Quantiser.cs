namespace SswpNas.MLNet.Data;

/// <summary>Turns an image of a pixel column into bytes, channels last.</summary>
internal sealed class Quantiser(PixelColumn pixels, PixelRange range)
{
    /// <summary>Pixels that take fewer levels of 256 are told from those that were rounded.</summary>
    public const int FewLevels = 16;

    private readonly float _scale = (float)(255.0 / ((double)range.White - range.Black));

    public PixelRange Range => range;

    public byte[] Quantise(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[values.Length];
        int planes = pixels.IsInterleaved ? 1 : pixels.Shape.Channels;
        int size = values.Length / planes;
        for (int plane = 0; plane < planes; plane++)
        {
            ReadOnlySpan<float> source = values.Slice(plane * size, size);
            for (int i = 0, at = plane; i < source.Length; i++, at += planes)
                bytes[at] = (byte)Math.Clamp((int)(((source[i] - range.Black) * _scale) + 0.5f), 0, 255);
        }

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
}
