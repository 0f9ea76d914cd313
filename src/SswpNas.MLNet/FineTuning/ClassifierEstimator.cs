using SswpNas.MLNet.FineTuning;
using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

/// <summary>Trains a network and its classifier on images with labels.</summary>
/// <typeparam name="TTransformer">What it gives.</typeparam>
/// <remarks>Stateless: the same estimator may be fitted again and again, as cross-validation does.</remarks>
public abstract class ClassifierEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : ClassifierTransformer
{
    private readonly ClassifierOptions _options;

    private protected ClassifierEstimator(
        MLContext ml, string labelColumnName, string inputColumnName, ClassifierOptions options, string what)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        string?[] names =
            [inputColumnName, options.PredictedLabelColumnName, options.ScoreColumnName, options.FeaturesColumnName];
        OptionCheck.ThrowIfAny([.. options.Problems(), .. EstimatorSchema.NameProblems(names)], what);
        (Context, LabelColumnName, InputColumnName, _options) = (ml, labelColumnName, inputColumnName, options);
    }

    private protected MLContext Context { get; }

    private protected string LabelColumnName { get; }

    private protected string InputColumnName { get; }

    /// <summary>The shape of what the fitted transformer gives.</summary>
    /// <param name="inputSchema">A shape with the pixel and the label column.</param>
    /// <returns>The input's columns, the predicted label, the score and, when asked for, the features.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PixelColumn.Check(inputSchema, InputColumnName);
        LabelColumn.Check(inputSchema, LabelColumnName);
        if (_options is FineTuneOptions { TeacherColumnName: string teacher }) TeacherColumn.Check(inputSchema, teacher);
        if (_options is FineTuneOptions { Unlabelled: not UnlabelledImages.Ignore, SemiSupervised.TruthColumnName: string truth })
            LabelColumn.Check(inputSchema, truth);
        return EstimatorSchema.WithPrediction(
            Context, inputSchema, _options.ScoreColumnName, _options.PredictedLabelColumnName, _options.FeaturesColumnName);
    }

    /// <summary>Reads the labelled images and trains.</summary>
    /// <param name="input">Data with the pixel column and a label column of key type; rows with a missing label are left out.</param>
    /// <returns>The transformer from pixels to labels.</returns>
    public abstract TTransformer Fit(IDataView input);

    /// <summary>The trained network, moved to the CPU, as a model from the pixel column to label and scores.</summary>
    private protected OnnxExport Export(
        FoundNetwork start, PixelColumn column, LabelledPixels data,
        IReadOnlyDictionary<string, string> metadata, FineTuneOutcome outcome)
    {
        LayerDevice.Move(outcome.Network, TorchSharp.torch.CPU);
        return new OnnxExport(outcome.Network, start.Range, start.Normalization)
        {
            Input = InputColumnName,
            IsInterleaved = column.IsInterleaved,
            ClassNames = data.ClassNames,
            Temperature = outcome.Calibration?.Temperature ?? 1,
            Acceptance = outcome.Rule?.Acceptance,
            Score = _options.ScoreColumnName,
            Features = _options.FeaturesColumnName,
            Metadata = metadata,
        };
    }
}
