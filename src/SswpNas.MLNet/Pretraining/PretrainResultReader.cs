using SswpNas.MLNet.Search.Files;

namespace SswpNas.MLNet.Pretraining;

/// <summary>Reads a pre-training result: network and history.</summary>
internal sealed class PretrainResultReader : ResultReader<PretrainEpoch>
{
    private PretrainResultReader(string folder)
        : base(folder, ResultFolder.OfPretraining)
    {
    }

    /// <exception cref="InvalidDataException">A file is damaged, or the files do not fit one another.</exception>
    public static PretrainResult Read(string folder)
    {
        PretrainResultReader reader = new(folder);
        return new PretrainResult(reader.Network(), reader.History(IsSane));
    }

    private static bool IsSane(PretrainEpoch? epoch, int index) =>
        epoch is not null && epoch.Epoch == index + 1 && double.IsFinite(epoch.Loss)
        && double.IsFinite(epoch.LearningRate) && epoch.LearningRate >= 0
        && double.IsFinite(epoch.Seconds) && epoch.Seconds >= 0;
}
