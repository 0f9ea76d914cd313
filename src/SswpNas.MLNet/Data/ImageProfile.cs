namespace SswpNas.MLNet.Data;

/// <summary>Embedded colour profiles: whether there is one and what it changes.</summary>
internal static class ImageProfile
{
    // Profiles come before the pixels; comments and thumbnails may come before them.
    private const int Searched = 1 << 20;

    /// <summary>Levels of 256 that nobody sees.</summary>
    private const int SmallDifference = 8;

    /// <summary>Whether a JPEG, PNG or WebP says what its colours mean.</summary>
    public static bool IsIn(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> start = file[..Math.Min(file.Length, Searched)];
        return start.IndexOf("ICC_PROFILE\0"u8) >= 0 || start.IndexOf("iCCP"u8) >= 0 || start.IndexOf("ICCP"u8) >= 0
            || start.IndexOf("gAMA"u8) >= 0;
    }

    /// <summary>Whether any pixel differs by more than a little.</summary>
    public static bool Differs(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            if (Math.Abs(one[i] - other[i]) > SmallDifference) return true;
        }

        return false;
    }
}
