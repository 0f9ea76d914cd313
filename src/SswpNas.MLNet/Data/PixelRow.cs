namespace SswpNas.MLNet.Data;

/// <summary>A row's class and pixels: as bytes, or as floats as long as the range is not known.</summary>
internal readonly record struct PixelRow(int Class)
{
    /// <summary>Pixel values that came; 0 for a row that is left out.</summary>
    public int Length { get; init; }

    public PixelSpan Span { get; init; }

    public byte[]? Bytes { get; init; }

    public bool IsFlattened { get; init; }

    public float[]? Values { get; init; }

    /// <summary>The class that it truly is.</summary>
    public int Truth { get; init; }

    /// <summary>The teacher's; empty without one.</summary>
    public float[]? Features { get; init; }

    /// <summary>The rank that works out pixels and features, or <see cref="SharedReading.All"/>, which rows that are left out have too.</summary>
    public int Owner { get; init; }

    /// <summary>Of the pixels, where all ranks work them out; else 0.</summary>
    public ulong Hash { get; init; }

    /// <summary>What a rank works out, for the others; classes they have themselves.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Length);
        writer.Write(Span.Min);
        writer.Write(Span.Max);
        writer.Write(IsFlattened);
        Write(writer, Bytes ?? []);
        Write(writer, MemoryMarshal.AsBytes<float>(Values ?? []));
        Write(writer, MemoryMarshal.AsBytes<float>(Features ?? []));
    }

    /// <summary>With what another rank has written.</summary>
    public PixelRow Read(BinaryReader reader)
    {
        PixelRow row = this with
        {
            Length = reader.ReadInt32(),
            Span = new PixelSpan(reader.ReadSingle(), reader.ReadSingle()),
            IsFlattened = reader.ReadBoolean(),
        };
        byte[] bytes = Next(reader);
        float[] values = [.. MemoryMarshal.Cast<byte, float>(Next(reader))], features = [.. MemoryMarshal.Cast<byte, float>(Next(reader))];
        return row with { Bytes = bytes.Length > 0 ? bytes : null, Values = values.Length > 0 ? values : null, Features = features };

        static byte[] Next(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
