using System.Diagnostics;
using System.Reflection;
using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Ablations;

/// <summary>A search that is done.</summary>
/// <param name="Key">Its name in the shared folder.</param>
/// <param name="Options">What was searched with.</param>
/// <param name="Result">What was found.</param>
internal sealed record Found(string Key, SearchOptions Options, SearchResult Result)
{
    public double Seconds => Result.Seconds;
}

/// <summary>The parts of a row, by the estimators that anyone would take; what is done already is not done again.</summary>
internal sealed class Workbench(
    MLContext ml, Images images, AblationOptions options, SharedFolder shared, IDisplay display, CancellationToken cancel)
{
    private static readonly string _version = typeof(SearchResult).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private readonly Dictionary<string, Found> _found = [];

    private SswpNasCatalog Sswp => ml.SswpNas();

    public Found Search(SearchOptions search, int seed)
    {
        string key = Key(search, seed);
        if (_found.TryGetValue(key, out Found? known)) return known;
        SearchResult result = shared.Search(key, () =>
        {
            SearchOptions now = search with
            {
                Seed = seed,
                Threads = options.Threads,
                CancellationToken = cancel,
                Progress = display.Search(),
            };
            string? label = search.Objective == SearchObjective.Supervised ? "Label" : null;
            using SswpNasSearchTransformer found = Sswp.Search(options: now, labelColumnName: label).Fit(images.Train);
            return found.Result;
        });
        return _found[key] = new Found(key, search, result);
    }

    /// <summary>Trains the architecture from scratch with all labels, and scores it.</summary>
    public Outcome Train(Found found, TrainOptions train, int seed) => Outcome(
        Key(new { found.Key, train }, seed), data =>
        {
            TrainOptions now = train with
            {
                Seed = seed,
                Threads = options.Threads,
                CancellationToken = cancel,
                Progress = display.Training("training"),
            };
            return Sswp.Train(found.Result, options: now).Fit(data);
        },
        images.Train, found.Result);

    /// <summary>Fine-tunes with a part of the labels, which the seed chooses, and scores.</summary>
    public Outcome FineTune(Found found, FineTuneOptions fineTune, double labelFraction, int seed)
    {
        PretrainResult? pretrained =
            fineTune.Initialization == WeightInitialization.SimClrPretrained ? Pretrain(found, seed) : null;
        Outcome tuned = Outcome(
            Key(new { found.Key, fineTune, labelFraction }, seed), data =>
            {
                FineTuneOptions now = fineTune with
                {
                    Seed = seed,
                    Threads = options.Threads,
                    CancellationToken = cancel,
                    Progress = display.Training("fine-tuning"),
                };
                return Sswp.FineTune("Label", "Pixels", now, found.Result, pretrained).Fit(data);
            },
            Sswp.MaskLabels(images.Train, "Label", labelFraction, seed), found.Result);
        return pretrained is null ? tuned : tuned with { Seconds = tuned.Seconds + pretrained.Seconds };
    }

    /// <summary>A linear classifier on the search's features learns from a part of the labels, and is scored.</summary>
    public Outcome Probe(Found found, double labelFraction, int seed) => shared.Outcome(
        Key(new { found.Key, probe = labelFraction }, seed), () =>
        {
            long start = Stopwatch.GetTimestamp();
            using SswpNasSearchTransformer encoder = Sswp.EncodeImages(found.Result).Fit(images.Train);
            IDataView few = Sswp.MaskLabels(images.Train, "Label", labelFraction, seed);
            double accuracy = LinearProbe.Accuracy(ml, encoder.Transform(few), encoder.Transform(images.Test));
            return new Outcome(
                accuracy, Stopwatch.GetElapsedTime(start).TotalSeconds, found.Result.Parameters, found.Result.Genotype.ToString(), _version);
        });

    private PretrainResult Pretrain(Found found, int seed) => shared.Pretraining(found.Key, () =>
    {
        PretrainOptions now = PretrainOptions.From(found.Options) with
        {
            Seed = seed,
            Threads = options.Threads,
            CancellationToken = cancel,
            Progress = display.Pretraining(),
        };
        using SimClrPretrainTransformer pretrained = Sswp.Pretrain(options: now, searchResult: found.Result).Fit(images.Train);
        return pretrained.Result;
    });

    private Outcome Outcome<T>(string key, Func<IDataView, T> fit, IDataView data, SearchResult found)
        where T : ClassifierTransformer => shared.Outcome(key, () =>
    {
        long start = Stopwatch.GetTimestamp();
        using T model = fit(data);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double accuracy = ml.MulticlassClassification.Evaluate(model.Transform(images.Test)).MicroAccuracy;
        return new Outcome(accuracy, seconds, model.Parameters, found.Genotype.ToString(), _version);
    });

    private string Key(object what, int seed) => OptionNames.Key(new { what, seed, images = images.Facts["hash of both"] });
}
