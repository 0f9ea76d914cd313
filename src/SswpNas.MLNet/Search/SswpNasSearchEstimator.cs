using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Search;

namespace SswpNas.MLNet;

/// <summary>
/// Searches a convolutional architecture on images without labels and trains its weights in the same run (SSWP-NAS). The
/// fitted transformer turns images into <c>Features</c>; its <see cref="SswpNasSearchTransformer.Result"/> is what a
/// <see cref="ConcomitantFineTuneEstimator"/> starts from.
/// </summary>
/// <remarks>
/// Only a search whose objective is <see cref="SearchObjective.Supervised"/>, a baseline, looks at labels.
/// Stateless: the same estimator may be fitted again and again, as cross-validation does.
/// </remarks>
public sealed class SswpNasSearchEstimator : IEstimator<SswpNasSearchTransformer>
{
    private readonly MLContext _ml;
    private readonly string _input;
    private readonly string _output;
    private readonly string? _label;
    private readonly string? _teacher;
    private readonly SearchOptions _options;

    internal SswpNasSearchEstimator(
        MLContext ml, string outputColumnName, string inputColumnName, SearchOptions options, string? labelColumnName,
        string? teacherColumnName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        OptionCheck.ThrowIfAny(
            [
                .. options.Problems(),
                .. SearchChecks.LabelProblems(options.Objective, labelColumnName),
                .. EstimatorSchema.NameProblems(inputColumnName, outputColumnName),
                .. EstimatorSchema.TeacherProblems(teacherColumnName),
            ],
            "The search options");
        (_ml, _input, _output, _options) = (ml, inputColumnName, outputColumnName, options);
        (_label, _teacher) = (labelColumnName, teacherColumnName);
    }

    /// <summary>The shape of what the fitted transformer gives.</summary>
    /// <param name="inputSchema">A shape with the pixel column and, for a supervised search, the label column.</param>
    /// <returns>The input's columns and the features, a vector of <see cref="float"/>.</returns>
    /// <exception cref="ArgumentException">
    /// The pixel column is missing or not a vector of <see cref="float"/>, or the label column is missing or not a key.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        PixelColumn.Check(inputSchema, _input);
        if (_label is not null) LabelColumn.Check(inputSchema, _label);
        if (_teacher is not null) TeacherColumn.Check(inputSchema, _teacher);
        return EstimatorSchema.WithFeatures(_ml, inputSchema, _output);
    }

    /// <summary>Reads the images once, searches, and derives the network with its concomitant weights.</summary>
    /// <param name="input">
    /// Data with the pixel column: square images of 1 or 3 channels, of an even size that the network can halve as often
    /// as it does. A supervised search leaves out the rows without a label; any other ignores labels.
    /// </param>
    /// <returns>The transformer from pixels to features.</returns>
    /// <exception cref="ArgumentException">
    /// The pixel column or the label column cannot be used, or the images are too small.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are too few images, a supervised search finds less than two classes, or as <see cref="LongRunOptions"/> says.
    /// </exception>
    /// <exception cref="InvalidOperationException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="IOException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="InsufficientMemoryException">See <see cref="LongRunOptions"/>.</exception>
    /// <exception cref="OperationCanceledException">See <see cref="LongRunOptions"/>.</exception>
    public SswpNasSearchTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PixelColumn column = PixelColumn.Of(input.Schema, _input);
        if (_label is not null) LabelColumn.Of(input.Schema, _label);
        int teacherLength = _teacher is null ? 0 : TeacherColumn.Of(input.Schema, _teacher).Length;
        _options.Macro(column.Shape).CheckImage();
        using RunSession session = new(
            _ml, nameof(SswpNasSearchEstimator), "Search", _options, _options.MemoryOfStep(column.Shape, teacherLength, input.GetRowCount()));
        if (_teacher is null && _options.TeacherShare < 1) session.Log.Warn("TeacherShare is ignored: no column teaches.");
        LabelledPixels data = session.Read(input, new ImageColumns(_input, _label, _teacher));
        if (_label is not null) LabelChecks.CountsOfTwoClasses(data.Labels, data.ClassNames, _label);
        SearchChecks.Images(data.Pixels.Count, _options);
        session.Log.Info(
            $"Searching on {data.Pixels.Count} images of {data.Pixels.Shape}, objective {_options.Objective}{Taught()}, "
            + $"strategy {_options.Strategy}, {session}.");
        SearchResult result = session.Guard(
            () => SearchRun.Run(session, data, session.OnRank(_options), epoch => session.Log.Info(Line(epoch))));
        session.Log.Info(string.Create(
            CultureInfo.InvariantCulture, $"Found a network of {result.Parameters} parameters in {result.Seconds:F0} s."));
        if (result.PathEntropy is double entropy)
        {
            session.Log.Info(string.Create(
                CultureInfo.InvariantCulture,
                $"The alphas ended at a path entropy of {entropy:F2} (undecided: {Math.Log(CellOperations.Count):F2}), the likeliest operation "
                + $"{result.Margin:F2} before the second."));
        }

        return ResultRescue.Keep(result, _ml, () => result.Network.Export(
            _input, column.IsInterleaved, _output,
            export => new SswpNasSearchTransformer(_ml, export, result, _options.Threads)));
    }

    private string Taught() => _teacher is null ? ""
        : string.Create(CultureInfo.InvariantCulture, $", of which '{_teacher}' teaches {_options.TeacherShare:P0}");

    private string Line(SearchEpoch epoch) => string.Create(
        CultureInfo.InvariantCulture,
        $"Epoch {epoch.Epoch} of {_options.Epochs} ({epoch.Phase}): loss {epoch.Loss:F4}, path entropy {epoch.PathEntropy:F3}, "
        + $"{epoch.FrozenCells} cells frozen, {(epoch.AlphasStopped ? "alphas stopped, " : "")}{epoch.Seconds:F1} s.");
}
