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

    /// <summary>The images fill a batch.</summary>
    public static void Images(int count, PretrainOptions options)
    {
        if (count >= options.BatchSize) return;
        throw new InvalidDataException(
            $"There are {count} images; at least a batch of {options.BatchSize} was expected. Bring more images, or lower "
            + "BatchSize.");
    }
}
