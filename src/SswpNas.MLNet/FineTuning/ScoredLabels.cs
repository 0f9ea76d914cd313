namespace SswpNas.MLNet.FineTuning;

/// <summary>Labelled rows with the scores of models that have not learnt from them.</summary>
internal sealed class ScoredLabels
{
    // The logarithm of a probability that a float cannot hold any more.
    private const double Least = 1e-45;

    private ScoredLabels(double[][] logProbabilities, int[] labels)
    {
        (LogProbabilities, Labels) = (logProbabilities, labels);
    }

    /// <summary>Of the classes, an array a row.</summary>
    public double[][] LogProbabilities { get; }

    /// <summary>The rows' classes.</summary>
    public int[] Labels { get; }

    /// <summary>The rows' highest probabilities.</summary>
    public double[] Confidences(double temperature) => TemperatureFit.Confidences(LogProbabilities, temperature);

    /// <summary>Reads the rows that have a label.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type, or has other classes.</exception>
    /// <exception cref="InvalidDataException">No row has a label, or scores are no probabilities.</exception>
    public static ScoredLabels Read(IDataView scored, string labelColumn, string scoreColumn, IReadOnlyList<string> classNames)
    {
        LabelColumn labels = LabelColumn.Of(scored.Schema, labelColumn);
        if (!labels.ClassNames.SequenceEqual(classNames))
        {
            throw new ArgumentException(
                $"The column '{labelColumn}' has the classes {string.Join(", ", labels.ClassNames)}; those of the model were expected, in its order: {string.Join(", ", classNames)}. Make both from one key column.");
        }

        DataViewSchema.Column scores = SchemaColumns.Floats(SchemaColumns.Find(scored.Schema, scoreColumn, "scores"));
        List<double[]> logs = [];
        List<int> classes = [];
        using DataViewRowCursor cursor = scored.GetRowCursor([labels.Column, scores]);
        ValueGetter<int> label = labels.Getter(cursor);
        Func<float[]> score = SchemaColumns.Vector(cursor, scores);
        int known = LabelColumn.Missing;
        for (long row = 0; cursor.MoveNext(); row++)
        {
            label(ref known);
            if (known == LabelColumn.Missing) continue;
            logs.Add(Logarithms(score(), row, scoreColumn, classNames.Count));
            classes.Add(known);
        }

        if (classes.Count == 0)
        {
            throw new InvalidDataException(
                $"No row has a label in '{labelColumn}'; labelled images were expected that the models had not learnt from, such as those of a cross-validation.");
        }

        return new ScoredLabels([.. logs], [.. classes]);
    }

    private static double[] Logarithms(float[] scores, long row, string column, int classes)
    {
        if (scores.Length == classes && scores.All(p => p is >= 0 and <= 1) && Math.Abs(scores.Sum() - 1) < 1e-3)
            return [.. scores.Select(p => Math.Log(Math.Max(p, Least)))];
        throw new InvalidDataException(
            $"Row {row} (the first is 0) has in '{column}' {scores.Length} scores with the sum {scores.Sum().ToString("G6", CultureInfo.InvariantCulture)}; a probability of each of {classes} classes was expected, with the sum 1. Give the scores as a fine-tuned model gives them.");
    }
}
