using SswpNas.MLNet.Sweeps;

namespace SswpNas.MLNet;

/// <summary>The mean over the seeds of one initialisation with one amount of labels.</summary>
/// <param name="Initialization">Where the weights came from.</param>
/// <param name="Ratio">The fraction of the labels, or NaN.</param>
/// <param name="LabelsPerClass">The number of labels a class, or 0.</param>
/// <param name="Labels">Labels in all, a mean where folds differ.</param>
/// <param name="Seeds">Seeds that are done.</param>
/// <param name="AccuracyMicro">Mean accuracy, 0 to 1.</param>
/// <param name="AccuracyMicroHalfWidth">Half the width of its 95 % interval over seeds; NaN with one seed.</param>
/// <param name="AccuracyMacro">Mean accuracy as a mean over classes, 0 to 1.</param>
/// <param name="AccuracyMacroHalfWidth">Half the width of its 95 % interval.</param>
/// <param name="LogLoss">Mean log-loss.</param>
/// <param name="LogLossHalfWidth">Half the width of its 95 % interval.</param>
public sealed record SweepMean(
    WeightInitialization Initialization, double Ratio, int LabelsPerClass, double Labels, int Seeds, double AccuracyMicro,
    double AccuracyMicroHalfWidth, double AccuracyMacro, double AccuracyMacroHalfWidth, double LogLoss,
    double LogLossHalfWidth);

/// <summary>What an initialisation gains over random weights with one amount of labels, seed by seed.</summary>
/// <param name="Initialization">The initialisation.</param>
/// <param name="Ratio">The fraction of the labels, or NaN.</param>
/// <param name="LabelsPerClass">The number of labels a class, or 0.</param>
/// <param name="Seeds">Seeds that have both.</param>
/// <param name="Points">Mean gain in accuracy, in points (0.01).</param>
/// <param name="PointsHalfWidth">Half the width of its 95 % interval; NaN with one seed.</param>
public sealed record SweepGain(
    WeightInitialization Initialization, double Ratio, int LabelsPerClass, int Seeds, double Points, double PointsHalfWidth);

/// <summary>The results of a label-ratio sweep.</summary>
public sealed class SweepResult
{
    internal SweepResult(IReadOnlyList<SweepRecord> records, IReadOnlyList<int> missing)
    {
        (Records, Missing) = (records, missing);
        Means = SweepStatistics.Means(records);
        Gains = SweepStatistics.Gains(records);
        BreakEvenRatio = SweepStatistics.Meeting(Gains);
    }

    /// <summary>The cells that have ended, by number.</summary>
    public IReadOnlyList<SweepRecord> Records { get; }

    /// <summary>Numbers of the cells that have not; empty but for a partial merge.</summary>
    public IReadOnlyList<int> Missing { get; }

    /// <summary>Means by initialisation, then by the amount of labels, the fewest first.</summary>
    public IReadOnlyList<SweepMean> Means { get; }

    /// <summary>
    /// Gains over random weights by initialisation, then by the amount of labels; empty without random weights.
    /// </summary>
    public IReadOnlyList<SweepGain> Gains { get; }

    /// <summary>
    /// The fraction of labels at which the mean gain of concomitant over random weights falls to 0, between two of the
    /// sweep's ratios in proportion; null where it does not within the sweep.
    /// </summary>
    public double? BreakEvenRatio { get; }

    /// <summary>The cells as rows of a data view, a column for each property of <see cref="SweepRecord"/>.</summary>
    /// <param name="ml">The context.</param>
    /// <returns>A data view in memory.</returns>
    public IDataView ToDataView(MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return ml.Data.LoadFromEnumerable(Records);
    }

    /// <summary>
    /// Writes <c>sweep.csv</c> (the cells), <c>sweep.json</c> (cells, means, gains), <c>sweep.md</c> (tables) and
    /// <c>sweep.svg</c> (accuracy against labels), each under another name first.
    /// </summary>
    /// <param name="folder">A folder; it is created if missing, and files of these names are replaced.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="IOException">It cannot be written to.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        SweepFiles.Write(this, folder);
    }
}
