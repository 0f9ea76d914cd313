using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Pretraining;

namespace SswpNas.MLNet;

/// <summary>
/// Trains an architecture from scratch on images with labels (Table 5): any genotype, searched or from the literature. What
/// the paper's comparisons of architectures rest on.
/// </summary>
/// <remarks>Stateless: the same estimator may be fitted again and again, as cross-validation does.</remarks>
public sealed class ArchitectureTrainEstimator : ClassifierEstimator<ArchitectureTrainTransformer>
{
    private readonly Architecture? _architecture;
    private readonly TrainOptions _options;

    internal ArchitectureTrainEstimator(
        MLContext ml, Architecture? architecture, string labelColumnName, string inputColumnName, TrainOptions options)
        : base(ml, labelColumnName, inputColumnName, options, "The train options")
    {
        (_architecture, _options) = (architecture, options);
    }

    /// <summary>Reads the labelled images and trains the architecture from random weights.</summary>
    /// <param name="input">
    /// Data with the pixel column, square images of any size that the architecture takes, and a label column of key type;
    /// rows with a missing label are left out.
    /// </param>
    /// <returns>The transformer from pixels to labels.</returns>
    /// <exception cref="ArgumentException">A column cannot be used, or the images do not fit the architecture.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no labels, or labels of one class only, or as <see cref="LongRunOptions"/> says.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// No architecture was given and no search was found in the chain, or as <see cref="LongRunOptions"/> says.
    /// </exception>
    /// <exception cref="IOException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="InsufficientMemoryException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="OperationCanceledException">See <see cref="LongRunOptions"/>.</exception>
    public override ArchitectureTrainTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Architecture architecture = _architecture ?? ChainResults.Search(input.Schema, null, "Train").Architecture;
        PixelColumn column = PixelColumn.Of(input.Schema, InputColumnName);
        MacroStructure macro = architecture.Macro(column.Shape);
        macro.CheckImage();
        LabelColumn.Of(input.Schema, LabelColumnName);
        using RunSession session = new(
            Context, nameof(ArchitectureTrainEstimator), "Train", _options, _options.MemoryOfStep(macro, architecture.Genotype));
        LabelledPixels data = session.Read(input, new ImageColumns(InputColumnName, LabelColumnName));
        FineTuneChecks.Labels(data.Labels, data.ClassNames, LabelColumnName, _options);
        session.Log.Info(
            $"Training {macro.Cells} cells of {macro.InitialChannels} channels on {data.Pixels.Count} images of "
            + $"{data.Pixels.Shape}, {data.ClassNames.Length} classes, {session}.");
        FoundNetwork blank = FoundNetwork.Blank(
            macro, architecture.Genotype, data.Pixels.Range,
            PixelNormalization.Of(data.Pixels, Enumerable.Range(0, data.Pixels.Count)));
        using FineTuneRun run = new(session, data, blank, session.OnRank(_options));
        FineTuneOutcome outcome = session.Guard(() => run.Run("training"));
        using DerivedNetwork network = outcome.Network;
        IReadOnlyList<FineTuneEpoch> history = outcome.Trials[^1].Epochs;
        session.Log.Info(string.Create(
            CultureInfo.InvariantCulture, $"Trained for {history.Count} epochs, loss {history[^1].Loss:F4}."));
        OnnxExport export = Export(blank, column, data, new Dictionary<string, string>
        {
            ["labels_used"] = data.Labels.Length.ToString(CultureInfo.InvariantCulture),
            ["train_seed"] = session.Seed.ToString(CultureInfo.InvariantCulture),
        }, outcome);
        return new ArchitectureTrainTransformer(
            Context, export, _options.PredictedLabelColumnName, architecture, history, _options.Threads);
    }
}
