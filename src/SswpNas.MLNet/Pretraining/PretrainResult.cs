using SswpNas.MLNet.Pretraining;
using SswpNas.MLNet.Search.Files;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet;

/// <summary>
/// A found architecture with the weights that a SimCLR pre-training gave it. A value: it holds plain numbers, no libtorch
/// object, needs no disposing and may be used from many threads.
/// </summary>
public sealed class PretrainResult
{
    internal PretrainResult(FoundNetwork network, IReadOnlyList<PretrainEpoch> history)
    {
        Network = network;
        History = history;
    }

    /// <summary>The architecture, one cell after the other.</summary>
    public Genotype Genotype => Network.Genotype;

    /// <summary>Genotype, width and stem, without the weights.</summary>
    public Architecture Architecture => new(Genotype, InitialChannels, Network.Macro.Stem);

    /// <summary>One entry an epoch.</summary>
    public IReadOnlyList<PretrainEpoch> History { get; }

    /// <summary>Width C of the first cell.</summary>
    public int InitialChannels => Network.Macro.InitialChannels;

    /// <summary>Depth L in cells.</summary>
    public int Cells => Network.Macro.Cells;

    /// <summary>Height and width in pixels of the images that the network takes.</summary>
    public int ImageSize => Network.Macro.Image.Height;

    /// <summary>Channels of those images, 1 or 3.</summary>
    public int ImageChannels => Network.Macro.Image.Channels;

    /// <summary>Length of the <c>Features</c> vector.</summary>
    public int FeatureSize => Network.Macro.Features;

    /// <summary>Trained numbers of the encoder, without a classifier.</summary>
    public long Parameters => Network.Parameters;

    /// <summary>The seed that the pre-training ran with.</summary>
    public int Seed => Network.Settings.Seed;

    /// <summary>Duration of the pre-training in seconds.</summary>
    public double Seconds => History.Sum(e => e.Seconds);

    internal FoundNetwork Network { get; }

    /// <summary>
    /// Checks, before a long pre-training, that its result can be saved there; see <see cref="SearchResult.EnsureCanSave"/>.
    /// </summary>
    /// <param name="folder">The folder that <see cref="Save"/> will get; it need not exist.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The folder holds something else than a pre-training result, or the place cannot be written, or its disk is full.
    /// </exception>
    public static void EnsureCanSave(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ResultFolder.OfPretraining.EnsureCanSave(ResultFolder.Resolve(folder));
    }

    /// <summary>
    /// Saves the result as a folder: <c>pretraining.json</c> (settings and history), <c>genotype.txt</c> (for people),
    /// <c>weights.safetensors</c> (float32) and <c>SHA256SUMS</c>. The folder is there as a whole or not at all.
    /// </summary>
    /// <param name="folder">A new or empty folder, or that of a pre-training result, which is replaced.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The folder holds something else than a pre-training result (a search result, for example), or the place cannot be
    /// written, or its disk is full. What was there is still there.
    /// </exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ResultFolder.OfPretraining.Replace(ResultFolder.Resolve(folder), temporary =>
        {
            ResultFiles files = new(temporary);
            files.WriteBytes(ResultFolder.OfPretraining.Json, ResultDocument.Of(Network, History).ToJson());
            files.Finish(Network, ResultFolder.OfPretraining);
        });
    }

    /// <summary>
    /// Loads what <see cref="Save"/> wrote, bit for bit; files of at most 1 GiB, which is enough for 268 million weights.
    /// </summary>
    /// <param name="folder">The folder of a saved pre-training result.</param>
    /// <returns>The result; the same as the saved one.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file of the result is missing: it is another folder's, perhaps.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, altered or of another result; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static PretrainResult Load(string folder) => Load(folder, maxFileBytes: 1 << 30);

    /// <summary>Loads what <see cref="Save"/> wrote, bit for bit, with a limit of one's own.</summary>
    /// <param name="folder">The folder of a saved pre-training result.</param>
    /// <param name="maxFileBytes">A file of more bytes is refused before it is read; at least 1.</param>
    /// <returns>The result; the same as the saved one.</returns>
    /// <exception cref="ArgumentException">The path is empty, or the limit is below 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file of the result is missing: it is another folder's, perhaps.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, altered or of another result; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static PretrainResult Load(string folder, long maxFileBytes)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFileBytes, 1);
        string full = ResultFolder.Resolve(folder);
        ResultFolder.OfPretraining.EnsureComplete(full, maxFileBytes);
        return PretrainResultReader.Read(full);
    }
}

/// <summary>What one epoch of a pre-training came to.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean loss.</param>
/// <param name="LearningRate">The learning rate at its end.</param>
/// <param name="Seconds">Its duration.</param>
public sealed record PretrainEpoch(int Epoch, double Loss, double LearningRate, double Seconds)
{
    /// <summary>
    /// Steps that were skipped because their loss or gradient was no finite number; see <see cref="NonFiniteSteps"/>. 0 in a
    /// sound pre-training.
    /// </summary>
    public int SkippedSteps { get; init; }
}
