namespace SswpNas.MLNet;

/// <summary>How a folder of class folders, or of images without a label, is read.</summary>
public sealed record ImageFolderOptions
{
    private const long MostPixels = 500_000_000;
    private const long MostFileBytes = 1 << 30;

    /// <summary>
    /// At most this many images in all, the same number of each class (rounded down); null takes all. A class with fewer
    /// gives all it has. The images without a label count as a class here.
    /// </summary>
    public int? Limit { get; init; }

    /// <summary>Chooses the images when there is a limit; null follows the seed of the context.</summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Images that declare more pixels (width times height) are refused before they are decoded; 1 to 500 million, by
    /// default 64 million.
    /// </summary>
    public long MaxPixels { get; init; } = 64_000_000;

    /// <summary>
    /// Files of more bytes are refused before they are read; 1 to 1 GiB, by default 256 MiB, which is more than the pixels of
    /// <see cref="MaxPixels"/> take without any compression.
    /// </summary>
    public long MaxFileBytes { get; init; } = 256 << 20;

    /// <summary>
    /// Name of the folder, beside the class folders, whose images have no label (key 0, which ML.NET takes as missing): they
    /// come last and take part in the search only. It must exist. Null (default) takes every folder as a class, and refuses one
    /// that is called <c>unlabelled</c> or the like.
    /// </summary>
    public string? UnlabelledFolder { get; init; }

    /// <summary>
    /// Whether images that lie in the folder itself, beside its class folders, are taken: without a label (key 0), after all others and
    /// those of <see cref="UnlabelledFolder"/>. Otherwise (default) they are left out, with a warning in the log. Where there are no class
    /// folders, the images are taken in any case.
    /// </summary>
    public bool IncludeLooseImages { get; init; }

    /// <summary>
    /// The classes in the order of their keys, for a second folder whose images are to be scored by what the first one taught:
    /// a class may have no folder then, and a folder of another name is refused. Null (default) takes the folders' names in
    /// ordinal order.
    /// </summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Whether a class folder's own folders are searched, too (default).</summary>
    public bool IncludeSubfolders { get; init; } = true;

    /// <summary>
    /// Whether files that cannot be used (empty, no images, damaged, truncated, too large) are left out; each is in the log and
    /// goes to <see cref="OnProblem"/>. Otherwise (default) they are refused.
    /// </summary>
    public bool SkipDamaged { get; init; }

    /// <summary>Whether class folders without images are left out, with a line in the log. Otherwise (default) they are refused.</summary>
    public bool SkipEmptyClasses { get; init; }

    /// <summary>
    /// Called with every file that cannot be used, in the order of the files, whether they are left out or refused. Null
    /// (default) for nobody.
    /// </summary>
    public Action<ImageProblem>? OnProblem { get; init; }

    internal ImageLimits Limits => new(MaxPixels, MaxFileBytes) { Images = Limit };

    /// <summary>Reports everything that is out of range at once.</summary>
    internal void Validate()
    {
        List<string> problems = [];
        if (Limit < 1) problems.Add($"{nameof(Limit)} is {Limit}; expected: at least 1, or null for all images");
        AddSharedProblems(problems);
        if (UnlabelledFolder is not null && !ImageNames.IsFolderName(UnlabelledFolder))
            problems.Add($"{nameof(UnlabelledFolder)} is '{UnlabelledFolder}'; expected: the name of a folder beside the class folders (not a path)");
        if (problems.Count > 0)
            throw new ArgumentException($"{nameof(ImageFolderOptions)}: {string.Join("; ", problems)}.");
    }

    /// <summary>Those that other readers of images have, too.</summary>
    internal void AddSharedProblems(List<string> problems)
    {
        if (MaxPixels is < 1 or > MostPixels)
            problems.Add($"{nameof(MaxPixels)} is {MaxPixels}; expected: 1 to {MostPixels}");
        if (MaxFileBytes is < 1 or > MostFileBytes)
            problems.Add($"{nameof(MaxFileBytes)} is {MaxFileBytes}; expected: 1 to {MostFileBytes}");
        if (ClassNames is not null && (ClassNames.Count == 0 || ClassNames.Any(string.IsNullOrWhiteSpace) || ClassNames.Distinct().Count() < ClassNames.Count))
            problems.Add($"{nameof(ClassNames)} is '{string.Join(", ", ClassNames)}'; expected: the names of the classes (each once)");
    }
}
