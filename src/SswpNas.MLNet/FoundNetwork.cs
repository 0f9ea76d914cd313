using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet;

/// <summary>
/// A network as results carry it from one estimator to the next: architecture, weights, and what its images are like.
/// </summary>
/// <param name="Macro">Stem, width, depth, and the images' shape.</param>
/// <param name="Genotype">The architecture.</param>
/// <param name="Range">The numbers that stand for black and white.</param>
/// <param name="Normalization">The images' mean and standard deviation.</param>
/// <param name="Weights">The encoder's weights and statistics by state-dict name.</param>
/// <param name="Settings">What it was made with.</param>
internal sealed record FoundNetwork(
    MacroStructure Macro, Genotype Genotype, PixelRange Range, PixelNormalization Normalization,
    IReadOnlyDictionary<string, TensorValue> Weights, SearchSettings Settings)
{
    /// <summary>An architecture without weights, to be trained from scratch.</summary>
    public static FoundNetwork Blank(
        MacroStructure macro, Genotype genotype, PixelRange range, PixelNormalization normalization) =>
        new(
            macro, genotype, range, normalization, new Dictionary<string, TensorValue>(),
            new SearchSettings(0, new Dictionary<string, string>(), 0, 0, LibraryVersion.Text));

    /// <summary>Trained numbers of the encoder, without a classifier.</summary>
    public long Parameters =>
        Weights.Where(w => !w.Key.Contains("running_", StringComparison.Ordinal)).Sum(w => (long)w.Value.Values.Length);

    /// <summary>The encoder with these weights; the caller disposes of it.</summary>
    public DerivedNetwork Create()
    {
        RandomStream random = new(Settings.Seed, RandomPurpose.Weights);
        DerivedNetwork network = new(Macro, Genotype, classes: 0, ref random);
        TensorValues.Load(Weights, network);
        return network;
    }

    /// <summary>The encoder as an export from pixels to features, for as long as its use lasts.</summary>
    /// <param name="input">The pixel column.</param>
    /// <param name="interleaved">Whether a pixel's channels lie side by side in it.</param>
    /// <param name="features">The features' column.</param>
    /// <param name="use">Makes something of the export.</param>
    public T Export<T>(string input, bool interleaved, string features, Func<OnnxExport, T> use)
    {
        using DerivedNetwork network = Create();
        return use(new OnnxExport(network, Range, Normalization)
        {
            Input = input,
            IsInterleaved = interleaved,
            Features = features,
        });
    }
}
