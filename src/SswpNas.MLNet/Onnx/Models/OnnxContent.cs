using System.Buffers.Binary;
using SswpNas.MLNet.Messages;

namespace SswpNas.MLNet.Onnx.Models;

/// <summary>
/// What an ONNX file holds, by a walk over it: that it is one, that it brings all its numbers along and names no other file,
/// and its metadata.
/// </summary>
internal static class OnnxContent
{
    private const int MostDepth = 32;
    private const int MostEntries = 1000;
    private const int MostKeyBytes = 1 << 10;
    private const int MostValueBytes = 1 << 20;
    private const int External = 1; // TensorProto.DataLocation.EXTERNAL

    // Which fields of a message are messages that may hold a tensor, by the field's number in onnx.proto.
    private static readonly Dictionary<(Part, int), Part> _parts = new()
    {
        [(Part.Model, 7)] = Part.Graph,
        [(Part.Model, 25)] = Part.Function,
        [(Part.Graph, 1)] = Part.Node,
        [(Part.Graph, 5)] = Part.Tensor,
        [(Part.Graph, 15)] = Part.SparseTensor,
        [(Part.Function, 7)] = Part.Node,
        [(Part.Function, 11)] = Part.Attribute,
        [(Part.Node, 5)] = Part.Attribute,
        [(Part.Attribute, 5)] = Part.Tensor,
        [(Part.Attribute, 6)] = Part.Graph,
        [(Part.Attribute, 10)] = Part.Tensor,
        [(Part.Attribute, 11)] = Part.Graph,
        [(Part.Attribute, 22)] = Part.SparseTensor,
        [(Part.Attribute, 23)] = Part.SparseTensor,
        [(Part.SparseTensor, 1)] = Part.Tensor,
        [(Part.SparseTensor, 2)] = Part.Tensor,
    };

    private enum Part
    {
        Model,
        Graph,
        Function,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
    }

    /// <summary>The model in a part of an archive, which ML.NET writes after its length.</summary>
    /// <exception cref="InvalidDataException">The length is another one.</exception>
    public static ReadOnlySpan<byte> InArchive(ReadOnlySpan<byte> part, string path) =>
        part.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(part) == part.Length - sizeof(int)
            ? part[sizeof(int)..]
            : throw Damaged.File(path, $"of {part.Length} bytes does not begin with its length", "a model after its length");

    /// <summary>The metadata of a model.</summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="InvalidDataException">
    /// It is no ONNX model, is damaged, or names files outside of it: with those, data could make a program read any file.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Metadata(ReadOnlySpan<byte> model, string path)
    {
        try
        {
            Dictionary<string, string> metadata = new(StringComparer.Ordinal);
            bool hasGraph = false;
            ProtoReader reader = new(model);
            while (reader.Read())
            {
                hasGraph |= reader.Field == 7 && reader.HasContent;
                if (reader.Field == 14 && reader.HasContent) Add(metadata, reader.Content);
            }

            if (!hasGraph) throw new FormatException("It has no graph.");
            Walk(model, Part.Model, 0);
            return metadata;
        }
        catch (FormatException e)
        {
            throw Damaged.File(path, $"cannot be used as an ONNX model ({e.Message})", "a model that brings all its numbers along", e);
        }
    }

    private static void Walk(ReadOnlySpan<byte> message, Part part, int depth)
    {
        if (depth > MostDepth) throw new FormatException($"It is nested more than {MostDepth} deep.");
        ProtoReader reader = new(message);
        while (reader.Read())
        {
            if (part == Part.Model && reader.Field == 20) throw new FormatException("It holds a training of its own.");
            if (part == Part.Tensor && ((reader.Field == 14 && reader.Number == External) || reader.Field == 13))
                throw new FormatException("A tensor's numbers lie in another file.");
            if (reader.HasContent && _parts.TryGetValue((part, reader.Field), out Part inner))
                Walk(reader.Content, inner, depth + 1);
        }
    }

    private static void Add(Dictionary<string, string> metadata, ReadOnlySpan<byte> entry)
    {
        string key = "", value = "";
        ProtoReader reader = new(entry);
        while (reader.Read())
        {
            if (reader.Content.Length > (reader.Field == 1 ? MostKeyBytes : MostValueBytes))
                throw new FormatException($"An entry of the metadata has {reader.Content.Length} bytes.");
            if (reader.Field == 1) key = reader.Text;
            if (reader.Field == 2) value = reader.Text;
        }

        if (metadata.Count == MostEntries) throw new FormatException($"It has more than {MostEntries} entries of metadata.");
        if (!metadata.TryAdd(key, value)) throw new FormatException($"It has two entries '{key}' of metadata.");
    }
}
