using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SswpNas.MLNet.Onnx.Models;
using SswpNas.MLNet.Onnx.Proto;

namespace SswpNas.MLNet.Onnx;

/// <summary>How much each place of an image speaks for a class.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Values">Row by row. Their mean and the class's bias add up to the class's logit.</param>
internal sealed record ActivationMap(int Height, int Width, float[] Values);

/// <summary>
/// Class activation maps (Zhou et al. 2016, arXiv 1512.04150) of an exported classifier. Its head is linear and reads the means
/// of the last feature map's channels, so the weighted sum of the channels says which places the logit is from.
/// </summary>
internal sealed class ActivationMaps : IDisposable
{
    private const long MostBytes = 256 << 20;

    private readonly string _path;
    private readonly InferenceSession _session;
    private readonly string _input;
    private readonly string _featureMap;
    private readonly long[] _shape;
    private readonly float[] _matrix;
    private readonly float[] _bias;

    /// <summary>Opens a classifier of this library.</summary>
    /// <exception cref="InvalidDataException">The file is none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public ActivationMaps(string path)
    {
        _path = path;
        byte[] bytes = RegularFile.Bytes(path, MostBytes);
        OnnxContent.Metadata(bytes, path);
        ModelProto model = ModelProto.Parser.ParseFrom(bytes);
        GraphProto graph = model.Graph;
        NodeProto pool = Only(graph, "GlobalAveragePool"), head = Only(graph, "Gemm");
        _featureMap = pool.Input[0];
        _input = graph.Input.Count == 1 ? graph.Input[0].Name : throw NotOurs("inputs");
        _shape = [1, .. graph.Input[0].Type.TensorType.Shape.Dim.Skip(1).Select(d => d.DimValue)];
        _matrix = Constant(graph, head.Input[1]);
        _bias = Constant(graph, head.Input[2]);
        graph.Output.Add(new ValueInfoProto
        {
            Name = _featureMap,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = graph.Input[0].Type.TensorType.ElemType } },
        });
        OnnxTelemetry.SwitchOff();
        _session = new InferenceSession(model.ToByteArray());
    }

    /// <summary>What the classes' logits begin from.</summary>
    public IReadOnlyList<float> Bias => _bias;

    /// <summary>The map of one image for one class.</summary>
    /// <param name="pixels">The image as the pixel column has it.</param>
    /// <param name="label">The class, from 0.</param>
    /// <exception cref="ArgumentException">The image is of another size.</exception>
    public ActivationMap Of(float[] pixels, int label)
    {
        long expected = _shape.Aggregate((a, b) => a * b);
        if (pixels.Length != expected)
        {
            throw new ArgumentException(
                $"The images have {pixels.Length} numbers; the model '{_path}' takes {expected}. Name the model that scored these images.");
        }

        using var image = OrtValue.CreateTensorValueFromMemory(pixels, _shape);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> found = _session.Run(options, [_input], [image], [_featureMap]);
        long[] shape = found[0].GetTensorTypeAndShape().Shape;
        int places = (int)(shape[2] * shape[3]), channels = (int)shape[1];
        ReadOnlySpan<float> features = found[0].GetTensorDataAsSpan<float>();
        float[] values = new float[places];
        for (int channel = 0; channel < channels; channel++)
        {
            float weight = _matrix[(label * channels) + channel];
            for (int place = 0; place < places; place++) values[place] += weight * features[(channel * places) + place];
        }

        return new ActivationMap((int)shape[2], (int)shape[3], values);
    }

    public void Dispose() => _session.Dispose();

    private NodeProto Only(GraphProto graph, string operation) =>
        graph.Node.Count(n => n.OpType == operation) == 1 ? graph.Node.Single(n => n.OpType == operation) : throw NotOurs(operation);

    private float[] Constant(GraphProto graph, string name) =>
        graph.Initializer.FirstOrDefault(t => t.Name == name) is TensorProto tensor
            ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : throw NotOurs(name);

    private InvalidDataException NotOurs(string part) => new(
        $"The ONNX file '{_path}' has not the parts of a classifier of this library ({part}); the file that ExportToOnnx wrote was expected.");
}
