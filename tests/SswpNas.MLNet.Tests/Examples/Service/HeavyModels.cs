using Google.Protobuf;
using SswpNas.MLNet.Onnx.Proto;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>Whole models of ours whose scores take more time or memory than there is.</summary>
internal static class HeavyModels
{
    private const int Int64 = 7;

    /// <summary>Needs a tensor of that many floats.</summary>
    public static byte[] OfMemory(long floats) => With(graph => Tensor(graph, floats));

    /// <summary>Multiplies large matrices again and again.</summary>
    public static byte[] OfTime(int side, int times) => With(graph =>
    {
        string x = Tensor(graph, side, side);
        for (int i = 0; i < times; i++)
        {
            graph.Node.Add(Node("MatMul", $"heavy.{i}", x, i == 0 ? x : "heavy.0"));
            x = $"heavy.{i}";
        }

        return x;
    });

    /// <summary>The first model with the largest number of a tensor, 0, added to its scores.</summary>
    private static byte[] With(Func<GraphProto, string> tensor)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(ServiceModels.First);
        GraphProto graph = model.Graph;
        NodeProto last = graph.Node.Single(node => node.Output.Contains("Score"));
        last.Output[0] = "heavy.score";
        string heavy = tensor(graph);
        NodeProto most = Node("ReduceMax", "heavy.most", heavy);
        most.Attribute.Add(new AttributeProto { Name = "keepdims", I = 0, Type = AttributeProto.Types.AttributeType.Int });
        graph.Node.Add(most);
        graph.Node.Add(Node("Add", "Score", "heavy.score", "heavy.most"));
        return model.ToByteArray();
    }

    private static string Tensor(GraphProto graph, params long[] shape)
    {
        TensorProto sizes = new() { Name = "heavy.shape", DataType = Int64 };
        sizes.Dims.Add(shape.Length);
        sizes.RawData = ByteString.CopyFrom([.. shape.SelectMany(BitConverter.GetBytes)]);
        graph.Initializer.Add(sizes);
        graph.Node.Add(Node("ConstantOfShape", "heavy.tensor", "heavy.shape"));
        return "heavy.tensor";
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        NodeProto node = new() { OpType = type, Name = output };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }
}
