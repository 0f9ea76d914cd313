using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SswpNas.MLNet;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace ScoringService.Model;

/// <summary>A network in a session of ONNX Runtime: many images in, their scores out. One run at a time.</summary>
internal sealed class Network : IDisposable
{
    private static readonly RunOptions _plain = new();

    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly string _output;
    private readonly long[] _shape;
    private readonly int _classes;
    private float[] _images = [];

    /// <param name="model">The bytes of a model.onnx.</param>
    /// <param name="info">What it says of itself.</param>
    /// <param name="threads">Threads of a run; 0 for all cores.</param>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not take it.</exception>
    /// <exception cref="InvalidDataException">Its input or output is not what it says.</exception>
    public Network(byte[] model, OnnxModelInfo info, int threads)
    {
        using SessionOptions options = new() { IntraOpNumThreads = threads };
        // Between two runs its threads would turn and keep the cores from decoding images.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        _session = new InferenceSession(model, options);
        try
        {
            (int channels, int height, int width) = (info.ImageChannels, info.ImageHeight, info.ImageWidth);
            (_input, int[] came) = Image(_session.InputMetadata);
            IsInterleaved = came is [_, _, _, var last] && last == channels && came[1] != channels;
            _shape = IsInterleaved ? [0, height, width, channels] : [0, channels, height, width];
            if (came.Length != 4 || !came.Skip(1).SequenceEqual(_shape.Skip(1).Select(size => (int)size)))
                throw Other($"takes [{string.Join(", ", came)}]", $"N images of {channels} x {height} x {width}");
            _classes = info.ClassNames.Count;
            _output = Scores(_session.OutputMetadata)
                ?? throw Other("gives other outputs", $"one of N x {_classes} scores, a score a class");
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Whether an image is height, width, channels and not channels, height, width.</summary>
    public bool IsInterleaved { get; }

    private int ImageSize => (int)(_shape[1] * _shape[2] * _shape[3]);

    /// <summary>The scores of each image, a number a class.</summary>
    public float[][] Run(IReadOnlyList<float[]> images)
    {
        int size = ImageSize;
        if (_images.Length < images.Count * size) _images = new float[images.Count * size];
        for (int i = 0; i < images.Count; i++) images[i].CopyTo(_images, i * size);
        long[] shape = [images.Count, .. _shape.AsSpan(1)];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, _images.AsMemory(0, images.Count * size), shape);
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_plain, [_input], [input], [_output]);
        ReadOnlySpan<float> scores = outputs[0].GetTensorDataAsSpan<float>();
        if (scores.Length != images.Count * _classes)
            throw Other($"gave {scores.Length} scores for {images.Count} images", $"{_classes} each");
        float[][] rows = new float[images.Count][];
        for (int i = 0; i < rows.Length; i++) rows[i] = scores.Slice(i * _classes, _classes).ToArray();
        return rows;
    }

    /// <summary>Runs it on one image and on two, so that a network that cannot score is found before it is used.</summary>
    /// <exception cref="InvalidDataException">The scores are no numbers.</exception>
    public void Try(float grey)
    {
        float[] image = new float[ImageSize];
        Array.Fill(image, grey);
        float[][] scores = [.. Run([image]), .. Run([image, image])];
        if (scores.SelectMany(row => row).Any(score => !float.IsFinite(score)))
            throw Other("gave scores for a grey image that are no numbers", "finite scores");
    }

    public void Dispose() => _session.Dispose();

    private static (string Name, int[] Dimensions) Image(IReadOnlyDictionary<string, NodeMetadata> inputs) =>
        inputs.Count == 1 && inputs.Single() is { Value: { ElementDataType: TensorElementType.Float } type } input
            ? (input.Key, type.Dimensions)
            : throw Other($"takes {string.Join(", ", inputs.Keys)}", "one input of Single numbers");

    private string? Scores(IReadOnlyDictionary<string, NodeMetadata> outputs) => outputs
        .Where(output => output.Value is { ElementDataType: TensorElementType.Float, Dimensions: [_, int n] } && n == _classes)
        .OrderByDescending(output => output.Key == "Score")
        .Select(output => output.Key)
        .FirstOrDefault();

    private static InvalidDataException Other(string came, string expected) =>
        new($"The network {came}; {expected} was expected. Export the model with ExportToOnnx.");
}
