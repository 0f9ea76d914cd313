namespace SswpNas.MLNet;

/// <summary>What a model file may hold that <see cref="SswpNasCatalog.LoadModel"/> loads.</summary>
public sealed record ModelFileOptions
{
    /// <summary>A longer file is refused before it is read; 1 to 2 GiB - 1, by default 256 MiB.</summary>
    public long MaxFileBytes { get; init; } = 256 << 20;

    /// <summary>Bytes that all parts may have together once unpacked; at least 1, by default 1 GiB.</summary>
    public long MaxUnpackedBytes { get; init; } = 1 << 30;

    /// <summary>Parts of the archive; 1 to 1,000,000, by default 1,000.</summary>
    public int MaxEntries { get; init; } = 1000;

    /// <summary>
    /// The assemblies that a model may name for the loading of its parts. ML.NET loads whatever assembly a model names, if the
    /// application has one of that name; the default are ML.NET's own for stock transformers and trainers.
    /// </summary>
    public IReadOnlyList<string> AllowedAssemblies { get; init; } =
    [
        "Microsoft.ML.Core", "Microsoft.ML.Data", "Microsoft.ML.Transforms", "Microsoft.ML.ImageAnalytics",
        "Microsoft.ML.OnnxTransformer", "Microsoft.ML.StandardTrainers", "Microsoft.ML.KMeansClustering", "Microsoft.ML.PCA",
    ];

    internal IEnumerable<string> Problems()
    {
        List<string> found = [];
        OptionCheck check = new(found);
        check.That(MaxFileBytes is >= 1 and <= int.MaxValue, nameof(MaxFileBytes), MaxFileBytes, $"1 to {int.MaxValue}");
        check.That(MaxUnpackedBytes >= 1, nameof(MaxUnpackedBytes), MaxUnpackedBytes, "at least 1");
        check.Count(MaxEntries, nameof(MaxEntries), 1);
        if (AllowedAssemblies is null) found.Add("AllowedAssemblies is null.");
        return found;
    }
}
