namespace SswpNas.MLNet.SearchSpace;

/// <summary>Tells found networks apart, the same on every machine: 64 bits of SHA-256 as 16 hexadecimal digits.</summary>
internal static class NetworkFingerprint
{
    /// <summary>Of the genotype and every number of the weights.</summary>
    public static string Of(FoundNetwork network)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(network.Genotype.ToString()));
        ShortHash.Append(hash, network.Weights);
        return ShortHash.Of(hash);
    }
}
