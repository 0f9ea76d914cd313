using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace SswpNas.MLNet.Examples;

/// <summary>What the stock line came to: features of a pre-trained network, and a linear classifier on them.</summary>
/// <param name="Name">The pre-trained network.</param>
/// <param name="Micro">Accuracy on the test images, 0 to 1.</param>
/// <param name="Macro">The mean of the classes' accuracies, 0 to 1.</param>
/// <param name="Seconds">Its training: features of the labelled images and the classifier.</param>
/// <param name="MillisecondsAnImage">Median time to score an image from its file, one at a time.</param>
/// <param name="Megabytes">Size of its model files.</param>
internal sealed record RivalResult(string Name, double Micro, double Macro, double Seconds, double MillisecondsAnImage, double Megabytes);

/// <summary>
/// The line that ML.NET's users have at hand without this library: features of a pre-trained network,
/// <c>NormalizeMeanVariance</c>, <c>LbfgsMaximumEntropy</c>.
/// </summary>
internal static class Rival
{
    private const int ImagesToTime = 50;

    /// <summary>Trains on the labelled images and scores the test images.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="network">The pre-trained network.</param>
    /// <param name="train">ImagePath and Label; rows without a label are left out.</param>
    /// <param name="test">ImagePath and Label of the test images.</param>
    /// <param name="say">Told how far it is.</param>
    /// <param name="cancel">Stops it.</param>
    public static RivalResult Run(
        MLContext ml, PretrainedNetwork network, IDataView train, IDataView test, Action<string> say, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        IDataView labelled = ml.Data.FilterRowsByKeyColumnFraction(train, "Label", 0, 1);
        IDataView known = ml.Data.Cache(network.With(labelled, network.Features(labelled, say, cancel)), PretrainedNetwork.Column, "Label");
        var classifier = Classifier(ml).Fit(known);
        double seconds = watch.Elapsed.TotalSeconds;
        IDataView scored = classifier.Transform(network.With(test, network.Features(test, say, cancel)));
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(scored);
        double milliseconds = SingleImages.Milliseconds(ml, network.Chain(train, classifier), test, ImagesToTime);
        return new RivalResult(
            network.Name, metrics.MicroAccuracy, metrics.MacroAccuracy, seconds, milliseconds, network.Bytes / 1e6);
    }

    private static EstimatorChain<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> Classifier(MLContext ml) =>
        ml.Transforms.NormalizeMeanVariance(PretrainedNetwork.Column)
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                FeatureColumnName = PretrainedNetwork.Column,
                L2Regularization = 1,
                NumberOfThreads = 1,
            }));
}

/// <summary>The time that a model takes for an image from its file, one at a time.</summary>
internal static class SingleImages
{
    private const int WarmUp = 5;

    /// <summary>The median in milliseconds.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="model">From ImagePath and Label to PredictedLabel.</param>
    /// <param name="images">Data with ImagePath and Label.</param>
    /// <param name="count">How many images to time, at most.</param>
    public static double Milliseconds(MLContext ml, ITransformer model, IDataView images, int count)
    {
        Row[] rows = [.. ml.Data.CreateEnumerable<Row>(ml.Data.TakeRows(images, count + WarmUp), reuseRowObject: false)];
        PredictionEngineOptions options = new() { InputSchemaDefinition = Schema(images), OwnsTransformer = false };
        using PredictionEngine<Row, Prediction> engine = ml.Model.CreatePredictionEngine<Row, Prediction>(model, options);
        double[] times = [.. rows.Select(row =>
        {
            long start = Stopwatch.GetTimestamp();
            engine.Predict(row);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }).Skip(Math.Min(WarmUp, rows.Length - 1)).Order()];
        return times[times.Length / 2];
    }

    private static SchemaDefinition Schema(IDataView images)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Label)].ColumnType = images.Schema["Label"].Type;
        return schema;
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public uint Label { get; set; }
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
