namespace SswpNas.MLNet;

/// <summary>
/// Where a long run keeps checkpoints, and how often. <c>Fit</c> with the same options, data and folder resumes from the
/// last checkpoint and ends with the result, bit for bit, of a run that was never stopped. Immutable.
/// </summary>
/// <remarks>
/// A folder is of one run: one search, one pre-training, one training or one fine-tuning, with one seed. What may differ
/// when it is resumed: the folder's place, the intervals, the numbers of threads and of bytes in memory, progress and
/// cancellation, names of output columns, and <see cref="NonFiniteSteps"/>. More epochs are another run: the learning rate
/// falls over all of them from the first step on. When the run has ended, <c>Fit</c> gives its result again from the
/// folder; remove the folder to start over.
/// </remarks>
public sealed record CheckpointOptions
{
    /// <summary>The folder; it is created if missing. Two runs at once in one folder are refused.</summary>
    public required string Folder { get; init; }

    /// <summary>Epochs from one checkpoint to the next, 1 (default) to 1,000,000.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>
    /// Minutes after which there is a checkpoint in the middle of an epoch, too, above 0; null for none. Default: 30.
    /// </summary>
    public double? EveryMinutes { get; init; } = 30;

    internal IEnumerable<string> Problems(string name)
    {
        List<string> found = [];
        OptionCheck check = new(found, name);
        if (string.IsNullOrWhiteSpace(Folder)) found.Add($"{name}.{nameof(Folder)} is empty; the path of a folder was expected.");
        check.Count(EveryEpochs, nameof(EveryEpochs), 1);
        if (EveryMinutes is double minutes) check.Positive(minutes, nameof(EveryMinutes));
        return found;
    }
}
