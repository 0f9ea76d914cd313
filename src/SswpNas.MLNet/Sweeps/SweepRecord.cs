namespace SswpNas.MLNet;

/// <summary>The outcome of a sweep's cell.</summary>
public enum SweepStatus
{
    /// <summary>It is fine-tuned and evaluated.</summary>
    Done,

    /// <summary>It failed; the others are not affected.</summary>
    Failed,
}

/// <summary>One cell of a sweep: what is to be done.</summary>
/// <param name="Number">From 0; the same options always give the same numbers.</param>
/// <param name="Initialization">Where the weights come from.</param>
/// <param name="Ratio">The fraction of the labels that is kept, or null.</param>
/// <param name="LabelsPerClass">The number of labels a class that is kept, or null.</param>
/// <param name="Seed">Chooses the labels, fresh weights and the order.</param>
/// <param name="Fold">The fold that is the test part, from 0; 0 with test data.</param>
public sealed record SweepCell(
    int Number, WeightInitialization Initialization, double? Ratio, int? LabelsPerClass, int Seed, int Fold);

/// <summary>
/// One cell of a sweep that has ended: a row of <see cref="SweepResult.ToDataView"/>. Figures of a failed cell are NaN.
/// </summary>
public sealed record SweepRecord
{
    /// <summary>The cell's number, from 0.</summary>
    public int Cell { get; init; }

    /// <summary>Where the weights came from.</summary>
    public string Initialization { get; init; } = "";

    /// <summary>The fraction of the labels that was kept, or NaN.</summary>
    public double Ratio { get; init; } = double.NaN;

    /// <summary>The number of labels a class that was kept, or 0.</summary>
    public int LabelsPerClass { get; init; }

    /// <summary>How many labels there were in all.</summary>
    public int Labels { get; init; }

    /// <summary>The cell's seed.</summary>
    public int Seed { get; init; }

    /// <summary>The fold that was the test part.</summary>
    public int Fold { get; init; }

    /// <summary>The learning rate that was used, chosen on a validation part if there was a choice.</summary>
    public double LearningRate { get; init; } = double.NaN;

    /// <summary>The part of the test images that is named correctly, 0 to 1.</summary>
    public double AccuracyMicro { get; init; } = double.NaN;

    /// <summary>The same as a mean over the classes.</summary>
    public double AccuracyMacro { get; init; } = double.NaN;

    /// <summary>Mean of -ln p of the right class, 0 or more.</summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>Duration in seconds.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary><see cref="SweepStatus"/> by name.</summary>
    public string Status { get; init; } = "";

    /// <summary>The message of the failure, or empty.</summary>
    public string Error { get; init; } = "";

    internal bool IsDone => Status == nameof(SweepStatus.Done);

    /// <summary>Whether all of it is what a cell can come to.</summary>
    internal bool IsOf(SweepCell cell) =>
        this with { Labels = 0, LearningRate = double.NaN, AccuracyMicro = double.NaN, AccuracyMacro = double.NaN, LogLoss = double.NaN, Seconds = double.NaN, Status = "", Error = "" } == Of(cell)
        && Labels >= 0 && !(Seconds < 0) && (IsDone ? IsFigure : Status == nameof(SweepStatus.Failed));

    private bool IsFigure => AccuracyMicro is >= 0 and <= 1 && AccuracyMacro is >= 0 and <= 1 && LogLoss >= 0 && LearningRate > 0;

    /// <summary>The cell's own columns; what it came to is to be filled in.</summary>
    internal static SweepRecord Of(SweepCell cell) => new()
    {
        Cell = cell.Number,
        Initialization = cell.Initialization.ToString(),
        Ratio = cell.Ratio ?? double.NaN,
        LabelsPerClass = cell.LabelsPerClass ?? 0,
        Seed = cell.Seed,
        Fold = cell.Fold,
    };
}
