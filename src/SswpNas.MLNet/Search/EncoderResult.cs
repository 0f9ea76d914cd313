using SswpNas.MLNet.Search.Files;

namespace SswpNas.MLNet;

/// <summary>
/// An architecture and the weights of its encoder, as a search or a pre-training gives them. A value: it holds plain numbers,
/// no libtorch object, needs no disposing and may be used from many threads.
/// </summary>
public abstract class EncoderResult
{
    private readonly IReadOnlyList<EncoderEpoch> _epochs;

    private protected EncoderResult(FoundNetwork network, IReadOnlyList<EncoderEpoch> epochs) => (Network, _epochs) = (network, epochs);

    /// <summary>The architecture, one cell after the other.</summary>
    public Genotype Genotype => Network.Genotype;

    /// <summary>Genotype, width and stem, without the weights.</summary>
    public Architecture Architecture => new(Genotype, InitialChannels, Macro.Stem);

    /// <summary>Width C of the first cell.</summary>
    public int InitialChannels => Macro.InitialChannels;

    /// <summary>Depth L in cells.</summary>
    public int Cells => Macro.Cells;

    /// <summary>Height and width in pixels of the images that the network takes.</summary>
    public int ImageSize => Macro.Image.Height;

    /// <summary>Channels of those images, 1 or 3.</summary>
    public int ImageChannels => Macro.Image.Channels;

    /// <summary>Length of the <c>Features</c> vector.</summary>
    public int FeatureSize => Macro.Features;

    /// <summary>Trainable parameters of the encoder, without a classifier.</summary>
    public long Parameters => Network.Parameters;

    /// <summary>Multiply-adds of the encoder; see <see cref="Architecture.MultiplyAdds"/>.</summary>
    /// <param name="imageSize">Height and width in pixels; null takes <see cref="ImageSize"/>.</param>
    /// <returns>The number of multiply-adds.</returns>
    /// <exception cref="ArgumentException">The network takes no such images.</exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    public long MultiplyAdds(int? imageSize = null) =>
        Architecture.MultiplyAdds(imageSize ?? ImageSize, imageChannels: ImageChannels);

    /// <summary>The seed that the search or the pre-training ran with.</summary>
    public int Seed => Settings.Seed;

    /// <summary>Duration of the search or the pre-training in seconds.</summary>
    public double Seconds => _epochs.Sum(e => e.Seconds);

    /// <summary>
    /// Saves the result as a folder: <c>result.json</c> or, of a pre-training, <c>pretraining.json</c> (settings and history),
    /// <c>genotype.txt</c> (for people), <c>weights.safetensors</c> (of the encoder, float32), of a search
    /// <c>alphas.safetensors</c> (float32, [epochs, cells, 14 edges, 7 operations]), and <c>SHA256SUMS</c>. The folder is there
    /// as a whole or not at all; a result of the same kind that is there already is replaced once the new one is complete and
    /// on the disk.
    /// </summary>
    /// <param name="folder">A new or empty folder, or that of a result of the same kind.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The folder holds something else than a result of the same kind, or the place cannot be written, or its disk is full.
    /// What was there is still there.
    /// </exception>
    public void Save(string folder) => Folder.Replace(folder, temporary =>
    {
        ResultFiles files = new(temporary);
        Write(files);
        files.Finish(Network, Folder);
    });

    /// <summary>The encoder with its weights.</summary>
    internal FoundNetwork Network { get; }

    internal MacroStructure Macro => Network.Macro;

    internal IReadOnlyDictionary<string, TensorValue> Weights => Network.Weights;

    internal SearchSettings Settings => Network.Settings;

    private protected abstract ResultFolder Folder { get; }

    /// <summary>Writes what this kind of result alone has.</summary>
    private protected abstract void Write(ResultFiles files);
}
