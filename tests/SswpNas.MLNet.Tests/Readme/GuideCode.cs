using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Readme;

/// <summary>
/// The code of docs/guide.md and of long runs in docs/settings.md: what stands between markers here stands there, line by line.
/// The tests run it with small settings and look at what it gives.
/// </summary>
internal static class GuideCode
{
    public static IReadOnlyList<NamedPhoto> Score(string[] paths)
    {
        // <score>
        MLContext ml = new();
        ITransformer model = ml.Model.Load("model.zip", out _);
        IDataView photos = ml.Data.LoadFromEnumerable(paths.Select(path => new Photo { ImagePath = path }));
        IDataView scored = model.Transform(photos);
        var toName = ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel");
        IDataView named = toName.Fit(scored).Transform(scored);
        List<NamedPhoto> answers = [.. ml.Data.CreateEnumerable<NamedPhoto>(named, reuseRowObject: false)];
        foreach (NamedPhoto photo in answers)
            Console.WriteLine($"{photo.ImagePath}: {photo.Name} ({photo.Score.Max():P0})");
        // </score>
        (model as IDisposable)?.Dispose();
        return answers;
    }

    public static IReadOnlyList<(double Fraction, WeightInitialization Start, double Accuracy)> Sweep(
        MLContext ml, IDataView train, IDataView test, SearchOptions searchOptions, FineTuneOptions fineTuneOptions,
        double[] fractions)
    {
        List<(double Fraction, WeightInitialization Start, double Accuracy)> accuracies = [];
        SswpNasCatalog sswp = ml.SswpNas();
        // <sweep>
        using SswpNasSearchTransformer found = sswp.Search("Pixels", "Features", searchOptions).Fit(train);
        found.Result.Save("search-result");    // SearchResult.Load("search-result") gives it back
        PretrainOptions pretrainOptions = PretrainOptions.From(searchOptions);
        using SimClrPretrainTransformer pretrained = sswp.Pretrain(found.Result, pretrainOptions).Fit(train);
        pretrained.Result.Save("pretrain-result");
        foreach (double fraction in fractions)
        {
            IDataView labelled = sswp.MaskLabels(train, "Label", fraction, seed: 1);
            foreach (WeightInitialization start in Enum.GetValues<WeightInitialization>())
            {
                FineTuneOptions options = fineTuneOptions with { Initialization = start };
                using var tuned = sswp
                    .FineTune("Label", "Pixels", options, found.Result, pretrained.Result).Fit(labelled);
                double accuracy = ml.MulticlassClassification.Evaluate(tuned.Transform(test)).MicroAccuracy;
                accuracies.Add((fraction, start, accuracy));
            }
        }
        // </sweep>

        return accuracies;
    }

    public static (double Probe, double FromScratch) Compare(
        MLContext ml, IDataView train, IDataView test, SearchOptions searchOptions, TrainOptions trainOptions)
    {
        SswpNasCatalog sswp = ml.SswpNas();
        // <probe>
        using SswpNasSearchTransformer encoder = sswp.Search("Pixels", "Features", searchOptions).Fit(train);
        var trainer = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Features");
        var probe = encoder.Append(trainer.Fit(encoder.Transform(train)));    // the encoder stays as it is
        double probed = ml.MulticlassClassification.Evaluate(probe.Transform(test)).MicroAccuracy;
        // </probe>

        // <scratch>
        Architecture darts = new(KnownGenotypes.DARTS_V2(cells: 8), initialChannels: 16);
        File.WriteAllText("architecture.txt", darts.ToString());    // Architecture.Parse reads it back
        Console.WriteLine($"{darts.Parameters(classes: 10)} weights, {darts.MultiplyAdds(imageSize: 32)} multiply-adds");
        using ArchitectureTrainTransformer trained = sswp.Train(darts, "Label", "Pixels", trainOptions).Fit(train);
        double accuracy = ml.MulticlassClassification.Evaluate(trained.Transform(test)).MicroAccuracy;
        // </scratch>
        return (probed, accuracy);
    }

    public static void Report(
        MLContext ml, IDataView train, IDataView test, SearchOptions searchOptions, FineTuneOptions fineTuneOptions)
    {
        SswpNasCatalog sswp = ml.SswpNas();
        using SswpNasSearchTransformer found = sswp.Search("Pixels", "Features", searchOptions).Fit(train);
        using ConcomitantFineTuneTransformer tuned =
            sswp.FineTune("Label", "Pixels", fineTuneOptions, found.Result).Fit(train);
        // <report>
        IDataView scored = tuned.Transform(found.Transform(test));    // Score, PredictedLabel and Features
        found.Result.WriteReport("report.html", new ReportContent
        {
            FineTunings = [new ReportFineTuning("concomitant", tuned)],
            Test = sswp.DescribeTest(scored),
        });
        // </report>
    }

    public static SearchResult LongRun(MLContext ml, IDataView train, SearchOptions searchOptions)
    {
        SswpNasCatalog sswp = ml.SswpNas();
        // <checkpoints>
        SearchOptions longRun = searchOptions with
        {
            Seed = 1,
            Checkpoints = new CheckpointOptions { Folder = "checkpoints/search", EveryMinutes = 10 },
        };
        using SswpNasSearchTransformer found = sswp.Search("Pixels", "Features", longRun).Fit(train);
        // </checkpoints>
        return found.Result;
    }

    // <rows>
    public sealed class Photo
    {
        public string ImagePath { get; set; } = "";
    }

    public sealed class NamedPhoto
    {
        public string ImagePath { get; set; } = "";

        public string Name { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
    // </rows>
}
