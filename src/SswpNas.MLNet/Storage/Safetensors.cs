using System.Buffers;

namespace SswpNas.MLNet.Storage;

/// <summary>
/// The safetensors format: the header's length in 8 bytes (little endian), a JSON header, the numbers of all tensors
/// without gaps. Float32 only. Libtorch runs on little-endian machines only, so numbers are copied as they are.
/// </summary>
internal static class Safetensors
{
    private const int LengthBytes = sizeof(ulong);

    /// <summary>Writes the tensors in the dictionary's order.</summary>
    public static void Write(Stream stream, IReadOnlyDictionary<string, TensorValue> tensors)
    {
        byte[] header = Header(tensors);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (TensorValue tensor in tensors.Values) stream.Write(Bytes(tensor.Values));
    }

    /// <summary>The tensors of a file in the order of their numbers.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or has numbers that are not float32.</exception>
    public static OrderedDictionary<string, TensorValue> Read(string path)
    {
        using FileStream stream = RegularFile.Open(path, long.MaxValue);
        return Read(stream, path);
    }

    /// <summary>The tensors of a seekable stream; <paramref name="path"/> is for messages.</summary>
    /// <exception cref="InvalidDataException">The content is damaged, or has numbers that are not float32.</exception>
    public static OrderedDictionary<string, TensorValue> Read(Stream stream, string path)
    {
        byte[] json = ReadHeader(stream, path);
        IReadOnlyList<SafetensorsEntry> entries = SafetensorsHeader.Parse(json, stream.Length - LengthBytes - json.Length, path);
        OrderedDictionary<string, TensorValue> tensors = new(entries.Count);
        foreach (SafetensorsEntry entry in entries)
        {
            float[] values = new float[(entry.End - entry.Begin) / sizeof(float)];
            ReadAll(stream, Bytes(values), path);
            tensors.Add(entry.Name, new TensorValue(entry.Shape, values));
        }

        return tensors;
    }

    private static byte[] ReadHeader(Stream stream, string path)
    {
        if (stream.Length < LengthBytes)
            throw Damaged.File(path, $"has {stream.Length} bytes", "a safetensors file of at least 8");
        Span<byte> bytes = stackalloc byte[LengthBytes];
        ReadAll(stream, bytes, path);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong most = (ulong)Math.Min(SafetensorsHeader.MaxBytes, stream.Length - LengthBytes);
        if (length > most)
            throw Damaged.File(path, $"of {stream.Length} bytes declares a header of {length}", $"at most {most}");
        byte[] header = new byte[length];
        ReadAll(stream, header, path);
        return header;
    }

    /// <summary>A file may get shorter while it is read.</summary>
    private static void ReadAll(Stream stream, Span<byte> bytes, string path)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length) throw Damaged.File(path, $"ends {bytes.Length - read} bytes early", "as many as it had");
    }

    private static byte[] Header(IReadOnlyDictionary<string, TensorValue> tensors)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            long begin = 0;
            foreach ((string name, TensorValue tensor) in tensors)
            {
                long end = begin + ((long)tensor.Values.Length * sizeof(float));
                WriteEntry(json, new SafetensorsEntry(name, tensor.Shape, begin, end));
                begin = end;
            }

            json.WriteEndObject();
        }

        // Blanks at the end let the numbers begin at a multiple of 8.
        int padded = (buffer.WrittenCount + LengthBytes - 1) / LengthBytes * LengthBytes;
        byte[] header = new byte[padded];
        header.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry entry)
    {
        json.WriteStartObject(entry.Name);
        json.WriteString("dtype", SafetensorsHeader.Float32);
        json.WriteStartArray("shape");
        foreach (long n in entry.Shape) json.WriteNumberValue(n);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(entry.Begin);
        json.WriteNumberValue(entry.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Span<byte> Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan());
}
