using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;
using SswpNasTool.Images;

namespace SswpNasTool.Training;

/// <summary>The whole of <c>train</c>: images, settings, search, fine-tuning, cross-validation, files.</summary>
internal sealed class TrainRun
{
    private readonly MLContext _ml;
    private readonly TrainRequest _request;
    private readonly OutputFolder _output;
    private readonly IDisplay _display;
    private readonly CancellationToken _cancel;
    private readonly Stopwatch _time = Stopwatch.StartNew();
    private readonly Teacher? _teacher;

    /// <exception cref="InvalidDataException">The teacher's file cannot be used.</exception>
    public TrainRun(TrainRequest request, OutputFolder output, IDisplay display, CancellationToken cancel)
    {
        _ml = new MLContext(request.Seed);
        _ml.Log += (_, line) =>
        {
            // The tool has the library decode images, wherever it says that ML.NET would do so otherwise.
            bool isOurs = line.Kind == ChannelMessageKind.Warning && !line.Source.Contains("Onnx", StringComparison.Ordinal);
            bool isSaid = line.RawMessage.StartsWith("Left out:", StringComparison.Ordinal) || line.RawMessage.Contains("LoadImages", StringComparison.Ordinal);
            if (isOurs && !isSaid) display.Say($"Warning: {line.RawMessage}");
        };
        (_request, _output, _display, _cancel) = (request, output, display, cancel);
        _teacher = request.Teacher is null ? null : Teacher.Open(_ml, request.Teacher, anyOrientation: false);
    }

    public TrainResults Run()
    {
        using CancellationTokenRegistration stopping = _cancel.Register(() => _display.Say("Stopping ..."));
        _display.Say("Reading images ...");
        ImageSet set = new ImageSetReader(_ml, _display.Say).Read(_request.Data, _request.Labels);
        _display.Say($"{set.Paths.Length} images, {set.Labelled} of them with a label, of {set.ClassNames.Length} classes: {string.Join(", ", Counts(set))}.");
        ImageSet? test = _request.TestData is null ? null : TestImages.Read(_ml, _request.TestData, set, _display.Say);
        TrainSettings? stopped = TrainSettings.OfStoppedRun(_output.Checkpoints, _request);
        Check(set, stopped);
        TrainSettings settings = stopped ?? new TimePlan(_request, set, Measure, _display.Say).Choose(() => _time.Elapsed);
        if (stopped is not null) _display.Say("The run that was stopped goes on, with the settings that were chosen for it.");
        _cancel.ThrowIfCancellationRequested();
        settings.Keep(_output.Checkpoints);
        return Train(set, test, new Recipe(_request, settings, set.Unlabelled > 0));

        Speed Measure(TrainSettings some) => Speed.Measure(_ml, set, new Recipe(_request, some, set.Unlabelled > 0), _cancel);
    }

    /// <summary>What would be found out only after the search.</summary>
    private void Check(ImageSet set, TrainSettings? stopped)
    {
        if (set.ClassNames.Length < 2)
        {
            throw new InvalidDataException(
                $"The images have labels of {set.ClassNames.Length} classes; at least 2 were expected. Put images into a folder for each class, or give labels with --labels.");
        }

        if (set.Fewest < 2)
        {
            throw new InvalidDataException(
                $"A class has {set.Fewest} labelled images ({string.Join(", ", Counts(set))}); at least 2, better 10, were expected of each.");
        }

        // The lengths do not matter here, so those of the presets stand for all.
        TrainSettings any = stopped ?? new TrainSettings
        {
            Request = "",
            ImageSize = _request.ImageSize ?? ImageSides.Sizes[0],
            Stem = StemKind.Cifar,
            Channels = SearchOptions.Laptop.InitialChannels,
            Epochs = SearchOptions.Laptop.Epochs,
            BatchSize = 2,
            FineTuneEpochs = FineTuneOptions.Laptop.Epochs,
            LabelSteps = 1,
            UnlabelledSteps = 1,
            Folds = 2,
        };
        Recipe recipe = new(_request, any, set.Unlabelled > 0);
        _ml.SswpNas().CheckLabels(set.View(_ml), "Label", recipe.FineTune(null, null, _cancel));
    }

    private TrainResults Train(ImageSet set, ImageSet? test, Recipe recipe)
    {
        IDataView images = set.View(_ml);
        var toPixels = Pixels.Of(_ml, recipe.Settings.ImageSize).Fit(images);
        IDataView pixels = _ml.Data.Cache(toPixels.Transform(images), "Pixels", "Label");    // decoded once
        if (_teacher is not null) pixels = _teacher.AddTo(pixels, _display.Say, _cancel);
        string? teacher = _teacher is null ? null : Teacher.Column;

        SearchOptions search = recipe.Search(_display.Search, Checkpoints("search"), _cancel);
        using SswpNasSearchTransformer found = Work.Timed(
            () => _ml.SswpNas().Search(options: search, teacherColumnName: teacher).Fit(pixels), out double searchSeconds);
        found.Result.Save(_output.PathOf(OutputFolder.SearchResultName));

        FineTuneOptions all = recipe.FineTune(_display.FineTune("fine-tuning"), Checkpoints("fine-tuning"), _cancel);
        using ConcomitantFineTuneTransformer plain = Work.Timed(
            () => _ml.SswpNas().FineTune("Label", "Pixels", all, found.Result).Fit(pixels), out double fineTuneSeconds);
        Save(images, toPixels, plain, pixels);

        IDataView named = Work.Timed(() => Validate(recipe, pixels, found.Result, plain.LearningRate), out double foldSeconds);
        using ConcomitantFineTuneTransformer tuned = _ml.SswpNas().Calibrate(plain, named);
        Save(images, toPixels, tuned, pixels);
        CrossValidation folds = CrossValidation.Of(_ml, named, recipe.Settings.Folds, tuned);
        _output.Write(CrossValidation.FileName, folds.Write);
        TrainResults results = new(_request, set, recipe.Settings, found.Result, tuned, folds)
        {
            Seconds = new Dictionary<string, double>
            {
                ["search"] = searchSeconds,
                ["fine-tuning"] = fineTuneSeconds,
                ["cross-validation"] = foldSeconds,
                ["all"] = _time.Elapsed.TotalSeconds,
            },
            OnnxBytes = new FileInfo(_output.PathOf(OutputFolder.OnnxName)).Length,
            Test = test is null ? null : TestImages.Of(_ml, toPixels.Transform(test.View(_ml)), tuned, _request.Seed),
        };
        ReportTest shown = results.Test?.Shown
            ?? _ml.SswpNas().DescribeTest(found.Transform(folds.Named), new ReportTestOptions { Seed = _request.Seed });
        _output.Write(OutputFolder.ReportName, file => found.Result.WriteReport(file, results.ToReport(shown)));
        _output.Write(OutputFolder.ResultsName, file => File.WriteAllText(file, Commands.ToolCommand.ToJson(results.Figures())));
        _output.DeleteCheckpoints();
        return results;
    }

    private void Save(IDataView images, ITransformer toPixels, ConcomitantFineTuneTransformer tuned, IDataView pixels)
    {
        ITransformer toName = _ml.Transforms.Conversion.MapKeyToValue(Models.SavedModel.Name, "PredictedLabel").Fit(tuned.Transform(pixels));
        TransformerChain<ITransformer> model = new(toPixels, tuned, toName);
        _output.Write(OutputFolder.ModelName, file => _ml.Model.Save(model, images.Schema, file));
        tuned.ExportToOnnx(_output.PathOf(OutputFolder.OnnxName));
    }

    /// <summary>Each labelled image is named by a model that has not learnt from it, from the same search.</summary>
    private IDataView Validate(Recipe recipe, IDataView pixels, SearchResult found, double learningRate)
    {
        int count = recipe.Settings.Folds;
        return CrossValidated.Score(
            _ml, pixels,
            fold => _ml.SswpNas().FineTune(
                "Label", "Pixels",
                recipe.Chosen(learningRate, _display.FineTune($"fold {fold + 1} of {count}"), Checkpoints($"fold-{fold + 1}"), _cancel), found),
            count);
    }

    private string Checkpoints(string run) => Path.Combine(_output.Checkpoints, run);

    private static IEnumerable<string> Counts(ImageSet set) =>
        set.ClassNames.Select((name, n) => $"{name} {set.Labels.Count(label => label == n)}");
}
