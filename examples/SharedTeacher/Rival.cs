using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace SswpNas.MLNet.Examples;

/// <summary>What a stock line of ML.NET comes to on the same images: a linear classifier on ResNet-18's features.</summary>
/// <param name="Micro">Accuracy on the test images, 0 to 1.</param>
/// <param name="Macro">The mean of the classes' accuracies, 0 to 1.</param>
/// <param name="Seconds">To train it, the features of the labelled images included.</param>
/// <param name="MillisecondsPerImage">To score one image, decoding included.</param>
/// <param name="Megabytes">Of the saved model.</param>
internal sealed record Rival(double Micro, double Macro, double Seconds, double MillisecondsPerImage, double Megabytes)
{
    /// <summary>Trains, saves, measures and scores it.</summary>
    /// <param name="seed">Of its MLContext.</param>
    /// <param name="labelled">ImagePath and Label of the images that have a label.</param>
    /// <param name="test">The same of the images to score.</param>
    /// <param name="path">Where the model is saved for a while.</param>
    public static Rival Train(int seed, IDataView labelled, IDataView test, string path)
    {
        MLContext ml = new(seed);
        long start = Stopwatch.GetTimestamp();
        var featurizer = ml.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("Image", PackageFiles.Side, PackageFiles.Side))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Append(ml.Transforms.DnnFeaturizeImage(
                "Features", m => m.ModelSelector.ResNet18(ml, m.OutputColumn, m.InputColumn), "Pixels"))
            .Fit(labelled);
        IDataView features = ml.Data.Cache(featurizer.Transform(labelled), "Features", "Label");
        ITransformer classifier = ml.Transforms.NormalizeMeanVariance("Features")
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
                new LbfgsMaximumEntropyMulticlassTrainer.Options { L2Regularization = 1, NumberOfThreads = 1 }))
            .Fit(features);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using TransformerChain<ITransformer> model = new(featurizer, classifier);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        try
        {
            ml.Model.Save(model, labelled.Schema, path);
            return new Rival(
                metrics.MicroAccuracy, metrics.MacroAccuracy, seconds, Scoring.MillisecondsPerImage(ml, model, test),
                Scoring.Megabytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }
}

/// <summary>What it costs to score with a model.</summary>
internal static class Scoring
{
    private const int WarmUp = 5;
    private const int Measured = 50;

    /// <summary>The median over some images, one at a time, from the path to the scores.</summary>
    public static double MillisecondsPerImage(MLContext ml, ITransformer model, IDataView images)
    {
        string[] paths = [.. images.GetColumn<string>("ImagePath").Take(Measured)];
        using var engine = ml.Model.CreatePredictionEngine<ImageRow, ScoreRow>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        foreach (string path in paths.Take(WarmUp)) engine.Predict(new ImageRow { ImagePath = path });
        double[] times = [.. paths.Select(path =>
        {
            long start = Stopwatch.GetTimestamp();
            engine.Predict(new ImageRow { ImagePath = path });
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).Order()];
        return times[times.Length / 2];
    }

    public static double Megabytes(string path) => new FileInfo(path).Length / 1e6;

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }
}
