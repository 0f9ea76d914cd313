using Microsoft.ML;

namespace SswpNas.MLNet;

/// <summary>
/// Output shapes before there is data. ML.NET gives third parties no way to make a shape's column, so they are borrowed
/// from built-in estimators that promise the same.
/// </summary>
internal static class EstimatorSchema
{
    /// <summary>The input's columns and a vector of Single of known size, as concatenation gives of the pixels.</summary>
    public static SchemaShape WithFeatures(MLContext ml, SchemaShape input, string features, string pixels) =>
        ml.Transforms.Concatenate(features, pixels).GetOutputSchema(input);

    /// <summary>The input's columns with those of a multiclass trainer, under our names.</summary>
    public static SchemaShape WithPrediction(
        MLContext ml, SchemaShape input, string label, string pixels, FineTuneOptions options)
    {
        SchemaShape shape = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(label, pixels).GetOutputSchema(input);
        shape = Rename(ml, shape, input, "PredictedLabel", options.PredictedLabelColumnName);
        shape = Rename(ml, shape, input, "Score", options.ScoreColumnName);
        return options.FeaturesColumnName is null ? shape : WithFeatures(ml, shape, options.FeaturesColumnName, pixels);
    }

    private static SchemaShape Rename(MLContext ml, SchemaShape shape, SchemaShape input, string from, string to)
    {
        if (from == to) return shape;
        SchemaShape copied = ml.Transforms.CopyColumns(to, from).GetOutputSchema(shape);
        bool hidden = input.Any(column => column.Name == from);
        return hidden ? copied : ml.Transforms.DropColumns(from).GetOutputSchema(copied);
    }
}
