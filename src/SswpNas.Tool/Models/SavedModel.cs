using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace SswpNasTool.Models;

/// <summary>What a model says of an image.</summary>
internal sealed class ScoredImage
{
    public string ImagePath { get; set; } = "";

    /// <summary>The class's number from 1; 0 where none is named.</summary>
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}

/// <summary>
/// A saved model that takes the path of an image. The library's decoder takes the place of its LoadImages: images are turned, in
/// sRGB and on a white ground, as in the training.
/// </summary>
internal sealed class SavedModel : IDisposable
{
    /// <summary>The text column with the name of the class.</summary>
    public const string Name = "Name";

    private readonly ITransformer _loaded;

    private SavedModel(ITransformer loaded, ITransformer transformer, string path, string[] classNames) =>
        (_loaded, Transformer, Path, ClassNames) = (loaded, transformer, path, classNames);

    /// <summary>From ImagePath to PredictedLabel and Score.</summary>
    public ITransformer Transformer { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The classes in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How it resizes images; null where it does so otherwise than by ML.NET's ResizeImages.</summary>
    public required ImageResizingEstimator.ResizingKind? Resizing { get; init; }

    /// <summary>A model.zip, or the one in a folder that <c>train</c> wrote.</summary>
    /// <exception cref="UsageException">There is none, or it takes something else than images.</exception>
    public static string PathOf(string model)
    {
        string path = System.IO.Path.GetFullPath(model);
        if (Directory.Exists(path)) path = System.IO.Path.Combine(path, OutputFolder.ModelName);
        return File.Exists(path)
            ? path
            : throw new UsageException($"There is no model '{path}'; a model.zip, or a folder that 'sswpnas train' wrote, was expected.");
    }

    /// <summary>Loads a model after the library's checks of model files.</summary>
    /// <exception cref="UsageException">There is none, or it takes something else than images.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static SavedModel Load(MLContext ml, string model)
    {
        string path = PathOf(model);
        ITransformer loaded = ml.SswpNas().LoadModel(path, out DataViewSchema inputs);
        ITransformer[] steps = [.. Steps(loaded)];
        int loading = Array.FindIndex(steps, step => step is ImageLoadingTransformer);
        if (loading < 0 || inputs.GetColumnOrNull(nameof(ScoredImage.ImagePath))?.Type is not TextDataViewType)
            throw Other(path, $"takes {string.Join(", ", inputs.Select(c => $"{c.Name} ({c.Type})"))}");
        DataViewSchema images = steps[loading].GetOutputSchema(inputs);
        IDataView none = ml.Data.LoadFromEnumerable(Array.Empty<PathRow>());
        string image = images[images.Count - 1].Name;
        steps[loading] = ml.SswpNas().LoadImages(image, nameof(ScoredImage.ImagePath)).Fit(none);
        TransformerChain<ITransformer> transformer = new(steps);
        DataViewSchema outputs = transformer.GetOutputSchema(none.Schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (outputs.GetColumnOrNull(nameof(ScoredImage.PredictedLabel)) is not { Type: KeyDataViewType } label || !label.HasKeyValues())
            throw Other(path, "gives no key PredictedLabel with class names");
        label.GetKeyValues(ref names);
        string[] classes = [.. names.DenseValues().Select(name => name.ToString())];
        if (outputs.GetColumnOrNull(nameof(ScoredImage.Score))?.Type is not VectorDataViewType vector || vector.Size != classes.Length)
            throw Other(path, "gives no vector Score with a number a class");
        return new SavedModel(loaded, transformer, path, classes)
        {
            Resizing = steps.OfType<ImageResizingTransformer>().FirstOrDefault() is ImageResizingTransformer step ? ResizingProbe.Of(ml, step, image) : null,
        };
    }

    /// <summary>Scores image files that decode.</summary>
    public IEnumerable<ScoredImage> Score(MLContext ml, IEnumerable<string> paths) => ml.Data.CreateEnumerable<ScoredImage>(
        Transformer.Transform(ml.Data.LoadFromEnumerable(paths.Select(path => new PathRow { ImagePath = path }).ToArray())), reuseRowObject: false);

    public void Dispose() => (_loaded as IDisposable)?.Dispose();

    private static UsageException Other(string path, string came) => new(
        $"The model '{path}' {came}; one was expected that takes the text column ImagePath and gives PredictedLabel and Score, as 'sswpnas train' writes it.");

    private static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    internal sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }
}
