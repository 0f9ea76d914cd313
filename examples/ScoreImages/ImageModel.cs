using Microsoft.ML;
using Microsoft.ML.Data;

namespace ScoreImages;

/// <summary>What a model says of an image.</summary>
internal sealed record Prediction(string Label, float[] Scores);

/// <summary>A saved model that takes the path of an image.</summary>
internal sealed class ImageModel : IDisposable
{
    private readonly PredictionEngine<ImageRow, ScoreRow> _engine;

    private ImageModel(PredictionEngine<ImageRow, ScoreRow> engine)
    {
        _engine = engine;
        ClassNames = NamesOf(engine.OutputSchema);
    }

    /// <summary>The classes in the order of the scores.</summary>
    public string[] ClassNames { get; }

    public static ImageModel Load(FileInfo file)
    {
        if (!file.Exists) throw new UsageException($"There is no model file '{file.FullName}'.");
        OnnxTelemetry.SwitchOff();
        MLContext ml = new();
        ITransformer model = Read(ml, file, out DataViewSchema inputs);
        try
        {
            if (inputs.GetColumnOrNull(nameof(ImageRow.ImagePath))?.Type is not TextDataViewType)
                throw new UsageException(NotForImages(file, inputs));
            return new ImageModel(ml.Model.CreatePredictionEngine<ImageRow, ScoreRow>(model));
        }
        catch (Exception problem)
        {
            (model as IDisposable)?.Dispose();
            if (problem is UsageException) throw;
            throw new UsageException($"{NotForImages(file, inputs)} ({problem.Message})", problem);
        }
    }

    public Prediction Predict(string path)
    {
        ScoreRow row = _engine.Predict(new ImageRow { ImagePath = path });
        return new Prediction(ClassNames[(int)row.PredictedLabel - 1], row.Score);
    }

    public void Dispose() => _engine.Dispose();

    private static ITransformer Read(MLContext ml, FileInfo file, out DataViewSchema inputs)
    {
        ITransformer model;
        try
        {
            model = ml.Model.Load(file.FullName, out inputs);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            throw new UsageException(
                $"'{file.FullName}' cannot be read as a model: {problem.Message} A whole model.zip, as " +
                "mlContext.Model.Save writes it, was expected; this file may be of another kind or cut short.", problem);
        }

        return inputs is null
            ? throw new UsageException(
                $"'{file.FullName}' holds no input schema: save the model with the schema of its data.")
            : model;
    }

    private static string NotForImages(FileInfo file, DataViewSchema inputs)
    {
        string columns = string.Join(", ", inputs.Select(c => $"{c.Name} ({c.Type})"));
        return $"The model '{file.FullName}' takes {columns}. A model was expected that takes the text column " +
            $"{nameof(ImageRow.ImagePath)} alone and gives the key {nameof(ScoreRow.PredictedLabel)}, with class names, " +
            $"and the vector {nameof(ScoreRow.Score)}: save the whole chain, from LoadImages on.";
    }

    private static string[] NamesOf(DataViewSchema outputs)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        outputs[nameof(ScoreRow.PredictedLabel)].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class ScoreRow
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
