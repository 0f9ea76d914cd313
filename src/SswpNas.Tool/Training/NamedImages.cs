using Microsoft.ML;
using SswpNas.MLNet.Numerics;

namespace SswpNasTool.Training;

/// <summary>A labelled image, named by a model that has not learnt from it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Label">The class that somebody gave it.</param>
/// <param name="Predicted">The class that the model finds likeliest, whether or not it is sure enough to name one.</param>
/// <param name="Probability">That class's probability.</param>
internal record NamedImage(string Path, string Label, string Predicted, double Probability)
{
    public bool IsRight => Predicted == Label;

    /// <summary>Reads ImagePath, Label and Score.</summary>
    /// <param name="ml">Where the data view is from.</param>
    /// <param name="scored">Rows that all have a label.</param>
    /// <param name="classNames">The classes in the order of the scores.</param>
    /// <param name="temperature">What the logits are divided by again.</param>
    public static IEnumerable<NamedImage> Of(MLContext ml, IDataView scored, IReadOnlyList<string> classNames, double temperature) =>
        ml.Data.CreateEnumerable<Row>(scored, reuseRowObject: false).Select(row =>
        {
            int best = Array.IndexOf(row.Score, row.Score.Max());
            double probability = Softmax.Softened([.. row.Score.Select(score => Math.Log(score))], temperature).Max();
            return new NamedImage(row.ImagePath, classNames[(int)row.Label - 1], classNames[best], probability);
        });

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public uint Label { get; set; }

        public float[] Score { get; set; } = [];
    }
}

/// <summary>How well images were named.</summary>
internal sealed class NamedImages(IReadOnlyCollection<NamedImage> images)
{
    public int Count => images.Count;

    public double Accuracy => PartRight(images);

    /// <summary>The interval of 95 %.</summary>
    public (double Low, double High) Interval => Proportion.Interval(Accuracy, Count);

    /// <summary>The mean of the classes' accuracies.</summary>
    public double Macro => images.GroupBy(image => image.Label).Average(PartRight);

    /// <summary>The expected calibration error over 15 bins.</summary>
    public double CalibrationError => Reliability.ExpectedError(Reliability.Of(images.Select(image => (image.Probability, image.IsRight))));

    /// <summary>Of the images that are named where the probability reaches a bound, the part that is right; and the part of all that is named.</summary>
    public (double Precision, double Coverage) From(double bound)
    {
        NamedImage[] named = [.. images.Where(image => image.Probability >= bound)];
        return (named.Length == 0 ? 0 : PartRight(named), (double)named.Length / Count);
    }

    private static double PartRight(IEnumerable<NamedImage> some) => some.Average(image => image.IsRight ? 1.0 : 0);
}
