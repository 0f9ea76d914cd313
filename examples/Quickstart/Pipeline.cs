using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>The whole job: images, search, fine-tunings of what was found, a rival, files, scores.</summary>
internal sealed class Pipeline
{
    /// <summary>The column with the labels before they were masked, for the records alone.</summary>
    public const string TruthColumn = "TrueLabel";

    // Saved, scored and deleted: these models are for comparison only.
    private const string Compared = "compared.zip.tmp";
    private const double TestFraction = 0.2;
    private const int ImagesToTime = 50;

    private readonly MLContext _ml;
    private readonly QuickstartOptions _options;
    private readonly OutputFolder _output;
    private readonly IDisplay _display;
    private readonly CancellationToken _cancel;
    private readonly SswpNasSearchEstimator _search;
    private readonly PretrainedNetwork? _teacher;
    private readonly PretrainedNetwork? _rival;

    /// <summary>Checks the options.</summary>
    /// <exception cref="UsageException">The library refuses them, or the teacher cannot be used.</exception>
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
        _teacher = options.Teacher is string teacher ? PretrainedNetwork.Open(_ml, teacher) : null;
        _rival = options.Rival ? PretrainedNetwork.Open(_ml, PretrainedNetwork.ResNet18) : null;
        try
        {
            _search = _ml.SswpNas().Search(
                options: options.Search(display.Search, Checkpoints("search"), cancel),
                teacherColumnName: _teacher is null ? null : PretrainedNetwork.Column);
            FineTuning(Start.Concomitant);
        }
        catch (ArgumentException problem)
        {
            throw new UsageException(problem.Message);
        }
    }

    /// <summary>What is learnt from images without a label, and how; null where they are ignored.</summary>
    private Start? FromUnlabelled => _teacher is not null ? Start.Taught : _options.UsesUnlabelled ? Start.SemiSupervised : null;

    public Results Run()
    {
        using CancellationTokenRegistration stopping = _cancel.Register(() => _display.Say("Stopping ..."));
        _display.Say("Reading images ...");
        Images images = Images.Load(_ml, new ImageSource(
            _options.Data, _options.TestData, _options.Limit, TestLimit: null, TestFraction, _options.Seed));
        int size = _options.ImageSize ?? images.UsualSize();
        var toPixels = Images.ToPixels(_ml, size).Fit(images.Train);
        IDataView train = Train(images, toPixels, out double teacherSeconds);
        IDataView fewLabels = _ml.SswpNas().MaskLabels(train, "Label", _options.LabelFraction, _options.Seed);
        ImageCounts counts = new(
            Images.Count(train), LabelCount.Of(fewLabels, _options.LabelFraction), Images.Count(images.Test));
        _display.Say($"Images: {images.Description}");
        _display.Say(
            $"{counts.Search} to search on, {counts.Labels} of them with a label, {counts.Test} to score; "
            + $"{size} x {size} pixels");

        using SswpNasSearchTransformer found = Timed(() => _search.Fit(train), out double searchSeconds);
        found.Result.Save(_output.PathOf(OutputFolder.SearchResultName));
        // The features' column carries the search result to the fine-tuning.
        IDataView searched = found.Transform(fewLabels);
        double probe = Probe(found, searched, toPixels.Transform(images.Test));
        List<FineTuned> tuned = FineTunings(searched, toPixels, images);
        string model = _output.PathOf(OutputFolder.ModelName);
        ReportTest test = Describe(found, images.Test);
        return new Results(_options, size, counts, found.Result, searchSeconds, probe, tuned, test)
        {
            TeacherSeconds = teacherSeconds,
            Rival = Compare(images),
            MillisecondsAnImage = Milliseconds(model, images.Test),
            Megabytes = new FileInfo(_output.PathOf(OutputFolder.OnnxName)).Length / 1e6,
        };
    }

    /// <summary>The images to search and train on, decoded once: the search and all fine-tunings read the same pixels.</summary>
    private IDataView Train(
        Images images, TransformerChain<ImagePixelExtractingTransformer> toPixels, out double teacherSeconds)
    {
        teacherSeconds = 0;
        IDataView pixels = _ml.Transforms.CopyColumns(TruthColumn, "Label").Fit(images.Train).Transform(images.Train);
        if (_teacher is null) return _ml.Data.Cache(toPixels.Transform(pixels), "Pixels", "Label", TruthColumn);
        PretrainedNetwork teacher = _teacher;
        var features = Timed(() => teacher.Features(images.Train, _display.Say, _cancel), out teacherSeconds);
        return _ml.Data.Cache(
            toPixels.Transform(teacher.With(pixels, features)), "Pixels", "Label", TruthColumn, PretrainedNetwork.Column);
    }

    /// <summary>
    /// The fine-tunings. What learns from all images is the model that is kept; it takes over the learning rate that was chosen for
    /// labels alone.
    /// </summary>
    private List<FineTuned> FineTunings(IDataView searched, ITransformer toPixels, Images images)
    {
        List<FineTuned> tuned = [];
        try
        {
            tuned.Add(FineTune(Start.Concomitant, null, searched, toPixels, images, isKept: FromUnlabelled is null));
            if (FromUnlabelled is Start start)
                tuned.Add(FineTune(start, tuned[0].LearningRate, searched, toPixels, images, isKept: true));
            tuned.Add(FineTune(Start.Random, null, searched, toPixels, images, isKept: false));
            return tuned;
        }
        finally
        {
            File.Delete(_output.PathOf(Compared));
        }
    }

    /// <summary>The stock line on the same split.</summary>
    private RivalResult? Compare(Images images) => _rival is null
        ? null
        : Rival.Run(
            _ml, _rival, _ml.SswpNas().MaskLabels(images.Train, "Label", _options.LabelFraction, _options.Seed), images.Test,
            _display.Say, _cancel);

    /// <summary>
    /// A linear probe: a stock trainer learns from the features of the images that have a label; the encoder stays as the
    /// search left it.
    /// </summary>
    private double Probe(SswpNasSearchTransformer encoder, IDataView searched, IDataView test)
    {
        IDataView labelled = _ml.Data.FilterRowsByKeyColumnFraction(searched, "Label", 0, 1);
        var trainer = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = 1 });
        var classifier = trainer.Fit(_ml.Data.Cache(labelled, "Features", "Label"));
        return _ml.MulticlassClassification.Evaluate(classifier.Transform(encoder.Transform(test))).MicroAccuracy;
    }

    private ConcomitantFineTuneEstimator FineTuning(Start start, double? learningRate = null) => _ml.SswpNas().FineTune(
        "Label", "Pixels", _options.FineTune(start, learningRate, _display.FineTune(start), Checkpoints(start.Name), _cancel));

    private string Checkpoints(string run) => Path.Combine(_output.Checkpoints, run);

    private FineTuned FineTune(
        Start start, double? learningRate, IDataView searched, ITransformer toPixels, Images images, bool isKept)
    {
        using ConcomitantFineTuneTransformer model =
            Timed(() => FineTuning(start, learningRate).Fit(searched), out double seconds);
        TransformerChain<ITransformer> fromPath = new(toPixels, model);
        string path = _output.Write(isKept ? OutputFolder.ModelName : Compared, file => _ml.Model.Save(fromPath, images.Train.Schema, file));
        if (isKept) model.ExportToOnnx(_output.PathOf(OutputFolder.OnnxName));
        _cancel.ThrowIfCancellationRequested();
        MulticlassClassificationMetrics metrics = Score(path, images.Test);
        return new FineTuned(
            start, isKept, model.LearningRate, model.ValidationAccuracy, model.Parameters, metrics.MicroAccuracy,
            metrics.MacroAccuracy, seconds, model.Trials);
    }

    private double Milliseconds(string path, IDataView test)
    {
        ITransformer model = _ml.Model.Load(path, out _);
        using var owner = model as IDisposable;
        return SingleImages.Milliseconds(_ml, model, test, ImagesToTime);
    }

    /// <summary>The test images for the report: what the saved model says of them and where the search's features put them.</summary>
    private ReportTest Describe(SswpNasSearchTransformer found, IDataView test)
    {
        ITransformer model = _ml.Model.Load(_output.PathOf(OutputFolder.ModelName), out _);
        using var owner = model as IDisposable;
        return _ml.SswpNas().DescribeTest(found.Transform(model.Transform(test)), new ReportTestOptions { Seed = _options.Seed });
    }

    /// <summary>What anyone with the file and stock ML.NET would measure.</summary>
    private static MulticlassClassificationMetrics Score(string model, IDataView test)
    {
        MLContext stock = new();
        ITransformer loaded = stock.Model.Load(model, out _);
        using var owner = loaded as IDisposable;
        return stock.MulticlassClassification.Evaluate(loaded.Transform(test));
    }

    private static T Timed<T>(Func<T> work, out double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return result;
    }
}
