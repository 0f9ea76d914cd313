using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Examples;

/// <summary>
/// A network that somebody else has trained, as a featurizer from ImagePath to <see cref="Column"/>: ResNet-18 of the package
/// Microsoft.ML.DnnImageFeaturizer.ResNet18, or an ONNX file with one input of images and one output of a vector.
/// </summary>
internal sealed class PretrainedNetwork
{
    /// <summary>The name of ResNet-18 on command lines.</summary>
    public const string ResNet18 = "resnet18";

    /// <summary>The column of its features.</summary>
    public const string Column = "TeacherFeatures";

    private const int ResNetSide = 224;
    private const int PathsAtOnce = 100;

    private readonly MLContext _ml;
    private readonly IEstimator<ITransformer> _featurizer;

    private PretrainedNetwork(MLContext ml, string name, IEstimator<ITransformer> featurizer, long bytes)
    {
        (_ml, Name, _featurizer, Bytes) = (ml, name, featurizer, bytes);
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The size of its files.</summary>
    public long Bytes { get; }

    /// <summary>Finds it and looks at it, before anything takes long.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="name"><see cref="ResNet18"/> or the path of an ONNX file.</param>
    /// <exception cref="UsageException">There is no such network, or its shape does not fit: the message says what was found.</exception>
    public static PretrainedNetwork Open(MLContext ml, string name)
    {
        if (name != ResNet18) return OfFile(ml, name);
        string folder = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", "ResNet18Onnx");
        FileInfo[] files = Directory.Exists(folder) ? new DirectoryInfo(folder).GetFiles("*.onnx", SearchOption.AllDirectories) : [];
        if (files.Length == 0)
            throw new UsageException($"There are no files of ResNet-18 in '{folder}'; the package Microsoft.ML.DnnImageFeaturizer.ResNet18 puts them there.");
        var chain = Pixels(ml, ResNetSide, ResNetSide, scale: 1)
            .Append(ml.Transforms.DnnFeaturizeImage(
                Column, m => m.ModelSelector.ResNet18(ml, m.OutputColumn, m.InputColumn), "TeacherPixels"));
        return new PretrainedNetwork(ml, "ResNet-18", chain, files.Sum(f => f.Length));
    }

    /// <summary>The features of images, computed once: a transformer from ImagePath to <see cref="Column"/>.</summary>
    /// <param name="images">Data with a column ImagePath.</param>
    /// <param name="say">Told how far it is.</param>
    /// <param name="cancel">Stops it.</param>
    public Dictionary<string, float[]> Features(IDataView images, Action<string> say, CancellationToken cancel)
    {
        string[] paths = [.. images.GetColumn<string>("ImagePath").Distinct()];
        Dictionary<string, float[]> features = new(paths.Length, StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        ITransformer? fitted = null;
        foreach (string[] some in paths.Chunk(PathsAtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            IDataView rows = _ml.Data.LoadFromEnumerable(some.Select(path => new PathRow { ImagePath = path }));
            fitted ??= _featurizer.Fit(rows);
            float[][] found = [.. fitted.Transform(rows).GetColumn<float[]>(Column)];
            for (int i = 0; i < some.Length; i++) features[some[i]] = found[i];
            if (features.Count % (10 * PathsAtOnce) == 0 || features.Count == paths.Length)
                say($"{Name}: features of {features.Count} of {paths.Length} images, {Clock.Of(watch.Elapsed)} gone");
        }

        return features;
    }

    /// <summary>Adds features that were computed as a column.</summary>
    public IDataView With(IDataView images, Dictionary<string, float[]> features)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(FeatureRow));
        schema[nameof(FeatureRow.TeacherFeatures)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, features.Values.First().Length);
        var mapping = _ml.Transforms.CustomMapping<PathRow, FeatureRow>(
            (row, result) => result.TeacherFeatures = features[row.ImagePath], contractName: null, outputSchemaDefinition: schema);
        return mapping.Fit(images).Transform(images);
    }

    /// <summary>The featurizer and a classifier on its features, fitted: what scores images one at a time.</summary>
    public ITransformer Chain(IDataView images, ITransformer classifier) =>
        new TransformerChain<ITransformer>(_featurizer.Fit(images), classifier);

    private static PretrainedNetwork OfFile(MLContext ml, string path)
    {
        if (!File.Exists(path)) throw new UsageException($"--teacher is '{path}'; {ResNet18} or the path of an ONNX file was expected.");
        int height, width;
        string input, output;
        try
        {
            using InferenceSession session = new(path);
            (input, output, height, width) = Shape(path, session);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new UsageException($"--teacher is '{path}', which ONNX Runtime cannot read: {problem.Message}");
        }

        var chain = Pixels(ml, height, width, scale: 1 / 255f)
            .Append(ml.Transforms.CopyColumns(input, "TeacherPixels"))
            .Append(ml.Transforms.ApplyOnnxModel(output, input, path, fallbackToCpu: true))
            .Append(ml.Transforms.CopyColumns(Column, output));
        return new PretrainedNetwork(ml, Path.GetFileName(path), chain, new FileInfo(path).Length);
    }

    private static (string Input, string Output, int Height, int Width) Shape(string path, InferenceSession session)
    {
        string found = string.Join(", ", session.InputMetadata.Select(i => $"{i.Key} [{string.Join(", ", i.Value.Dimensions)}]")) + " to "
            + string.Join(", ", session.OutputMetadata.Select(o => $"{o.Key} [{string.Join(", ", o.Value.Dimensions)}]"));
        if (session.InputMetadata.Count == 1 && session.OutputMetadata.Count == 1
            && session.InputMetadata.First().Value is { ElementDataType: Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, Dimensions: [_, 3, > 0, > 0] image }
            && session.OutputMetadata.First().Value is { ElementDataType: Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, Dimensions: [_, > 1] })
        {
            return (session.InputMetadata.First().Key, session.OutputMetadata.First().Key, image[2], image[3]);
        }

        throw new UsageException(
            $"--teacher is '{path}', a network from {found}; one input of images, [N, 3, height, width], and one output of vectors, "
            + "[N, length], of 32-bit floats were expected.");
    }

    private static EstimatorChain<Microsoft.ML.Transforms.Image.ImagePixelExtractingTransformer> Pixels(
        MLContext ml, int height, int width, float scale) =>
        ml.Transforms.LoadImages("TeacherImage", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("TeacherImage", width, height))
            .Append(ml.Transforms.ExtractPixels("TeacherPixels", "TeacherImage", scaleImage: scale));

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class FeatureRow
    {
        public float[] TeacherFeatures { get; set; } = [];
    }
}
