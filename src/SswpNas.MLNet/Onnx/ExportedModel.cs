using Google.Protobuf;
using SswpNas.MLNet.Onnx.Proto;

namespace SswpNas.MLNet.Onnx;

/// <summary>A trained network in its two ONNX forms, and what its columns are.</summary>
/// <param name="File">What other programs read.</param>
/// <param name="Stock">The copy inside a model.zip; that of a network without a classifier is the same.</param>
internal sealed record ExportedModel(byte[] File, byte[] Stock)
{
    /// <summary>The constants that a calibration writes anew, and the metadata that say them.</summary>
    public const string InverseTemperature = "inverse_temperature", LeastProbability = "least_probability";

    public const string TemperatureKey = "temperature";

    /// <summary>The pixel column.</summary>
    public required string Input { get; init; }

    /// <summary>The dimensions of one image as the pixel column has them.</summary>
    public required int[] InputShape { get; init; }

    public required bool IsInterleaved { get; init; }

    /// <summary>The classes in label order; null for a network without a classifier.</summary>
    public required IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>The name of the probabilities.</summary>
    public required string Score { get; init; }

    /// <summary>The name of the features; null where they are left out.</summary>
    public required string? Features { get; init; }

    /// <summary>Numbers of an image's features.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Trainable parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>The same network with another temperature and, where it can name no class, another bound for that.</summary>
    public ExportedModel Calibrated(double temperature, double? below) =>
        this with { File = Calibrated(File, temperature, below), Stock = Calibrated(Stock, temperature, below) };

    private static byte[] Calibrated(byte[] bytes, double temperature, double? below)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(bytes);
        Set(model, InverseTemperature, (float)(1 / temperature), TemperatureKey, temperature);
        if (below is double bound) Set(model, LeastProbability, (float)bound, OnnxModelInfo.RejectBelowKey, bound);
        return model.ToByteArray();
    }

    private static void Set(ModelProto model, string constant, float value, string key, double said)
    {
        model.MetadataProps.Single(entry => entry.Key == key).Value = said.ToString("R", CultureInfo.InvariantCulture);
        // The file names no class by itself, so it has no bound.
        if (model.Graph.Initializer.FirstOrDefault(tensor => tensor.Name == constant) is TensorProto tensor)
            tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>([value]));
    }
}
