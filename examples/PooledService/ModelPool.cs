using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Onnx;

namespace PooledService;

/// <summary>What a model says of an image.</summary>
/// <param name="Label">The class; null where the model names none.</param>
/// <param name="Score">The highest probability.</param>
/// <param name="Scores">The probability of each class, by name.</param>
internal sealed record Answer(string? Label, float Score, IReadOnlyDictionary<string, float> Scores);

/// <summary>
/// A saved model and prediction engines for it. An engine serves one request at a time; who asks takes one out of the pool and puts it
/// back. All engines share the model, and so one copy of the network.
/// </summary>
internal sealed class ModelPool : IDisposable
{
    private const long MostPixels = 25_000_000;

    private readonly ITransformer _model;
    private readonly ObjectPool<PredictionEngine<ImageRow, ScoreRow>> _engines;

    private ModelPool(MLContext ml, ITransformer model, string file, int engines)
    {
        (_model, File) = (model, file);
        TransformerChain<ITransformer> behindLoading = new([.. Steps(model).Where(step => step is not ImageLoadingTransformer)]);
        DefaultObjectPoolProvider pools = new() { MaximumRetained = engines };
        _engines = pools.Create(new Policy(ml, behindLoading));
        PredictionEngine<ImageRow, ScoreRow> first = _engines.Get(); // what does not fit is found now, not by a request
        ClassNames = NamesOf(first.OutputSchema);
        _engines.Return(first);
    }

    /// <summary>The name of the model's file.</summary>
    public string File { get; }

    /// <summary>The classes in the order of the scores.</summary>
    public string[] ClassNames { get; }

    /// <summary>Loads a model that makes a label of a column Image, or of paths with LoadImages, which is left out: uploads are no paths.</summary>
    /// <param name="file">The model.zip.</param>
    /// <param name="engines">Engines that are kept; under more requests at once others are made and thrown away.</param>
    /// <exception cref="IOException">There is no such file, or it is no such model.</exception>
    public static ModelPool Load(FileInfo file, int engines)
    {
        if (!file.Exists) throw new FileNotFoundException($"There is no model file '{file.FullName}'; name one by --model.");
        OnnxTelemetry.SwitchOff();
        MLContext ml = new();
        ITransformer? model = null;
        try
        {
            model = ml.Model.Load(file.FullName, out _);
            return new ModelPool(ml, model, file.Name, engines);
        }
        catch (Exception problem) when (problem is not OutOfMemoryException)
        {
            (model as IDisposable)?.Dispose();
            throw new IOException(
                $"'{file.FullName}' cannot be used: {problem.Message} A model.zip of ML.NET was expected that takes ImagePath by LoadImages, or the "
                + "column Image, and gives the key PredictedLabel with class names and the vector Score.", problem);
        }
    }

    /// <summary>Scores an image; any number of threads at once.</summary>
    /// <param name="image">Begins with the image file.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="answer">What the model says; null where there is a problem.</param>
    /// <returns>What is wrong with the image; null for nothing.</returns>
    public string? Score(byte[] image, int length, out Answer? answer)
    {
        Answer? made = null;
        string? problem = length == 0 ? "is empty (0 bytes)"
            : ImageDecoding.Problem(image, length, MostPixels, (rgba, width, height) => made = Scored(rgba, width, height));
        answer = made;
        return problem;
    }

    public void Dispose()
    {
        (_engines as IDisposable)?.Dispose();
        (_model as IDisposable)?.Dispose();
    }

    private Answer Scored(ReadOnlySpan<byte> rgba, int width, int height)
    {
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, rgba);
        PredictionEngine<ImageRow, ScoreRow> engine = _engines.Get();
        try
        {
            ScoreRow row = engine.Predict(new ImageRow { Image = image });
            string? label = row.PredictedLabel == 0 ? null : ClassNames[(int)row.PredictedLabel - 1];
            return new Answer(label, row.Score.Max(), ClassNames.Zip(row.Score).ToDictionary(c => c.First, c => c.Second));
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    private static string[] NamesOf(DataViewSchema outputs)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        outputs[nameof(ScoreRow.PredictedLabel)].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class Policy(MLContext ml, ITransformer model) : PooledObjectPolicy<PredictionEngine<ImageRow, ScoreRow>>
    {
        // An engine that owned the model would dispose of it for all others.
        public override PredictionEngine<ImageRow, ScoreRow> Create() =>
            ml.Model.CreatePredictionEngine<ImageRow, ScoreRow>(model, new PredictionEngineOptions { OwnsTransformer = false });

        public override bool Return(PredictionEngine<ImageRow, ScoreRow> obj) => true;
    }

    private sealed class ImageRow
    {
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
