using Google.Protobuf;
using WireType = Google.Protobuf.WireFormat.WireType;

namespace SswpNas.MLNet.Onnx.Models;

/// <summary>
/// What an ONNX file holds, by a walk over it: that it is one, that it contains all its tensor data and names no other file,
/// and its metadata.
/// </summary>
internal static class OnnxContent
{
    private const int MostDepth = 32;
    private const int MostEntries = 1000;
    private const int MostKeyBytes = 1 << 10;
    private const int MostValueBytes = 1 << 20;
    private const int External = 1; // TensorProto.DataLocation.EXTERNAL

    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Which fields of a message are messages that are looked into, by the field's number in onnx.proto.
    private static readonly Dictionary<(Part, int), Part> _parts = new()
    {
        [(Part.Model, 7)] = Part.Graph,
        [(Part.Model, 14)] = Part.Entry,
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
        Entry,
        Graph,
        Function,
        Node,
        Attribute,
        Tensor,
        SparseTensor,
    }

    /// <summary>Where the model begins in a part of an archive: ML.NET writes it after its length.</summary>
    public static int StartInArchive(ReadOnlySpan<byte> part, string path) =>
        part.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(part) == part.Length - sizeof(int)
            ? sizeof(int)
            : throw Damaged.File(path, $"of {part.Length} bytes does not begin with its length", "a model after its length");

    /// <summary>The metadata of a model.</summary>
    /// <exception cref="InvalidDataException">
    /// It is not an ONNX model, is damaged, or names files outside of it: with those, data could make a program read any file.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Metadata(byte[] bytes, string path, int start = 0)
    {
        try
        {
            Dictionary<string, string> metadata = new(StringComparer.Ordinal);
            if (!Walk(bytes, new CodedInputStream(bytes, start, bytes.Length - start), Part.Model, 0, metadata))
                throw new FormatException("It has no graph.");
            return metadata;
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException or DecoderFallbackException)
        {
            throw Damaged.File(path, $"cannot be used as an ONNX model ({e.Message})", "a model that contains all its tensor data", e);
        }
    }

    /// <summary>
    /// Makes nothing of the fields but the metadata: a parser that builds objects needs a hundred times the memory of a file
    /// made for it. Gives whether there was a graph.
    /// </summary>
    private static bool Walk(
        byte[] bytes, CodedInputStream message, Part part, int depth, Dictionary<string, string> metadata)
    {
        if (depth > MostDepth) throw new FormatException($"It is nested more than {MostDepth} deep.");
        bool hasGraph = false;
        while (Next(message) is var (field, type))
        {
            if (part == Part.Model && field == 20) throw new FormatException("It holds a training of its own.");
            bool isLocation = part == Part.Tensor && field == 14 && type == WireType.Varint;
            if ((part == Part.Tensor && field == 13) || (isLocation && message.ReadInt32() == External))
                throw new FormatException("A tensor's data are in another file.");
            if (isLocation) continue;
            if (type != WireType.LengthDelimited || !_parts.TryGetValue((part, field), out Part inner))
            {
                message.SkipLastField();
                continue;
            }

            CodedInputStream content = Content(bytes, message);
            hasGraph |= inner == Part.Graph;
            if (inner == Part.Entry) Add(metadata, content);
            else Walk(bytes, content, inner, depth + 1, metadata);
        }

        return hasGraph;
    }

    private static (int Field, WireType Type)? Next(CodedInputStream message)
    {
        if (message.IsAtEnd) return null;
        uint tag = message.ReadTag();
        WireType type = WireFormat.GetTagWireType(tag);
        return type is WireType.Varint or WireType.Fixed64 or WireType.LengthDelimited or WireType.Fixed32
            ? (WireFormat.GetTagFieldNumber(tag), type)
            : throw new FormatException($"A field has the wire type {(int)type}.");
    }

    /// <summary>The content of the field whose tag was read last, where it lies; the message goes on behind it.</summary>
    private static CodedInputStream Content(byte[] bytes, CodedInputStream message)
    {
        int start = (int)message.Position;
        message.SkipLastField();
        CodedInputStream content = new(bytes, start, (int)message.Position - start);
        content.ReadLength();
        return content;
    }

    private static void Add(Dictionary<string, string> metadata, CodedInputStream entry)
    {
        string key = "", value = "";
        while (Next(entry) is var (field, type))
        {
            if (type == WireType.LengthDelimited && field == 1) key = Text(entry, MostKeyBytes);
            else if (type == WireType.LengthDelimited && field == 2) value = Text(entry, MostValueBytes);
            else entry.SkipLastField();
        }

        if (metadata.Count == MostEntries) throw new FormatException($"It has more than {MostEntries} entries of metadata.");
        if (!metadata.TryAdd(key, value)) throw new FormatException($"It has two entries '{key}' of metadata.");
    }

    private static string Text(CodedInputStream entry, int mostBytes)
    {
        ByteString text = entry.ReadBytes();
        return text.Length <= mostBytes
            ? _strict.GetString(text.Span)
            : throw new FormatException($"An entry of the metadata has {text.Length} bytes.");
    }
}
