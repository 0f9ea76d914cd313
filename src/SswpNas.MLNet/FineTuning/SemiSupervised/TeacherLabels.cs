using Microsoft.ML.Trainers;

namespace SswpNas.MLNet.FineTuning.SemiSupervised;

/// <summary>
/// What a teacher says of images: a linear classifier on its features, trained on the same labels, gives every image
/// probabilities of the classes.
/// </summary>
internal static class TeacherLabels
{
    // For vectors of length 1; with it the probabilities are about as sure as they are right.
    private const float L2 = 0.1f;

    /// <summary>Log-probabilities of the classes for some images, [images][classes].</summary>
    /// <param name="teacher">Features of all images, centred and of length 1.</param>
    /// <param name="labels">Classes of all images, <see cref="LabelColumn.Missing"/> for none.</param>
    /// <param name="classes">How many there are.</param>
    /// <param name="train">The labelled images to train on.</param>
    /// <param name="images">The images to judge.</param>
    /// <param name="token">Stops it.</param>
    public static double[][] LogProbabilities(
        TeacherFeatures teacher, int[] labels, int classes, int[] train, int[] images, CancellationToken token)
    {
        MLContext ml = new(1);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, teacher.Length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        var trainer = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            FeatureColumnName = nameof(Row.Features),
            LabelColumnName = nameof(Row.Label),
            L1Regularization = 0,
            L2Regularization = L2,
            NumberOfThreads = 1,
        });
        IDataView judged = trainer.Fit(View(train)).Transform(View(images));
        return [.. judged.GetColumn<float[]>("Score").Select(p => p.Select(v => Math.Log(Math.Max(1e-12, v))).ToArray())];

        IDataView View(int[] some) => ml.Data.LoadFromEnumerable(
            some.Select(n =>
            {
                token.ThrowIfCancellationRequested();
                return new Row { Features = teacher[n].ToArray(), Label = (uint)labels[n] };
            }),
            schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        // ML.NET counts a member's classes from 0 and takes what is beyond the last one for missing.
        public uint Label { get; set; }
    }
}
