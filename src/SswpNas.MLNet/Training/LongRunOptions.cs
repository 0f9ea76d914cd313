namespace SswpNas.MLNet;

/// <summary>
/// What the options of a search, a pre-training, a training and a fine-tuning have in common: where it is computed, and
/// what happens when something goes wrong. None of it but the seed, <see cref="UseManagedKernels"/>,
/// <see cref="Precision"/> and the kind of <see cref="Device"/> changes a result.
/// </summary>
/// <remarks>
/// Whatever its own documentation says, a <c>Fit</c> with such options throws
/// <list type="bullet">
/// <item><see cref="InvalidDataException"/>: a row cannot be read, or a pixel is NaN or infinite;</item>
/// <item><see cref="IOException"/>: the images are more than <see cref="StoreMemoryLimit"/>, and more than the disk of the
/// temporary folder has room for;</item>
/// <item><see cref="InvalidOperationException"/>: there is no such device, libtorch is missing, or the loss became NaN or
/// infinite;</item>
/// <item><see cref="InsufficientMemoryException"/>: a step takes more memory than there is, or than <see cref="MemoryLimit"/>;
/// the message says what would fit;</item>
/// <item><see cref="OperationCanceledException"/>: the token was cancelled, and nothing is to be given back or nothing was
/// found yet.</item>
/// </list>
/// With <see cref="Checkpoints"/> it resumes from the last one, and also throws an <see cref="IOException"/> if the folder
/// cannot be written or another run is using it, an <see cref="InvalidOperationException"/> that lists what differs if its
/// checkpoints are of another run, and an <see cref="InvalidDataException"/> if none of them can be used.
/// </remarks>
public abstract record LongRunOptions
{
    private protected LongRunOptions()
    {
    }

    /// <summary>Seed of all randomness; null takes the <c>MLContext</c>'s.</summary>
    [Option(ChangesResult = false)]
    public int? Seed { get; init; }

    /// <summary>Where to compute: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    [Option(IdentifiesRun = false)]
    public string Device { get; init; } = "auto";

    /// <summary>
    /// CPU threads, of the fit and of scoring many rows with what was fitted, 1 to 1024; null takes all cores. The result
    /// does not depend on it.
    /// </summary>
    [Option(ChangesResult = false)]
    public int? Threads { get; init; }

    /// <summary>
    /// Whether the library's own kernels compute on a CPU (default); false leaves everything to libtorch, which is slower.
    /// </summary>
    [Option(FormerName = "UseOwnKernels")]
    public bool UseManagedKernels { get; init; } = true;

    /// <summary>
    /// The number format in which the network is computed while it is trained. <see cref="Precision.BFloat16"/> needs a GPU
    /// that has it, or the CPU with <see cref="UseManagedKernels"/> false. Default: 32 bits.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// The numbers that stand for black and white in the pixel column. Null (default) takes the range of the search that is
    /// built upon; a search, or a training without one, takes 0 to 1, -1 to 1 or 0 to 255 as the pixels suggest, and says in
    /// <c>MLContext.Log</c> which. Pixels that fit none of them, or not the range that is stated, are refused.
    /// </summary>
    [Option(IsSetting = false)] // it stands with the images
    public PixelRange? PixelRange { get; init; }

    /// <summary>
    /// Bytes of decoded images (one a pixel and channel) that are kept in memory, 0 or more; more images than that lie in
    /// a temporary file in <c>MLContext.TempFilePath</c>, which is gone when the fit ends. The result does not depend on
    /// it. Default: 1 GiB, 87,381 images of 3 x 64 x 64.
    /// </summary>
    [Option(ChangesResult = false)]
    public long StoreMemoryLimit { get; init; } = PixelStorage.DefaultMemoryLimit;

    /// <summary>
    /// Bytes that a step may take, above 0; null (default) for what the machine or its container has. A step that takes more
    /// by an estimate is refused before any long work, and one that turns out to take more ends the run with the same error,
    /// which says what would fit. The result does not depend on it.
    /// </summary>
    [Option(ChangesResult = false)]
    public long? MemoryLimit { get; init; }

    /// <summary>
    /// The processes that work on the run together, from <see cref="MLNet.Ranks.FromLauncher"/>; null (default) for this one alone.
    /// All give the same data, options and <see cref="Seed"/>, and batch sizes are of all of them together. Needs the CPU and
    /// <see cref="UseManagedKernels"/>; the result does not depend on it.
    /// </summary>
    [Option(IsSetting = false)]
    public Ranks? Ranks { get; init; }

    /// <summary>Stops the run within a step.</summary>
    [Option(IsSetting = false)]
    public CancellationToken CancellationToken { get; init; }

    /// <summary>What happens when the token is cancelled. Default: <see cref="CancellationBehavior.Throw"/>.</summary>
    [Option(IsSetting = false)]
    public CancellationBehavior CancellationBehavior { get; init; }

    /// <summary>
    /// Where checkpoints are kept, from which <c>Fit</c> resumes after a fault or a cancellation; null (default) for none.
    /// </summary>
    [Option(IsSetting = false)]
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>What is done about steps whose loss or gradient is NaN or infinite.</summary>
    [Option(IdentifiesRun = false)]
    public NonFiniteSteps NonFiniteSteps { get; init; } = new();

    /// <summary>What is out of range, one sentence each; empty if nothing is.</summary>
    internal IReadOnlyList<string> Problems()
    {
        List<string> found = [];
        FindProblems(found);
        return found;
    }

    /// <summary>The same without what only the first of several ranks does: checkpoints, events, progress.</summary>
    internal abstract LongRunOptions Quiet();

    private protected virtual void FindProblems(List<string> found)
    {
        OptionCheck check = new(found);
        check.Count(Threads, nameof(Threads), 1, OptionCheck.MostThreads);
        check.That(StoreMemoryLimit >= 0, nameof(StoreMemoryLimit), StoreMemoryLimit, "0 or more");
        check.That(MemoryLimit is null or > 0, nameof(MemoryLimit), MemoryLimit ?? 0, "a number above 0, or null,");
        if (PixelRange is { IsUsable: false } range)
            found.Add($"{nameof(PixelRange)} is {range}; two finite numbers, the second above the first, were expected.");
        check.Device(Device, nameof(Device));
        check.Defined(Precision, nameof(Precision));
        check.Defined(CancellationBehavior, nameof(CancellationBehavior));
        found.AddRange(Checkpoints?.Problems(nameof(Checkpoints)) ?? []);
        found.AddRange(NonFiniteSteps is null ? ["NonFiniteSteps is null."] : NonFiniteSteps.Problems(nameof(NonFiniteSteps)));
    }
}
