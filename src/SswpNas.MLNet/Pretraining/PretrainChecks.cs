using SswpNas.MLNet.Data;
using SswpNas.MLNet.FineTuning;

namespace SswpNas.MLNet.Pretraining;

/// <summary>What a pre-training needs, said before it starts.</summary>
internal static class PretrainChecks
{
    /// <summary>As many epochs as the options say, else as the search had.</summary>
    public static int Epochs(PretrainOptions options, SearchResult found)
    {
        if (options.Epochs is int epochs) return epochs;
        if (found.History.Count > 0) return found.History.Count;
        throw new ArgumentException(
            "The search result has no epochs in its history, so there is no number of epochs to take over; set Epochs.");
    }

    /// <summary>The images fill a batch and are in the search's units.</summary>
    public static PixelStore Images(PixelStore store, FoundNetwork found, PretrainOptions options)
    {
        if (store.Count < options.BatchSize)
        {
            throw new InvalidDataException(
                $"There are {store.Count} images; at least a batch of {options.BatchSize} was expected. Bring more images, or "
                + "lower BatchSize.");
        }

        return store.InRange(found.Range);
    }

    /// <summary>The images have the search's size and channels.</summary>
    public static void Image(ImageShape shape, FoundNetwork found) => FineTuneChecks.Image(shape, found);
}
