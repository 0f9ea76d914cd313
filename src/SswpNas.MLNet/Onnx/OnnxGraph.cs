using Google.Protobuf;
using SswpNas.MLNet.Onnx.Proto;

namespace SswpNas.MLNet.Onnx;

/// <summary>A graph under construction, in ONNX's own terms. Values are known by their names.</summary>
internal sealed class OnnxGraph(string name)
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int OperatorSet = 17;
    private const int MlOperatorSet = 3;
    private const int IrVersion = 8;

    /// <summary>The domain of ONNX's operators for classical machine learning.</summary>
    public const string MlDomain = "ai.onnx.ml";

    private readonly GraphProto _graph = new() { Name = name };
    private readonly HashSet<string> _initialisers = [];
    private readonly Dictionary<string, int> _nodes = [];
    private readonly List<StringStringEntryProto> _metadata = [];

    /// <summary>Adds an input of floats; a shape starts with the batch, whose size stays open.</summary>
    public string Input(string name, params int[] shapeOfOne)
    {
        _graph.Input.Add(Batch(name, Float, shapeOfOne));
        return name;
    }

    /// <summary>Names a value of floats as an output.</summary>
    public void Output(string value, string name, params int[] shapeOfOne) => Output(value, name, Float, shapeOfOne);

    /// <summary>Names a value of 64-bit integers as an output.</summary>
    public void OutputIndex(string value, string name, params int[] shapeOfOne) =>
        Output(value, name, Int64, shapeOfOne);

    /// <summary>Adds a constant of floats once under its name; its values are asked for the first time only.</summary>
    public string Floats(string name, IReadOnlyList<long> shape, Func<float[]> values) =>
        Initialiser(name, Float, shape, () => MemoryMarshal.AsBytes<float>(values()).ToArray());

    /// <summary>Adds a constant vector of 64-bit integers once under its name.</summary>
    public string Integers(string name, params long[] values) =>
        Initialiser(name, Int64, [values.Length], () => MemoryMarshal.AsBytes<long>(values).ToArray());

    /// <summary>Adds a node and returns the name of its only output.</summary>
    public string Node(string operation, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        int number = _nodes.GetValueOrDefault(operation);
        _nodes[operation] = number + 1;
        return Node((operation, ""), $"{operation}_{number}", inputs, attributes);
    }

    /// <summary>Adds a node with a name of its own, maybe of another domain.</summary>
    public string Node(
        (string Type, string Domain) operation,
        string name,
        IEnumerable<string> inputs,
        params AttributeProto[] attributes)
    {
        NodeProto node = new() { OpType = operation.Type, Domain = operation.Domain, Name = name };
        node.Input.AddRange(inputs);
        node.Output.Add($"{name}_out");
        node.Attribute.AddRange(attributes);
        _graph.Node.Add(node);
        return node.Output[0];
    }

    public void Metadata(string key, string value) =>
        _metadata.Add(new StringStringEntryProto { Key = key, Value = value });

    /// <summary>The finished model.</summary>
    public ModelProto ToModel(string producer, string version)
    {
        ModelProto model = new()
        {
            IrVersion = IrVersion,
            ProducerName = producer,
            ProducerVersion = version,
            Graph = _graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        if (_graph.Node.Any(n => n.Domain == MlDomain))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = MlDomain, Version = MlOperatorSet });
        model.MetadataProps.AddRange(_metadata);
        return model;
    }

    public static AttributeProto Attribute(string name, params long[] values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Attribute(string name, int value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public static AttributeProto Attribute(string name, IEnumerable<string> values)
    {
        AttributeProto attribute = new() { Name = name, Type = AttributeProto.Types.AttributeType.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    private string Initialiser(string name, int type, IReadOnlyList<long> shape, Func<byte[]> bytes)
    {
        if (!_initialisers.Add(name)) return name;
        TensorProto tensor = new()
        {
            Name = name,
            DataType = type,
            RawData = UnsafeByteOperations.UnsafeWrap(bytes()),
        };
        tensor.Dims.AddRange(shape);
        _graph.Initializer.Add(tensor);
        return name;
    }

    private void Output(string value, string name, int type, int[] shapeOfOne)
    {
        Rename(value, name);
        _graph.Output.Add(Batch(name, type, shapeOfOne));
    }

    // An output carries the user's name: an Identity keeps the value's own name for its other readers.
    private void Rename(string value, string name)
    {
        NodeProto identity = new() { OpType = "Identity", Name = $"Output_{name}" };
        identity.Input.Add(value);
        identity.Output.Add(name);
        _graph.Node.Add(identity);
    }

    private static ValueInfoProto Batch(string name, int type, int[] shapeOfOne)
    {
        ValueInfoProto info = new() { Name = name, Type = Tensor(type) };
        info.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        foreach (int n in shapeOfOne)
            info.Type.TensorType.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = n });
        return info;
    }

    private static TypeProto Tensor(int type) => new()
    {
        TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = new TensorShapeProto() },
    };
}
