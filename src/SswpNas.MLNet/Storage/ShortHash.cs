namespace SswpNas.MLNet.Storage;

/// <summary>64 bits of a SHA-256 as 16 hexadecimal digits: enough to tell apart what nobody forges.</summary>
internal static class ShortHash
{
    private const int Digits = 16;

    /// <summary>Of all that was appended; the hash begins anew.</summary>
    public static string Of(IncrementalHash hash) => Text(hash.GetHashAndReset());

    /// <summary>Appends names and numbers, in the dictionary's order.</summary>
    public static void Append(IncrementalHash hash, IReadOnlyDictionary<string, TensorValue> tensors)
    {
        foreach ((string name, TensorValue tensor) in tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        }
    }

    public static string Of(ReadOnlySpan<byte> bytes) => Text(SHA256.HashData(bytes));

    private static string Text(byte[] sha256) => Convert.ToHexStringLower(sha256)[..Digits];
}
