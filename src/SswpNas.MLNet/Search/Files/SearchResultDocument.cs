using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SswpNas.MLNet.Data;

namespace SswpNas.MLNet.Search;

/// <summary>What <c>result.json</c> says: everything but the numbers of tensors.</summary>
internal sealed record SearchResultDocument(
    int Format,
    string Version,
    int Seed,
    SearchResultDocument.NetworkPart Network,
    SearchResultDocument.ImagePart Image,
    string[] Genotype,
    SearchResultDocument.DataPart Data,
    IReadOnlyDictionary<string, string> Options,
    SearchResultDocument.EpochPart[] History)
{
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerOptions.Strict)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    private static readonly JsonSerializerOptions _lenient = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static SearchResultDocument Of(SearchResult result) => new(
        CurrentFormat,
        result.Settings.Version,
        result.Seed,
        new NetworkPart(result.Macro.Stem, result.InitialChannels, result.Cells),
        ImagePart.Of(result.Macro.Image, result.Range, result.Normalization),
        [.. result.Genotype.Cells.Select(cell => cell.ToString())],
        DataPart.Of(result.Settings),
        result.Settings.Options,
        [.. result.History.Select(EpochPart.Of)]);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, _json);

    /// <exception cref="InvalidDataException">It is no JSON, of another format, or lacks something.</exception>
    public static SearchResultDocument Parse(byte[] json, string path)
    {
        try
        {
            int format = JsonSerializer.Deserialize<FormatPart>(json, _lenient)?.Format ?? 0;
            if (format != CurrentFormat)
            {
                throw Damaged.File(
                    path, $"has the format {format}",
                    $"{CurrentFormat} (a newer version of the library may read this one)");
            }

            return JsonSerializer.Deserialize<SearchResultDocument>(json, _json)!;
        }
        catch (JsonException e)
        {
            throw Damaged.File(path, $"is damaged ({e.Message})", "the JSON of a search result", e);
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

    /// <param name="Images">How many images were searched on.</param>
    /// <param name="Fingerprint">16 hexadecimal digits: JSON's numbers have 53 bits only.</param>
    public sealed record DataPart(int Images, string Fingerprint)
    {
        public static DataPart Of(SearchSettings settings) =>
            new(settings.Images, settings.DataFingerprint.ToString("x16", CultureInfo.InvariantCulture));
    }

    public sealed record EpochPart(
        int Epoch, SearchPhase Phase, double Loss, double ArchitectureLoss, double LearningRate, double PathEntropy,
        int FrozenCells, int[] Skips, int[] Pools, double Seconds)
    {
        public static EpochPart Of(SearchEpoch e) => new(
            e.Epoch, e.Phase, e.Loss, e.ArchitectureLoss, e.LearningRate, e.PathEntropy, e.FrozenCells, [.. e.Skips],
            [.. e.Pools], e.Seconds);

        public SearchEpoch ToEpoch() => new(
            Epoch, Phase, Loss, ArchitectureLoss, LearningRate, PathEntropy, FrozenCells, Skips, Pools, Seconds);
    }
}
