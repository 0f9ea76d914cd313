namespace ScoringService.Model;

/// <summary>What a file's first bytes say. The decoder knows more kinds, rare ones, which nobody needs to reach from outside.</summary>
internal static class ImageKind
{
    private const int Shown = 8;

    private static ReadOnlySpan<byte> Png => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>The kinds that are taken.</summary>
    public const string Names = "PNG, JPEG, GIF, BMP or WebP";

    /// <summary>Null for a file of a kind that is taken, else a few words that follow its name.</summary>
    public static string? Problem(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty) return "is empty (0 bytes)";
        bool isKnown = file.StartsWith(Png) || file.StartsWith(Jpeg) || file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8)
            || file.StartsWith("BM"u8) || IsWebP(file);
        return isKnown ? null : $"is no {Names} image: it begins with {Convert.ToHexString(file[..Math.Min(Shown, file.Length)])}";
    }

    private static bool IsWebP(ReadOnlySpan<byte> file) =>
        file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);
}
