using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace SswpNas.MLNet.Examples;

/// <summary>How good features are: a stock trainer learns a linear classifier on them; the encoder stays as the search left it.</summary>
internal static class LinearProbe
{
    /// <summary>Accuracy on the test images, 0 to 1.</summary>
    /// <param name="ml">Where its components are from.</param>
    /// <param name="images">Features and Label; rows without a label are left out.</param>
    /// <param name="test">The same of the images to score.</param>
    public static double Accuracy(MLContext ml, IDataView images, IDataView test)
    {
        IDataView labelled = ml.Data.FilterRowsByMissingValues(images, "Label");
        var trainer = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = 1 });
        var classifier = trainer.Fit(ml.Data.Cache(labelled, "Features", "Label"));
        return ml.MulticlassClassification.Evaluate(classifier.Transform(test)).MicroAccuracy;
    }
}
