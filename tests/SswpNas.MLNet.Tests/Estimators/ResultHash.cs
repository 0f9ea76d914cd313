using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>All that a search found, every bit of it, in a hash.</summary>
internal static class ResultHash
{
    public static string Of(SearchResult result)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.Add(result);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Genotype, weights and alphas.</summary>
    public static void Add(this IncrementalHash hash, SearchResult result)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(result.Genotype.ToString()));
        ShortHash.Append(hash, result.Weights);
        foreach (float[] edge in result.AlphaHistory.SelectMany(epoch => epoch).SelectMany(cell => cell))
            hash.AppendData(MemoryMarshal.AsBytes(edge.AsSpan()));
    }
}
