using SswpNas.MLNet.Sweeps;

namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Fine-tunes one architecture with more and fewer labels, from several initialisations and with several seeds, and
    /// evaluates each on the test data (section 4.4, Fig. 5): how many labels are enough?
    /// </summary>
    /// <param name="train">Images with labels of key type; a part of the labels is used by each cell.</param>
    /// <param name="searchResult">The architecture, with its concomitant weights.</param>
    /// <param name="options">Which cells, and how; null takes the paper's ratios and all initialisations.</param>
    /// <param name="test">Test images, their label key made by the same mapping; null with folds.</param>
    /// <param name="pretrainResult">The weights of <see cref="WeightInitialization.SimClrPretrained"/>, if it is asked for.</param>
    /// <param name="labelColumnName">The label column, of key type.</param>
    /// <param name="inputColumnName">The pixel column that the search had.</param>
    /// <returns>The cells with their means and gains.</returns>
    /// <exception cref="ArgumentException">Options or columns cannot be used: the message lists every problem.</exception>
    /// <exception cref="InvalidDataException">
    /// An amount of labels is too small, a row cannot be read, or a pixel is NaN or infinite.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The folder is of another sweep, or other processes have cells of it just now.
    /// </exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled; what is done stays in the folder.</exception>
    public SweepResult SweepLabelRatios(
        IDataView train, SearchResult searchResult, SweepOptions? options = null, IDataView? test = null,
        PretrainResult? pretrainResult = null, string labelColumnName = "Label", string inputColumnName = "Pixels")
    {
        LabelRatioSweep sweep = LabelRatioSweep(
            train, searchResult, options, test, pretrainResult, labelColumnName, inputColumnName);
        sweep.Run();
        return sweep.Merge();
    }

    /// <summary>The same sweep, its cells to be run one by one or in several processes.</summary>
    /// <param name="train">Images with labels of key type; a part of the labels is used by each cell.</param>
    /// <param name="searchResult">The architecture, with its concomitant weights.</param>
    /// <param name="options">Which cells, and how; null takes the paper's ratios and all initialisations.</param>
    /// <param name="test">Test images, their label key made by the same mapping; null with folds.</param>
    /// <param name="pretrainResult">The weights of <see cref="WeightInitialization.SimClrPretrained"/>, if it is asked for.</param>
    /// <param name="labelColumnName">The label column, of key type.</param>
    /// <param name="inputColumnName">The pixel column that the search had.</param>
    /// <returns>The sweep; its data have been checked; nothing is trained yet.</returns>
    /// <exception cref="ArgumentException">Options or columns cannot be used: the message lists every problem.</exception>
    /// <exception cref="InvalidDataException">
    /// An amount of labels is too small, a row cannot be read, or a pixel is NaN or infinite.
    /// </exception>
    /// <exception cref="InvalidOperationException">The folder is of another sweep.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public LabelRatioSweep LabelRatioSweep(
        IDataView train, SearchResult searchResult, SweepOptions? options = null, IDataView? test = null,
        PretrainResult? pretrainResult = null, string labelColumnName = "Label", string inputColumnName = "Pixels")
    {
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(searchResult);
        options ??= new SweepOptions();
        List<string> problems = [.. options.Problems(test is not null)];
        if (pretrainResult is null && options.Initializations.Contains(WeightInitialization.SimClrPretrained))
            problems.Add("Initializations names SimClrPretrained, but no pretrainResult was given; pass one, or leave it out.");
        OptionCheck.ThrowIfAny(problems, "The sweep options");
        PixelReading reading = PixelReading.Of(
            Context, options.FineTune.StoreMemoryLimit, options.FineTune.Threads, options.FineTune.PixelRange,
            searchResult.Network.Range);
        SweepData data = SweepData.Read(
            train, test, inputColumnName, labelColumnName, reading, options.CancellationToken);
        if (data.Overlap > 0)
        {
            using RunLog log = new(Context, nameof(LabelRatioSweep), "Sweep");
            log.Warn($"{data.Overlap} test images are identical to a training image; accuracies on them are too optimistic.");
        }

        return new LabelRatioSweep(
            Context, options, data, searchResult, pretrainResult, labelColumnName, inputColumnName);
    }

    /// <summary>
    /// Says before a long search whether every cell of a sweep would have the labels that it needs: of each class at least
    /// one, and two where a validation part is split off.
    /// </summary>
    /// <param name="train">Images with labels of key type.</param>
    /// <param name="options">The sweep's options.</param>
    /// <param name="labelColumnName">The label column, of key type.</param>
    /// <exception cref="ArgumentException">Options or column cannot be used: the message lists every problem.</exception>
    /// <exception cref="InvalidDataException">An amount of labels is too small; the message names it and the class.</exception>
    [SuppressMessage("Performance", "CA1822", Justification = "Found on the catalog like its other methods.")]
    public void CheckSweepLabels(IDataView train, SweepOptions options, string labelColumnName = "Label")
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionCheck.ThrowIfAny(options.Problems(hasTest: options.Folds is null), "The sweep options");
        (LabelColumn label, RowIds rows) = RowIds.ReadLabels(train, labelColumnName);
        SweepLabels.Ensure(options, rows.Labels, label.ClassNames, labelColumnName);
    }
}
