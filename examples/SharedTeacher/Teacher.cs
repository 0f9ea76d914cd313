using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Examples;

/// <summary>
/// A pre-trained network whose features teach a small one: the package's ResNet-18, or an ONNX file with one image input
/// [N, 3, H, W] and one vector output [N, D].
/// </summary>
internal sealed class Teacher
{
    /// <summary>The column of its features, a vector of Single.</summary>
    public const string Column = "TeacherFeatures";

    /// <summary>The name that stands for the package's network.</summary>
    public const string ResNet18 = "resnet18";

    private const int ResNetSide = 224;
    private static readonly TimeSpan _betweenLines = TimeSpan.FromSeconds(10);

    private readonly MLContext _ml;
    private readonly IEstimator<ITransformer> _featurizer;

    private Teacher(MLContext ml, IEstimator<ITransformer> featurizer) => (_ml, _featurizer) = (ml, featurizer);

    /// <summary>Checks what the name stands for, before any long work.</summary>
    /// <param name="ml">Where its components are from.</param>
    /// <param name="name"><see cref="ResNet18"/> or the path of an ONNX file.</param>
    /// <exception cref="InvalidDataException">The file is missing, no ONNX model, or of unfit inputs or outputs.</exception>
    public static Teacher Open(MLContext ml, string name) =>
        new(ml, name == ResNet18 ? ResNet(ml, Column) : TeacherFile.Open(name).Featurizer(ml, Column));

    /// <summary>From ImagePath to the features of the package's ResNet-18, which has its own normalisation.</summary>
    public static IEstimator<ITransformer> ResNet(MLContext ml, string column) =>
        ml.Transforms.LoadImages("TeacherImage", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("TeacherImage", ResNetSide, ResNetSide))
            .Append(ml.Transforms.ExtractPixels("TeacherPixels", "TeacherImage"))
            .Append(ml.Transforms.DnnFeaturizeImage(
                column, m => m.ModelSelector.ResNet18(ml, m.OutputColumn, m.InputColumn), "TeacherPixels"));

    /// <summary>Appends the features, computed in one pass over the images and kept.</summary>
    /// <param name="images">Rows with an ImagePath.</param>
    /// <param name="say">Told how far it is.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The rows with <see cref="Column"/>.</returns>
    public IDataView AddTo(IDataView images, Action<string> say, CancellationToken cancel)
    {
        Dictionary<string, float[]> features = Read(images, say, cancel);
        var output = SchemaDefinition.Create(typeof(Taught));
        output[nameof(Taught.TeacherFeatures)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, features.Values.First().Length);
        return _ml.Transforms.CustomMapping<ImageRow, Taught>(
            (row, taught) => taught.TeacherFeatures = features[row.ImagePath], contractName: null, outputSchemaDefinition: output)
            .Fit(images).Transform(images);
    }

    private Dictionary<string, float[]> Read(IDataView images, Action<string> say, CancellationToken cancel)
    {
        string[] paths = [.. images.GetColumn<string>("ImagePath").Distinct()];
        if (paths.Length == 0) throw new InvalidDataException("There is no image to ask the teacher about; at least one was expected.");
        IDataView rows = _ml.Data.LoadFromEnumerable(paths.Select(path => new ImageRow { ImagePath = path }));
        ITransformer featurizer = _featurizer.Fit(rows);
        using var owner = featurizer as IDisposable;
        Dictionary<string, float[]> features = new(paths.Length);
        var time = Stopwatch.StartNew();
        TimeSpan said = TimeSpan.Zero;
        foreach (float[] row in featurizer.Transform(rows).GetColumn<float[]>(Column))
        {
            cancel.ThrowIfCancellationRequested();
            features.Add(paths[features.Count], row);
            if (features.Count < paths.Length && time.Elapsed - said < _betweenLines) continue;
            said = time.Elapsed;
            say(string.Create(
                CultureInfo.InvariantCulture, $"teacher: features of {features.Count} of {paths.Length} images, {Clock.Of(said)} gone"));
        }

        return features;
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Taught
    {
        public float[] TeacherFeatures { get; set; } = [];
    }
}
