using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;

namespace SswpNas.MLNet.Examples;

/// <summary>
/// The files of the package's ResNet-18, as DnnFeaturizeImage runs them but for the threads: ML.NET looks at several images at a
/// time, and networks that each wait for all cores wait for one another.
/// </summary>
internal static class PackageFiles
{
    /// <summary>Side of its images in pixels.</summary>
    public const int Side = 224;

    /// <summary>From ImagePath to the features of a view.</summary>
    public static IEstimator<ITransformer> ResNet(MLContext ml, string column, SecondView? view = null) =>
        ml.Transforms.LoadImages("TeacherImage", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("TeacherImage", Side, Side))
            .Append(ml.Transforms.ExtractPixels("OriginalInput", "TeacherImage"))
            .Seen(ml, view, "OriginalInput", Side, Side)
            .Append(OneThread(ml, PathOf("ResNetPrepOnnx/ResNetPreprocess.onnx"), "OriginalInput", "PreprocessedInput"))
            .Append(ml.Transforms.CopyColumns("Input247", "PreprocessedInput"))
            .Append(OneThread(ml, PathOf("ResNet18Onnx/ResNet18.onnx"), "Input247", "Pooling395_Output_0"))
            .Append(ml.Transforms.CopyColumns(column, "Pooling395_Output_0"));

    /// <summary>A network that takes one thread for an image.</summary>
    /// <param name="ml">Where the component is from.</param>
    /// <param name="file">The network's file.</param>
    /// <param name="input">The name of its input.</param>
    /// <param name="output">The name of its output.</param>
    /// <param name="shapes">Of both, where the file leaves them open.</param>
    public static OnnxScoringEstimator OneThread(
        MLContext ml, string file, string input, string output, IDictionary<string, int[]>? shapes = null) =>
        ml.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = file,
            InputColumns = [input],
            OutputColumns = [output],
            ShapeDictionary = shapes,
            IntraOpNumThreads = 1,
        });

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "DnnImageModels", file);
}
