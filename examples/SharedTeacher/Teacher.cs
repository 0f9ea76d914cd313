using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet.Examples;

/// <summary>
/// A pre-trained network whose features teach a small one: the package's ResNet-18, or an ONNX file with one image input
/// [N, 3, H, W] and one vector output [N, D]. It sees every image twice, the second time mirrored or turned; the mean of both teaches.
/// </summary>
internal sealed class Teacher
{
    /// <summary>The column of its features, a vector of Single.</summary>
    public const string Column = "TeacherFeatures";

    /// <summary>The name that stands for the package's network.</summary>
    public const string ResNet18 = "resnet18";

    private static readonly TimeSpan _betweenLines = TimeSpan.FromSeconds(10);

    private readonly MLContext _ml;
    private readonly IEstimator<ITransformer>[] _views;

    private Teacher(MLContext ml, params IEstimator<ITransformer>[] views) => (_ml, _views) = (ml, views);

    /// <summary>Checks what the name stands for, before any long work.</summary>
    /// <param name="ml">Where its components are from.</param>
    /// <param name="name"><see cref="ResNet18"/> or the path of an ONNX file.</param>
    /// <param name="anyOrientation">Whether images may lie in any direction.</param>
    /// <exception cref="InvalidDataException">The file is missing, no ONNX model, or of unfit inputs or outputs.</exception>
    public static Teacher Open(MLContext ml, string name, bool anyOrientation)
    {
        SecondView second = anyOrientation ? SecondView.Turned : SecondView.Mirrored;
        if (name == ResNet18) return new(ml, PackageFiles.ResNet(ml, Column), PackageFiles.ResNet(ml, Column, second));
        TeacherFile file = TeacherFile.Open(name);
        return new(ml, file.Featurizer(ml, Column), file.Featurizer(ml, Column, second));
    }

    /// <summary>Appends the features, computed once and kept.</summary>
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
        Dictionary<string, float[]> features = new(paths.Length);
        var time = Stopwatch.StartNew();
        TimeSpan said = TimeSpan.Zero;
        int seen = 0, all = paths.Length * _views.Length;
        foreach (IEstimator<ITransformer> view in _views)
        {
            ITransformer featurizer = view.Fit(rows);
            using var owner = featurizer as IDisposable;
            foreach ((string path, float[] row) in paths.Zip(featurizer.Transform(rows).GetColumn<float[]>(Column)))
            {
                cancel.ThrowIfCancellationRequested();
                seen++;
                if (!features.TryAdd(path, row)) Add(row, features[path]);
                if (seen < all && time.Elapsed - said < _betweenLines) continue;
                said = time.Elapsed;
                say(string.Create(
                    CultureInfo.InvariantCulture, $"teacher: saw {seen} of {all} (each image twice), {Clock.Of(said)} gone"));
            }
        }

        return features;
    }

    // The sum of two teaches as their mean does: vectors are made of one length.
    private static void Add(float[] second, float[] features)
    {
        for (int i = 0; i < features.Length; i++) features[i] += second[i];
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
