using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Storage;

namespace ScoreImages;

/// <summary>What a model says of an image.</summary>
/// <param name="Label">The class; empty where the model names none.</param>
/// <param name="Scores">Probabilities of the classes.</param>
internal sealed record Prediction(string Label, float[] Scores);

/// <summary>
/// A saved model that takes the path of an image. Its LoadImages is left out: images are decoded as the library does it in
/// training, turned, in sRGB and on a white ground.
/// </summary>
internal sealed class ImageModel : IDisposable
{
    private const long MostBytes = 1 << 30;
    private const long MostPixels = 500_000_000;

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
            return new ImageModel(Engine(ml, model, inputs));
        }
        catch (Exception problem)
        {
            (model as IDisposable)?.Dispose();
            if (problem is UsageException) throw;
            throw new UsageException($"{NotForImages(file, inputs)} ({problem.Message})", problem);
        }
    }

    /// <summary>What is wrong with an image, null for nothing.</summary>
    public string? Predict(string path, out Prediction? prediction)
    {
        prediction = null;
        if (new FileInfo(path) is { Exists: true, Length: 0 }) return "is empty (0 bytes)";
        using FileStream stream = RegularFile.Open(path, MostBytes);
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        Prediction? made = null;
        string? problem = ImageDecoding.Problem(file, file.Length, MostPixels, (rgba, width, height) => made = Scored(rgba, width, height));
        prediction = made;
        return problem;
    }

    public void Dispose() => _engine.Dispose();

    private Prediction Scored(ReadOnlySpan<byte> rgba, int width, int height)
    {
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, rgba);
        ScoreRow row = _engine.Predict(new ImageRow { Image = image });
        return new Prediction(row.PredictedLabel == 0 ? "" : ClassNames[(int)row.PredictedLabel - 1], row.Score);
    }

    private static PredictionEngine<ImageRow, ScoreRow> Engine(MLContext ml, ITransformer model, DataViewSchema inputs)
    {
        ITransformer[] steps = [.. Steps(model)];
        ImageLoadingTransformer loading = steps.OfType<ImageLoadingTransformer>().FirstOrDefault()
            ?? throw new InvalidOperationException("The chain has no LoadImages.");
        DataViewSchema loaded = loading.GetOutputSchema(inputs);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(ImageRow));
        schema[nameof(ImageRow.Image)].ColumnName = loaded[loaded.Count - 1].Name;
        return ml.Model.CreatePredictionEngine<ImageRow, ScoreRow>(
            new TransformerChain<ITransformer>([.. steps.Where(step => step != loading)]), inputSchemaDefinition: schema);
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

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

        // Any size: the type wants one.
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }

    private sealed class ScoreRow
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
