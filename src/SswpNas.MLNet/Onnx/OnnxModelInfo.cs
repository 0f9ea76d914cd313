using SswpNas.MLNet.Onnx.Models;

namespace SswpNas.MLNet;

/// <summary>
/// What an ONNX file that <see cref="ClassifierTransformer.ExportToOnnx"/> wrote says about itself. Reading it runs nothing:
/// it is also a check of a file of unknown origin before it is given to ONNX Runtime.
/// </summary>
/// <param name="ClassNames">The classes in label order.</param>
/// <param name="Genotype">The architecture.</param>
/// <param name="ImageChannels">Channels of the images, 1 or 3.</param>
/// <param name="ImageHeight">Their height in pixels.</param>
/// <param name="ImageWidth">Their width in pixels.</param>
/// <param name="Black">The number that stands for black in the input.</param>
/// <param name="White">The number that stands for white.</param>
/// <param name="Metadata">All entries, those above too, by name.</param>
public sealed record OnnxModelInfo(
    IReadOnlyList<string> ClassNames, Genotype Genotype, int ImageChannels, int ImageHeight, int ImageWidth, float Black,
    float White, IReadOnlyDictionary<string, string> Metadata)
{
    internal const string RejectBelowKey = "reject_below";

    private const int LargestSide = 1 << 14;
    private const int MostNames = 5;

    /// <summary>
    /// No class is to be named where the highest probability is below this (<c>RejectionOptions</c>); 0 where one always is.
    /// The file itself gives the probabilities alone.
    /// </summary>
    public double RejectBelow { get; init; }

    /// <summary>Reads the metadata of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxFileBytes">A longer file is refused before it is read; at least 1. Default: 256 MiB.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="ArgumentException">The path is empty, or the limit is below 1.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is not an ONNX model, damaged, too long, not one that this library wrote, or one whose tensor data are in other
    /// files.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static OnnxModelInfo Read(string path, long maxFileBytes = 256 << 20)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFileBytes, 1);
        string full = Path.GetFullPath(path);
        return Of(RegularFile.Bytes(full, maxFileBytes), full);
    }

    /// <summary>Classes, images and depth in a line.</summary>
    /// <returns>For example "3 classes (bolt, gear, nut), images of 32 x 32 pixels with 3 channels, black is 0 and white 255, 5 cells".</returns>
    public override string ToString()
    {
        string names = string.Join(", ", ClassNames.Take(MostNames));
        if (ClassNames.Count > MostNames) names += $" and {ClassNames.Count - MostNames} more";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ClassNames.Count} classes ({names}), images of {ImageWidth} x {ImageHeight} pixels with {ImageChannels} channels, black is {Black} and white {White}, {Genotype.Cells.Count} cells");
    }

    internal static OnnxModelInfo Of(byte[] model, string path)
    {
        IReadOnlyDictionary<string, string> metadata = OnnxContent.Metadata(model, path);
        string[] labels = Json<string[]>("labels");
        if (labels.Length == 0 || labels.Contains(null!) || labels.Distinct().Count() != labels.Length)
            throw Damaged.File(path, $"has {labels.Length} labels, or some twice", "at least one, each with a name of its own");
        if (Json<int[]>("image_shape") is not [1 or 3, > 0 and <= LargestSide, > 0 and <= LargestSide] shape)
            throw Damaged.File(path, "has another image_shape", $"1 or 3 channels and two sides of 1 to {LargestSide} pixels");
        if (Json<float[]>("pixel_range") is not [float black, float white] || !(float.IsFinite(white - black) && black < white))
            throw Damaged.File(path, "has another pixel_range", "two finite numbers, the second one larger");
        return new OnnxModelInfo(labels, Architecture(), shape[0], shape[1], shape[2], black, white, metadata) { RejectBelow = Bound() };

        double Bound()
        {
            if (!metadata.TryGetValue(RejectBelowKey, out string? text)) return 0;
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double bound) && bound >= 0
                ? bound
                : throw Damaged.File(path, $"has '{text}' as '{RejectBelowKey}' in its metadata", "a number from 0 on");
        }

        string Text(string name) => metadata.TryGetValue(name, out string? text)
            ? text
            : throw Damaged.File(path, $"has no '{name}' in its metadata", "a model that this library exported");

        T Json<T>(string name)
        {
            try
            {
                return JsonSerializer.Deserialize<T>(Text(name)) ?? throw new JsonException("null");
            }
            catch (JsonException e)
            {
                throw Damaged.File(path, $"has a damaged '{name}' in its metadata ({e.Message})", "a JSON array", e);
            }
        }

        Genotype Architecture()
        {
            try
            {
                return Genotype.Parse(Text("genotype"));
            }
            catch (FormatException e)
            {
                throw Damaged.File(path, $"has a damaged genotype in its metadata ({e.Message})", "a line a cell", e);
            }
        }
    }
}
