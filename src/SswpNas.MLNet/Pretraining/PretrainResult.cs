using SswpNas.MLNet.Search.Files;

namespace SswpNas.MLNet;

/// <summary>A found architecture with the weights that a SimCLR pre-training gave it.</summary>
public sealed class PretrainResult : EncoderResult
{
    internal PretrainResult(FoundNetwork network, IReadOnlyList<PretrainEpoch> history)
        : base(network, history)
    {
        History = history;
    }

    /// <summary>One entry an epoch.</summary>
    public IReadOnlyList<PretrainEpoch> History { get; }

    /// <summary>
    /// Checks, before a long pre-training, that its result can be saved there; see <see cref="SearchResult.EnsureCanSave"/>.
    /// </summary>
    /// <param name="folder">The folder that <see cref="EncoderResult.Save"/> will get; it need not exist.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">
    /// The folder holds something else than a pre-training result, or the place cannot be written, or its disk is full.
    /// </exception>
    public static void EnsureCanSave(string folder) => ResultFolder.OfPretraining.EnsureCanSave(folder);

    /// <summary>
    /// Loads what <see cref="EncoderResult.Save"/> wrote, bit for bit; files of at most 1 GiB, which is enough for 268 million
    /// weights.
    /// </summary>
    /// <param name="folder">The folder of a saved pre-training result.</param>
    /// <returns>The result; the same as the saved one.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing: the folder is of another kind of result, perhaps.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, altered or of another result; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static PretrainResult Load(string folder) => Load(folder, maxFileBytes: 1 << 30);

    /// <summary>Loads what <see cref="EncoderResult.Save"/> wrote, bit for bit, with another size limit.</summary>
    /// <param name="folder">The folder of a saved pre-training result.</param>
    /// <param name="maxFileBytes">A file of more bytes is refused before it is read; at least 1.</param>
    /// <returns>The result; the same as the saved one.</returns>
    /// <exception cref="ArgumentException">The path is empty, or the limit is below 1.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing: the folder is of another kind of result, perhaps.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, altered or of another result; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static PretrainResult Load(string folder, long maxFileBytes)
    {
        ResultReader<PretrainEpoch> reader = new(
            ResultFolder.OfPretraining.Complete(folder, maxFileBytes), ResultFolder.OfPretraining);
        return new PretrainResult(reader.Network(), reader.History());
    }

    private protected override ResultFolder Folder => ResultFolder.OfPretraining;

    private protected override void Write(ResultFiles files) =>
        files.WriteBytes(Folder.Json, ResultDocument.Of(Network, History).ToJson());
}

/// <summary>The record of one epoch of a pre-training.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">Mean loss.</param>
/// <param name="LearningRate">The learning rate at its end.</param>
/// <param name="Seconds">Its duration.</param>
public sealed record PretrainEpoch(int Epoch, double Loss, double LearningRate, double Seconds)
    : EncoderEpoch(Epoch, Loss, LearningRate, Seconds);
