using Microsoft.ML.Trainers;

namespace SswpNas.MLNet.FineTuning.SemiSupervised;

/// <summary>
/// What a teacher says of images: a linear classifier on its features, trained on the same labels, gives every image
/// probabilities of the classes. They are as sure as the classifier is right on labels that it has not seen (temperature scaling,
/// Guo et al., 2017).
/// </summary>
/// <param name="teacher">Features of all images, centred and of length 1.</param>
/// <param name="labels">Classes of all images, <see cref="LabelColumn.Missing"/> for none.</param>
/// <param name="classes">How many there are.</param>
/// <param name="token">Stops it.</param>
internal sealed class TeacherLabels(TeacherFeatures teacher, int[] labels, int classes, CancellationToken token)
{
    // Few labels and many features want much; for vectors of length 1.
    private const float L2 = 0.1f;

    private const int Folds = 5;

    private static readonly double[] _temperatures = [.. Enumerable.Range(0, 25).Select(i => 2 * Math.Pow(0.85, i))];

    private readonly MLContext _ml = new(1);

    /// <summary>Log-probabilities of the classes for some images, [images][classes].</summary>
    /// <param name="train">The labelled images to train on.</param>
    /// <param name="images">The images to judge.</param>
    public double[][] LogProbabilities(int[] train, int[] images)
    {
        double temperature = Temperature(train);
        return [.. Judge(train, images).Select(logs => Sharpened(logs, temperature))];
    }

    /// <summary>That under which labels that were held out are likeliest.</summary>
    private double Temperature(int[] train)
    {
        // As many of each class in each fold.
        int[] order = [.. train.OrderBy(n => labels[n])];
        List<(double[] Logs, int Label)> held = [];
        for (int fold = 0; fold < Math.Min(Folds, order.Length); fold++)
        {
            int[] some = [.. order.Where((_, i) => i % Folds == fold)], others = [.. order.Where((_, i) => i % Folds != fold)];
            if (others.Length == 0) return 1;
            held.AddRange(Judge(others, some).Zip(some, (logs, n) => (logs, labels[n])));
        }

        return _temperatures.MaxBy(t => held.Sum(h => Sharpened(h.Logs, t)[h.Label]));
    }

    private double[][] Judge(int[] train, int[] images)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, teacher.Length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        var trainer = _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            FeatureColumnName = nameof(Row.Features),
            LabelColumnName = nameof(Row.Label),
            L2Regularization = L2,
            NumberOfThreads = 1,
        });
        IDataView judged = trainer.Fit(View(train)).Transform(View(images));
        return [.. judged.GetColumn<float[]>("Score").Select(p => p.Select(v => Math.Log(Math.Max(1e-12, v))).ToArray())];

        IDataView View(int[] some) => _ml.Data.LoadFromEnumerable(
            some.Select(n =>
            {
                token.ThrowIfCancellationRequested();
                return new Row { Features = teacher[n].ToArray(), Label = (uint)labels[n] };
            }),
            schema);
    }

    private static double[] Sharpened(double[] logs, double temperature) =>
        [.. Softmax.Softened(logs, temperature).Select(p => Math.Log(Math.Max(1e-300, p)))];

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        // ML.NET counts a member's classes from 0 and takes what is beyond the last one for missing.
        public uint Label { get; set; }
    }
}
