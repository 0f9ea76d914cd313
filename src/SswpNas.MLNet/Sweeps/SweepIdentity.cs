using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SswpNas.MLNet.Sweeps;

/// <summary>What makes two sweeps the same: options, networks, data and version, each by name.</summary>
internal static class SweepIdentity
{
    // They do not change a figure.
    private static readonly string[] Free = ["Threads", "StoreMemoryLimit", "MemoryLimit", "Initialization", "Seed"];

    public static IReadOnlyDictionary<string, string> Of(
        SweepOptions options, SearchResult search, PretrainResult? pretraining, SweepData data)
    {
        SortedDictionary<string, string> plan = new(StringComparer.Ordinal)
        {
            ["version"] = LibraryVersion.Text,
            ["ratios"] = string.Join(' ', options.Ratios.Order().Select(Text)),
            ["labels per class"] = string.Join(' ', options.LabelsPerClass.Order()),
            ["initializations"] = string.Join(' ', options.Initializations),
            ["seeds"] = string.Join(' ', options.Seeds),
            ["folds"] = options.Folds?.ToString(CultureInfo.InvariantCulture) ?? "none",
            ["search result"] = Of(search.Network),
            ["pre-training"] = pretraining is null ? "none" : Of(pretraining.Network),
            ["training data"] = data.TrainFingerprint,
            ["test data"] = data.TestFingerprint,
        };
        foreach ((string name, string text) in OptionText.Of(options.FineTune).Where(o => !Free.Contains(o.Key)))
            plan[$"fine-tune {name}"] = text;
        foreach ((WeightInitialization start, IReadOnlyList<double> rates) in options.LearningRates)
            plan[$"learning rates of {start}"] = string.Join(' ', rates.Select(Text));
        return plan;
    }

    private static string Of(FoundNetwork network)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(network.Genotype.ToString()));
        foreach ((string name, TensorValue tensor) in network.Weights)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
        }

        return BinaryPrimitives.ReadUInt64BigEndian(hash.GetHashAndReset()).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
