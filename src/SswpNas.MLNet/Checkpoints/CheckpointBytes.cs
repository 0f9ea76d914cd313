namespace SswpNas.MLNet.Checkpoints;

/// <summary>A checkpoint as bytes, for another process of the same run.</summary>
internal static class CheckpointBytes
{
    public static byte[] Of(Checkpoint checkpoint)
    {
        byte[] state = JsonSerializer.SerializeToUtf8Bytes(checkpoint.State);
        using MemoryStream bytes = new();
        bytes.Write(BitConverter.GetBytes(state.Length));
        bytes.Write(state);
        using MemoryStream tensors = new();
        Safetensors.Write(tensors, checkpoint.Tensors);
        tensors.WriteTo(bytes);
        return bytes.ToArray();
    }

    public static Checkpoint Read(byte[] bytes)
    {
        int length = BitConverter.ToInt32(bytes);
        using MemoryStream tensors = new(bytes, sizeof(int) + length, bytes.Length - sizeof(int) - length);
        const string source = "rank 0";
        return new Checkpoint(
            JsonSerializer.Deserialize<JsonElement>(bytes.AsSpan(sizeof(int), length)), Safetensors.Read(tensors, source), source);
    }

    /// <summary>Of names and numbers; times and the like differ between processes.</summary>
    public static string HashOfTensors(Checkpoint checkpoint)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, TensorValue value) in checkpoint.Tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(value.Values.AsSpan()));
        }

        return ShortHash.Of(hash);
    }
}
