using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;

namespace SswpNas.MLNet.Examples;

/// <summary>
/// The files of the package's ResNet-18, as DnnFeaturizeImage runs them but for the threads: ML.NET looks at several images at a
/// time, and networks that each wait for all cores wait for one another.
/// </summary>
internal static class PackageFiles
{
    /// <summary>From ImagePath to the features of a view.</summary>
    public static IEstimator<ITransformer> ResNet(MLContext ml, string column, SecondView? view = null)
    {
        const int side = Teacher.ResNetSide;
        return ml.Transforms.LoadImages("TeacherImage", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("TeacherImage", side, side))
            .Append(ml.Transforms.ExtractPixels("OriginalInput", "TeacherImage"))
            .Seen(ml, view, "OriginalInput", side, side)
            .Append(OneThread(ml, "ResNetPrepOnnx/ResNetPreprocess.onnx", "OriginalInput", "PreprocessedInput"))
            .Append(ml.Transforms.CopyColumns("Input247", "PreprocessedInput"))
            .Append(OneThread(ml, "ResNet18Onnx/ResNet18.onnx", "Input247", "Pooling395_Output_0"))
            .Append(ml.Transforms.CopyColumns(column, "Pooling395_Output_0"));
    }

    private static OnnxScoringEstimator OneThread(MLContext ml, string file, string input, string output) =>
        ml.Transforms.ApplyOnnxModel(new OnnxOptions
        {
            ModelFile = Path.Combine(AppContext.BaseDirectory, "DnnImageModels", file),
            InputColumns = [input],
            OutputColumns = [output],
            IntraOpNumThreads = 1,
        });
}
