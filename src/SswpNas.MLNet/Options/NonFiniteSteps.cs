namespace SswpNas.MLNet;

/// <summary>
/// What happens when a step's loss or gradient is NaN or infinite. The step is skipped: no weight, no moment and no running
/// statistic changes. When too many were, the run rolls back to its last checkpoint and continues with a smaller learning rate;
/// when it has done so too often, or has no checkpoint, it ends with an error that says when it began. Immutable.
/// </summary>
public sealed record NonFiniteSteps
{
    /// <summary>
    /// The number of skipped steps at which the run rolls back, counted since it began or last rolled back; 1 to
    /// 1,000,000, 20 by default. An epoch in which every step was skipped counts as too many.
    /// </summary>
    public int SkippedLimit { get; init; } = 20;

    /// <summary>The factor of the learning rate at each rollback, above 0, to 1. Default: 0.5.</summary>
    public double LearningRateFactor { get; init; } = 0.5;

    /// <summary>How often the run rolls back before it fails with an error, 0 to 1,000,000. Default: 3.</summary>
    [Option(FormerName = "ReturnLimit")]
    public int MaxRollbacks { get; init; } = 3;

    internal IEnumerable<string> Problems(string name)
    {
        List<string> found = [];
        OptionCheck check = new(found, name);
        check.Count(SkippedLimit, nameof(SkippedLimit), 1);
        check.That(
            LearningRateFactor is > 0 and <= 1, nameof(LearningRateFactor), LearningRateFactor, "above 0, to 1");
        check.Count(MaxRollbacks, nameof(MaxRollbacks), 0);
        return found;
    }
}
