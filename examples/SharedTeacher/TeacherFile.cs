using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Examples;

/// <summary>An ONNX file that can teach. Its input gets planes of R, G and B from 0 to 1; other normalisation is the file's own.</summary>
/// <param name="Path">The file.</param>
/// <param name="Input">Name of the image input.</param>
/// <param name="Output">Name of the vector output.</param>
/// <param name="Height">Of an image, in pixels.</param>
/// <param name="Width">Of an image, in pixels.</param>
/// <param name="Length">Numbers of an output.</param>
internal sealed record TeacherFile(string Path, string Input, string Output, int Height, int Width, int Length)
{
    // What most such networks were trained at, for a file that leaves the size open.
    private const int UsualSide = 224;

    /// <summary>Reads the file's inputs and outputs.</summary>
    /// <exception cref="InvalidDataException">It is missing, no ONNX model, or of unfit inputs or outputs.</exception>
    public static TeacherFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException(
                $"The teacher '{path}' is not there; '{Teacher.ResNet18}' or the path of an ONNX file was expected.");
        }

        using InferenceSession session = Load(path);
        (string input, int[] shape) = Only(path, "input", session.InputMetadata);
        if (shape.Length != 4 || shape[0] is not (-1 or 1) || shape[1] != 3)
            throw Unfit(path, $"its input '{input}' is {Words(shape)}", "an image [N, 3, H, W] with N open or 1");
        (string output, int[] vector) = Only(path, "output", session.OutputMetadata);
        if (vector.Length != 2 || vector[0] is not (-1 or 1) || vector[1] < 1)
            throw Unfit(path, $"its output '{output}' is {Words(vector)}", "a vector [N, D] with N open or 1 and D known");
        return new TeacherFile(path, input, output, Side(shape[2]), Side(shape[3]), vector[1]);
    }

    /// <summary>From ImagePath to the output of the file.</summary>
    public IEstimator<ITransformer> Featurizer(MLContext ml, string column, SecondView? view = null) =>
        ml.Transforms.LoadImages("TeacherImage", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("TeacherImage", Width, Height))
            .Append(ml.Transforms.ExtractPixels(Input, "TeacherImage", scaleImage: 1 / 255f))
            .Seen(ml, view, Input, Height, Width)
            .Append(PackageFiles.OneThread(
                ml, Path, Input, Output, new Dictionary<string, int[]> { [Input] = [1, 3, Height, Width], [Output] = [1, Length] }))
            .Append(ml.Transforms.CopyColumns(column, Output));

    private static InferenceSession Load(string path)
    {
        try
        {
            return new InferenceSession(path);
        }
        catch (OnnxRuntimeException problem)
        {
            throw new InvalidDataException(
                $"The teacher '{path}' is no ONNX model that ONNX Runtime can load: {problem.Message}", problem);
        }
    }

    private static (string Name, int[] Shape) Only(string path, string kind, IReadOnlyDictionary<string, NodeMetadata> found)
    {
        if (found.Count != 1)
            throw Unfit(path, $"it has {found.Count} {kind}s ({string.Join(", ", found.Keys)})", $"one {kind}");
        (string name, NodeMetadata node) = found.Single();
        if (node.ElementType != typeof(float))
            throw Unfit(path, $"its {kind} '{name}' is of {node.ElementType?.Name ?? "another type"}", "Single");
        return (name, node.Dimensions);
    }

    private static int Side(int dimension) => dimension > 0 ? dimension : UsualSide;

    private static string Words(int[] shape) =>
        $"[{string.Join(", ", shape.Select(d => d > 0 ? FormattableString.Invariant($"{d}") : "open"))}]";

    private static InvalidDataException Unfit(string path, string found, string expected) =>
        new($"The teacher '{path}' cannot be used: {found}; {expected} was expected.");
}
