namespace SswpNas.MLNet;

/// <summary>How <c>mlContext.SswpNas().LoadImages</c> decodes image files, of paths or in memory.</summary>
public sealed record ImageLoadOptions
{
    private const int MostSide = 65_535;

    /// <summary>What shows where an image is transparent; white by default.</summary>
    public RgbColor Ground { get; init; } = RgbColor.White;

    /// <summary>
    /// Photographs are decoded at 1/8, 1/4 or 1/2 of their size, the smallest of these that leaves the shorter side this long,
    /// where their format can (JPEG and WebP): that takes a third of the time. In pixels, 1 to 65535, by default 512, so
    /// that images below 1024 pixels stay as they are; at least the network's image size. Null decodes everything in full.
    /// </summary>
    public int? LeastSide { get; init; } = ImageForm.UsualLeastSide;

    /// <summary>Images that declare more pixels are refused before they are decoded; 1 to 500 million, by default 64 million.</summary>
    public long MaxPixels { get; init; } = new ImageFolderOptions().MaxPixels;

    /// <summary>Files of more bytes are refused before they are read; 1 to 1 GiB, by default 256 MiB.</summary>
    public long MaxFileBytes { get; init; } = new ImageFolderOptions().MaxFileBytes;

    /// <summary>
    /// Whether a saved model has ML.NET's own LoadImages in this step's place. A program with stock ML.NET then reads image files
    /// by itself, but sees turned, transparent, profiled and large images otherwise than the training did; saving says so in the
    /// log if there were some. For columns of paths only. False (default) refuses to save this step, unless
    /// <see cref="SaveAsImageColumn"/> is set.
    /// </summary>
    public bool SaveAsLoadImages { get; init; }

    /// <summary>
    /// Whether a saved model has nothing in this step's place: it begins at the column of images, which the program that scores makes
    /// itself, for example by <see cref="MLImage.CreateFromStream(Stream)"/> of an upload. That, too, sees turned, transparent, profiled
    /// and large images otherwise than the training did; saving says so in the log if there were some. Not together with
    /// <see cref="SaveAsLoadImages"/>; false by default.
    /// </summary>
    public bool SaveAsImageColumn { get; init; }

    internal ImageForm Form => new(Ground, LeastSide);

    internal ImageLimits Limits => new(MaxPixels, MaxFileBytes);

    /// <summary>Reports everything that is out of range at once.</summary>
    internal void Validate()
    {
        List<string> problems = [];
        if (LeastSide is < 1 or > MostSide)
            problems.Add($"{nameof(LeastSide)} is {LeastSide}; expected: 1 to {MostSide} (null for full size)");
        new ImageFolderOptions { MaxPixels = MaxPixels, MaxFileBytes = MaxFileBytes }.AddSharedProblems(problems);
        if (SaveAsLoadImages && SaveAsImageColumn)
            problems.Add($"{nameof(SaveAsLoadImages)} and {nameof(SaveAsImageColumn)} are both true; expected: one of them (or neither)");
        if (problems.Count > 0) throw new ArgumentException($"{nameof(ImageLoadOptions)}: {string.Join("; ", problems)}.");
    }
}
