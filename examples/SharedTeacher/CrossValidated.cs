using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Examples;

/// <summary>How good a fine-tuning is, by models that have not learnt from the images that they name.</summary>
internal static class CrossValidated
{
    /// <summary>Fine-tunes once a fold, on all but its labelled images, and has those named.</summary>
    /// <param name="ml">Where its components are from.</param>
    /// <param name="images">All images, with ImagePath, Label, Pixels and what else the fine-tuning needs.</param>
    /// <param name="fineTuning">The estimator of a fold, counted from 0.</param>
    /// <param name="folds">How many, at least 2.</param>
    /// <returns>The images that have a label, with PredictedLabel and Score.</returns>
    public static IDataView Score(MLContext ml, IDataView images, Func<int, IEstimator<ITransformer>> fineTuning, int folds)
    {
        IDataView labelled = ml.Data.FilterRowsByMissingValues(images, "Label");
        Dictionary<string, Named> named = [];
        foreach ((int number, HashSet<string> fold) in Folds(ml, labelled, folds).Index())
        {
            IDataView others = ml.Data.FilterByCustomPredicate<ImageRow>(images, row => fold.Contains(row.ImagePath));
            IDataView held = ml.Data.FilterByCustomPredicate<ImageRow>(labelled, row => !fold.Contains(row.ImagePath));
            ITransformer model = fineTuning(number).Fit(others);
            using var owner = model as IDisposable;
            foreach (ScoredRow row in ml.Data.CreateEnumerable<ScoredRow>(model.Transform(held), reuseRowObject: false))
                named.Add(row.ImagePath, new Named { PredictedLabel = row.PredictedLabel, Score = row.Score });
        }

        return ml.Transforms.CustomMapping<ImageRow, Named>(
            (row, output) => (output.PredictedLabel, output.Score) = (named[row.ImagePath].PredictedLabel, named[row.ImagePath].Score),
            contractName: null, outputSchemaDefinition: Shape(labelled)).Fit(labelled).Transform(labelled);
    }

    /// <summary>The paths of each fold: as many of each class in each, the same for the same images.</summary>
    public static IEnumerable<HashSet<string>> Folds(MLContext ml, IDataView labelled, int folds)
    {
        Random random = new(1);
        string[][] classes = [.. ml.Data.CreateEnumerable<LabelRow>(labelled, reuseRowObject: false)
            .GroupBy(row => row.Label, row => row.ImagePath).Select(paths => paths.Order().ToArray())];
        foreach (string[] paths in classes) random.Shuffle(paths);
        return Enumerable.Range(0, folds).Select(fold =>
            classes.SelectMany(paths => paths.Where((_, i) => i % folds == fold)).ToHashSet());
    }

    private static SchemaDefinition Shape(IDataView labelled)
    {
        DataViewSchema.Column label = labelled.Schema["Label"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        label.GetKeyValues(ref names);
        VectorDataViewType texts = new(TextDataViewType.Instance, names.Length);
        var shape = SchemaDefinition.Create(typeof(Named));
        shape[nameof(Named.PredictedLabel)].ColumnType = label.Type;
        shape[nameof(Named.PredictedLabel)].AddAnnotation("KeyValues", names, texts);
        shape[nameof(Named.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, names.Length);
        shape[nameof(Named.Score)].AddAnnotation("SlotNames", names, texts);
        return shape;
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class LabelRow
    {
        public string ImagePath { get; set; } = "";

        public uint Label { get; set; }
    }

    private sealed class ScoredRow
    {
        public string ImagePath { get; set; } = "";

        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    private sealed class Named
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
