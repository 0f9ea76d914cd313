namespace SswpNas.MLNet.SearchSpace;

/// <summary>
/// A network as results carry it from one estimator to the next: architecture, weights, and what its images are like.
/// </summary>
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

    /// <summary>Trainable parameters of the encoder, without a classifier.</summary>
    public long Parameters =>
        Weights.Where(w => !w.Key.Contains("running_", StringComparison.Ordinal)).Sum(w => (long)w.Value.Values.Length);

    /// <summary>The images have the search's size and channels.</summary>
    public void CheckImage(ImageShape shape)
    {
        if (shape == Macro.Image) return;
        int size = Macro.Image.Height;
        throw new ArgumentException(
            $"The images are {shape} (channels x height x width); the search result is of {Macro.Image}. "
            + $"Resize the images to {size} x {size}, or search again on images like these.");
    }

    /// <summary>The encoder with these weights; the caller disposes of it.</summary>
    public DerivedNetwork Create()
    {
        RandomStream random = new(Settings.Seed, RandomPurpose.Weights);
        DerivedNetwork network = new(Macro, Genotype, classes: 0, ref random);
        TensorValues.Load(Weights, network);
        return network;
    }
}

/// <summary>What the search ran with, as it is written into files: the options by name, seed and version.</summary>
internal sealed record SearchSettings(
    int Seed, IReadOnlyDictionary<string, string> Options, int Images, ulong DataFingerprint, string Version);
