namespace SswpNas.MLNet;

/// <summary>How a table of images is read.</summary>
public sealed record ImageTableOptions
{
    /// <summary>Images that declare more pixels are refused before they are decoded; 1 to 500 million, by default 64 million.</summary>
    public long MaxPixels { get; init; } = new ImageFolderOptions().MaxPixels;

    /// <summary>Files of more bytes are refused before they are read; 1 to 1 GiB, by default 256 MiB.</summary>
    public long MaxFileBytes { get; init; } = new ImageFolderOptions().MaxFileBytes;

    /// <summary>
    /// Whether rows whose file cannot be used (missing, empty, no image, damaged, truncated, too large) are left out; each is in
    /// the log and goes to <see cref="OnProblem"/>. Otherwise (default) they are refused.
    /// </summary>
    public bool SkipDamaged { get; init; }

    /// <summary>Called with every file that cannot be used, in the order of the rows. Null (default) for nobody.</summary>
    public Action<ImageProblem>? OnProblem { get; init; }

    /// <summary>
    /// The classes in the order of their keys, for a second table that is to be scored by what the first one taught; other labels
    /// are refused. Null (default) takes the labels of the table in ordinal order.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    internal ImageLimits Limits => new(MaxPixels, MaxFileBytes);

    /// <summary>Reports everything that is out of range at once.</summary>
    internal void Validate()
    {
        List<string> problems = [];
        new ImageFolderOptions { MaxPixels = MaxPixels, MaxFileBytes = MaxFileBytes, ClassNames = ClassNames }.AddSharedProblems(problems);
        if (problems.Count > 0) throw new ArgumentException($"{nameof(ImageTableOptions)}: {string.Join("; ", problems)}.");
    }
}
