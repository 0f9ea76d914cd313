namespace SswpNas.MLNet.Checkpoints;

/// <summary>A checkpoint as bytes, for another process of the same run.</summary>
internal static class CheckpointMessage
{
    public static byte[] Of(Checkpoint checkpoint)
    {
        byte[] state = JsonSerializer.SerializeToUtf8Bytes(checkpoint.State);
        using MemoryStream bytes = new();
        bytes.Write(BitConverter.GetBytes(state.Length));
        bytes.Write(state);
        Safetensors.Write(bytes, checkpoint.Tensors);
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
}
