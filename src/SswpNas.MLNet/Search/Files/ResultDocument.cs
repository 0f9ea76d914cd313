namespace SswpNas.MLNet.Search.Files;

/// <summary>What the JSON file of a result says: everything but the numbers of tensors.</summary>
/// <typeparam name="TEpoch">What is said about an epoch.</typeparam>
internal sealed record ResultDocument<TEpoch>(
    int Format,
    string Version,
    int Seed,
    ResultDocument.NetworkPart Network,
    ResultDocument.ImagePart Image,
    string[] Genotype,
    ResultDocument.DataPart Data,
    IReadOnlyDictionary<string, string> Options,
    TEpoch[] History)
{
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, JsonFormat.Options);
}

/// <summary>The parts of result documents, and their reading.</summary>
internal static class ResultDocument
{
    /// <summary>Format 1 lacked some of an epoch's numbers.</summary>
    public const int OldestFormat = 1;

    public const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions _lenient = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static ResultDocument<TEpoch> Of<TEpoch>(FoundNetwork found, IEnumerable<TEpoch> history) => new(
        CurrentFormat,
        found.Settings.Version,
        found.Settings.Seed,
        new NetworkPart(found.Macro.Stem, found.Macro.InitialChannels, found.Macro.Cells),
        ImagePart.Of(found.Macro.Image, found.Range, found.Normalization),
        [.. found.Genotype.Cells.Select(cell => cell.ToString())],
        DataPart.Of(found.Settings),
        found.Settings.Options,
        [.. history]);

    /// <exception cref="InvalidDataException">It is not JSON, of another format, or lacks something.</exception>
    public static ResultDocument<TEpoch> Parse<TEpoch>(byte[] json, string path)
    {
        try
        {
            int format = JsonSerializer.Deserialize<FormatPart>(json, _lenient)?.Format ?? 0;
            if (format is < OldestFormat or > CurrentFormat)
            {
                throw Damaged.File(
                    path, $"has the format {format}",
                    $"{OldestFormat} to {CurrentFormat} (a newer version of the library may read this one)");
            }

            return JsonSerializer.Deserialize<ResultDocument<TEpoch>>(json, JsonFormat.Options)!;
        }
        catch (JsonException e)
        {
            throw Damaged.File(path, $"is damaged ({e.Message})", "the JSON of a result", e);
        }
    }

    /// <summary>Only as much as tells versions of the file apart.</summary>
    private sealed record FormatPart(int Format);

    public sealed record NetworkPart(StemKind Stem, int InitialChannels, int Cells);

    public sealed record ImagePart(
        int Channels, int Height, int Width, float Black, float White, float[] Mean, float[] StandardDeviation)
    {
        public static ImagePart Of(ImageShape shape, PixelRange range, PixelNormalization normalization) => new(
            shape.Channels, shape.Height, shape.Width, range.Black, range.White, normalization.Mean,
            normalization.StandardDeviation);
    }

    public sealed record DataPart(int Images, string Fingerprint)
    {
        public static DataPart Of(SearchSettings settings) =>
            new(settings.Images, settings.DataFingerprint.ToString("x16", CultureInfo.InvariantCulture));
    }
}
