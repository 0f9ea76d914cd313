namespace SswpNas.MLNet.Storage;

/// <summary>
/// The file <c>SHA256SUMS</c> beside others, in the form that <c>sha256sum --check</c> reads: finds files that were
/// altered, cut short or taken from another folder.
/// </summary>
internal static class Sha256Sums
{
    public const string FileName = "SHA256SUMS";
    private const int MaxBytes = 64 << 10;

    /// <summary>The content of the file for some files of a folder.</summary>
    public static string Of(string folder, IEnumerable<string> names) =>
        string.Concat(names.Select(name => Line(folder, name) + "\n"));

    public static void Check(string folder, IEnumerable<string> names)
    {
        string sums = Path.Combine(folder, FileName);
        string[] lines = [.. RegularFile.Lines(sums, MaxBytes)];
        foreach (string name in names)
        {
            if (lines.Contains(Line(folder, name))) continue;
            throw Damaged.File(
                Path.Combine(folder, name), $"has another SHA-256 than {FileName} beside it names",
                "a file as it was saved, neither altered nor cut short,");
        }
    }

    private static string Line(string folder, string name)
    {
        using FileStream stream = RegularFile.Open(Path.Combine(folder, name), long.MaxValue);
        return $"{Convert.ToHexStringLower(SHA256.HashData(stream))}  {name}";
    }
}
