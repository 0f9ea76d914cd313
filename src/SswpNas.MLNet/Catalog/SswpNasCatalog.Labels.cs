using SswpNas.MLNet.FineTuning;

namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Keeps a stratified fraction of the labels and blanks the others (key 0, which ML.NET takes as missing), so that
    /// one data view feeds the search, which sees all images, and the fine-tuning, which sees few labels.
    /// </summary>
    /// <remarks>
    /// Of n labels of a class, round(fraction * n) are kept, at least one. With one seed, a smaller fraction is part of a
    /// larger one. The label column is read once now; the other columns are not read, copied or reordered. Rows are
    /// identified by their row id, so shuffling, caching and splitting, before or after, keep the same labels.
    /// </remarks>
    /// <param name="data">Any data view.</param>
    /// <param name="labelColumnName">A key column. Its type and its key values stay as they are.</param>
    /// <param name="fraction">Above 0, at most 1.</param>
    /// <param name="seed">Chooses the labels; null follows the seed of the context.</param>
    /// <returns>The same rows and columns, with some labels missing.</returns>
    /// <exception cref="ArgumentException">The column is missing or not a key, or the fraction out of range.</exception>
    /// <exception cref="InvalidDataException">There are no labels, or those of one class only.</exception>
    public IDataView MaskLabels(IDataView data, string labelColumnName, double fraction, int? seed = null) =>
        MaskedLabelView.Of(data, labelColumnName, (labels, names) =>
            StratifiedSubset.Fraction(labels, names, fraction, RunSeed.Of(Context, seed, nameof(MaskLabels))));

    /// <summary>
    /// Keeps the same number of labels of every class and blanks the others; else like
    /// <see cref="MaskLabels(IDataView, string, double, int?)"/>.
    /// </summary>
    /// <param name="data">Any data view.</param>
    /// <param name="labelColumnName">A key column. Its type and its key values stay as they are.</param>
    /// <param name="labelsPerClass">At least 1. Every class that has labels must have as many.</param>
    /// <param name="seed">Chooses the labels; null follows the seed of the context.</param>
    /// <returns>The same rows and columns, with some labels missing.</returns>
    /// <exception cref="ArgumentException">The column is missing or is not a key, or the number is below 1.</exception>
    /// <exception cref="InvalidDataException">There are no labels, one class only, or too few of a class.</exception>
    public IDataView MaskLabelsPerClass(IDataView data, string labelColumnName, int labelsPerClass, int? seed = null) =>
        MaskedLabelView.Of(data, labelColumnName, (labels, names) =>
            StratifiedSubset.PerClass(labels, names, labelsPerClass, RunSeed.Of(Context, seed, nameof(MaskLabels))));

    /// <summary>
    /// Splits the rows so that every class is on both sides in the same proportion, which the stock TrainTestSplit does
    /// not promise. Rows without a label are split in the same proportion.
    /// </summary>
    /// <remarks>
    /// Of n rows of a class, round(testFraction * n) go to the test part, at least one to each part. The label column
    /// is read once now; rows are identified by their row id.
    /// </remarks>
    /// <param name="data">Any data view.</param>
    /// <param name="labelColumnName">A key column.</param>
    /// <param name="testFraction">The test part's share, above 0 and below 1.</param>
    /// <param name="seed">Chooses the rows; null follows the seed of the context.</param>
    /// <returns>Both parts, each in the order of the data.</returns>
    /// <exception cref="ArgumentException">The column is missing or not a key, or the fraction out of range.</exception>
    /// <exception cref="InvalidDataException">There are no labels, one class only, or a class with one.</exception>
    public StratifiedTrainTest StratifiedSplit(
        IDataView data, string labelColumnName, double testFraction = 0.2, int? seed = null)
    {
        (LabelColumn label, RowIds rows) = RowIds.ReadLabels(data, labelColumnName);
        int number = RunSeed.Of(Context, seed, nameof(StratifiedSplit));
        int[] test = StratifiedSubset.Split(
            rows.Labels, label.ClassNames, testFraction, number, RandomPurpose.DataSplit).Second;
        int[] unlabelled = StratifiedSubset.OfUnlabelled(rows.Labels, testFraction, number, RandomPurpose.DataSplit);
        HashSet<DataViewRowId> ids = rows.At(test.Concat(unlabelled));
        return new StratifiedTrainTest(new RowSubsetView(data, ids, false), new RowSubsetView(data, ids, true));
    }

    /// <summary>
    /// Checks now whether these labels suffice for a fine-tuning; the fine-tuning itself checks them only after the search
    /// that comes before it in a pipeline.
    /// </summary>
    /// <param name="data">Any data view; only the label column is read.</param>
    /// <param name="labelColumnName">A key column; key 0 is a missing label.</param>
    /// <param name="options">The options of the fine-tuning.</param>
    /// <exception cref="ArgumentException">The column is missing or is not a key, or the options cannot be used.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no labels, labels of one class only, or a class with one label where a part is split off for validation.
    /// </exception>
    [SuppressMessage("Performance", "CA1822", Justification = "Found on the catalog like its other methods.")]
    public void CheckLabels(IDataView data, string labelColumnName, FineTuneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionCheck.ThrowIfAny(options.Problems(), "The fine-tune options");
        (LabelColumn label, RowIds rows) = RowIds.ReadLabels(data, labelColumnName);
        FineTuneChecks.Labels([.. rows.Labels], label.ClassNames, labelColumnName, options);
    }
}
