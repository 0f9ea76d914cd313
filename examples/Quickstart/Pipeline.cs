using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>The whole job: images, search, fine-tunings of what was found, files, scores.</summary>
internal sealed class Pipeline
{
    // Saved, scored and deleted: the baseline is for comparison only.
    private const string Baseline = "random.zip.tmp";
    private const string RivalModel = "rival.zip.tmp";
    private const double TestFraction = 0.2;

    private readonly MLContext _ml;
    private readonly QuickstartOptions _options;
    private readonly OutputFolder _output;
    private readonly IDisplay _display;
    private readonly CancellationToken _cancel;
    private readonly SswpNasSearchEstimator _search;
    private readonly ConcomitantFineTuneEstimator _concomitant;
    private readonly ConcomitantFineTuneEstimator _random;
    private readonly Teacher? _teacher;

    /// <summary>Checks the options.</summary>
    /// <exception cref="UsageException">The library refuses them.</exception>
    public Pipeline(QuickstartOptions options, OutputFolder output, IDisplay display, CancellationToken cancel)
    {
        _ml = new MLContext(options.Seed);
        _ml.Log += (_, line) =>
        {
            if (line.Kind != ChannelMessageKind.Trace && (line.Source.StartsWith("Sswp", StringComparison.Ordinal) || line.Source.StartsWith("Concomitant", StringComparison.Ordinal)))
                display.Detail($"{line.Source}: {line.RawMessage}");
        };
        _options = options;
        _output = output;
        _display = display;
        _cancel = cancel;
        options.CheckSide();
        try
        {
            _search = _ml.SswpNas().Search(
                options: options.Search(display.Search, Checkpoints("search"), cancel),
                teacherColumnName: options.Teacher is null ? null : Teacher.Column);
            _concomitant = Estimator(Plain(WeightInitialization.Concomitant, Results.ConcomitantName));
            _random = Estimator(Plain(WeightInitialization.Random, Results.RandomName));
            // Checked now, fitted after the choice of a learning rate.
            if (options.Unlabelled) WithUnlabelled(learningRate: null);
            _teacher = options.Teacher is null ? null : Teacher.Open(_ml, options.Teacher, options.AnyOrientation);
        }
        catch (ArgumentException problem)
        {
            throw new UsageException(problem.Message);
        }
    }

    public Results Run()
    {
        using CancellationTokenRegistration stopping = _cancel.Register(() => _display.Say("Stopping ..."));
        _display.Say("Reading images ...");
        Images images = Images.Load(_ml, new ImageSource(
            _options.Data, _options.TestData, _options.Limit, TestLimit: null, TestFraction, _options.Seed));
        int size = _options.SideOf(images);
        var toPixels = Images.ToPixels(_ml, size).Fit(images.Train);
        // Decoded once: the search and both fine-tunings read the same pixels.
        IDataView train = _ml.Data.Cache(toPixels.Transform(images.Train), "Pixels", "Label");
        if (_teacher is not null) train = _teacher.AddTo(train, _display.Say, _cancel);
        IDataView fewLabels = _ml.SswpNas().MaskLabels(train, "Label", _options.LabelFraction, _options.Seed);
        ImageCounts counts = new(
            Images.Count(train), LabelCount.Of(fewLabels, _options.LabelFraction), Images.Count(images.Test));
        _display.Say($"Images: {images.Description}");
        _display.Say(
            $"{counts.Search} to search on, {counts.Labels} of them with a label, {counts.Test} to score; "
            + $"{size} x {size} pixels");

        using SswpNasSearchTransformer found = Work.Timed(() => _search.Fit(train), out double searchSeconds);
        found.Result.Save(_output.PathOf(OutputFolder.SearchResultName));
        // The features' column carries the search result to the fine-tuning.
        IDataView searched = found.Transform(fewLabels);
        double probe = LinearProbe.Accuracy(_ml, searched, found.Transform(toPixels.Transform(images.Test)));
        FineTuned concomitant = FineTune(
            _concomitant, searched, toPixels, images, OutputFolder.ModelName, OutputFolder.OnnxName);
        try
        {
            FineTuned random = FineTune(_random, searched, toPixels, images, Baseline, null);
            FineTuned? unlabelled = FineTuneWithUnlabelled(concomitant, counts, searched, toPixels, images);
            Rival? rival = _options.Rival ? TrainRival(fewLabels, images.Test) : null;
            ReportTest test = Describe(found, images.Test);
            return new Results(_options, size, counts, found.Result, searchSeconds, probe, concomitant, random, unlabelled, rival, test)
            {
                MillisecondsPerImage = MillisecondsPerImage(images.Test),
                Megabytes = Scoring.Megabytes(_output.PathOf(OutputFolder.OnnxName)),
                Data = DataFacts.Of(images.Train, counts.Labels),
                LabelCounts = DataFacts.CountByClass(fewLabels),
            };
        }
        finally
        {
            File.Delete(_output.PathOf(Baseline));
        }
    }

    private FineTuneOptions Plain(WeightInitialization initialization, string name) =>
        _options.FineTune(initialization, _display.FineTune(name), Checkpoints(name), _cancel);

    private ConcomitantFineTuneEstimator Estimator(FineTuneOptions options) => _ml.SswpNas().FineTune("Label", "Pixels", options);

    private ConcomitantFineTuneEstimator WithUnlabelled(double? learningRate) => Estimator(
        _options.WithUnlabelled(Plain(WeightInitialization.Concomitant, _options.UnlabelledName), learningRate));

    /// <summary>Its model takes the plain one's place, whatever the test images say of the two.</summary>
    private FineTuned? FineTuneWithUnlabelled(
        FineTuned plain, ImageCounts counts, IDataView searched, ITransformer toPixels, Images images)
    {
        if (!_options.Unlabelled) return null;
        if (counts.Labels == counts.Search)
        {
            _display.Say("Every image has a label: there is none to learn from without.");
            return null;
        }

        return FineTune(
            WithUnlabelled(plain.LearningRate), searched, toPixels, images, OutputFolder.ModelName, OutputFolder.OnnxName);
    }

    private Rival TrainRival(IDataView fewLabels, IDataView test)
    {
        _display.Say("A linear classifier on ResNet-18's features, for comparison ...");
        _cancel.ThrowIfCancellationRequested();
        return Rival.Train(
            _options.Seed, _ml.Data.FilterRowsByMissingValues(fewLabels, "Label"), test, _output.PathOf(RivalModel));
    }

    private double MillisecondsPerImage(IDataView test)
    {
        ITransformer model = _ml.Model.Load(_output.PathOf(OutputFolder.ModelName), out _);
        using var owner = model as IDisposable;
        return Scoring.MillisecondsPerImage(_ml, model, test);
    }

    private string Checkpoints(string run) => Path.Combine(_output.Checkpoints, run);

    private FineTuned FineTune(
        ConcomitantFineTuneEstimator estimator, IDataView searched, ITransformer toPixels, Images images, string zip,
        string? onnx)
    {
        using ConcomitantFineTuneTransformer model = Work.Timed(() => estimator.Fit(searched), out double seconds);
        TransformerChain<ITransformer> fromPath = new(toPixels, model);
        string path = _output.Write(zip, file => _ml.Model.Save(fromPath, images.Train.Schema, file));
        if (onnx is not null) model.ExportToOnnx(_output.PathOf(onnx));
        _cancel.ThrowIfCancellationRequested();
        MulticlassClassificationMetrics metrics = Score(path, images.Test);
        return new FineTuned(
            model.LearningRate, model.ValidationAccuracy, model.Parameters, metrics.MicroAccuracy,
            metrics.MacroAccuracy, seconds, model.Trials, model.Calibration);
    }

    /// <summary>The test images for the report: what the saved model says of them and why, and where the search's features put them.</summary>
    private ReportTest Describe(SswpNasSearchTransformer found, IDataView test)
    {
        ITransformer model = _ml.Model.Load(_output.PathOf(OutputFolder.ModelName), out _);
        using var owner = model as IDisposable;
        return _ml.SswpNas().DescribeTest(
            found.Transform(model.Transform(test)),
            new ReportTestOptions { Seed = _options.Seed, ModelPath = _output.PathOf(OutputFolder.OnnxName) });
    }

    /// <summary>What anyone with the file and stock ML.NET would measure.</summary>
    private static MulticlassClassificationMetrics Score(string model, IDataView test)
    {
        MLContext stock = new();
        ITransformer loaded = stock.Model.Load(model, out _);
        using var owner = loaded as IDisposable;
        return stock.MulticlassClassification.Evaluate(loaded.Transform(test));
    }
}
