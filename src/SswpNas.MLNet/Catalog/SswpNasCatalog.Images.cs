namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Lists the images of <c>folder/class/*.png</c> (jpg, jpeg, bmp, gif) as a data view with the columns
    /// <c>ImagePath</c> (text, full paths) and <c>Label</c> (key, whose key values are the class folders' names).
    /// Continue with LoadImages, ResizeImages and ExtractPixels.
    /// </summary>
    /// <remarks>
    /// Every file listed is opened and decoded in full first, so that a long run does not end at a bad one. Classes and
    /// files are in ordinal order, whatever the file system. Hidden files and folders (.name) are skipped, and so
    /// are files of other kinds. With a limit, the images of one seed and a smaller limit are part of those of a
    /// larger one, and only the images kept are checked. <see cref="ImageFolderOptions.UnlabelledFolder"/> names a folder of
    /// images without a label.
    /// </remarks>
    /// <param name="folder">A folder with one folder a class.</param>
    /// <param name="options">Limit, seed, the largest image and the folder without labels; null for the defaults.</param>
    /// <returns>One row an image.</returns>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder is missing, unreadable or without class folders; a class folder has no images; or files are empty, no
    /// images, damaged, truncated, too large, or links out of the folder. Up to 20 problems are named, and counted.
    /// </exception>
    public IDataView LoadImageFolder(string folder, ImageFolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return View(options, limits => ImageFolder.Read(folder, options?.UnlabelledFolder, limits));
    }

    /// <summary>
    /// Lists the images of Tiny-ImageNet as a data view with the columns <c>ImagePath</c> (text, full paths) and <c>Label</c>
    /// (key; the same classes in both parts). Continue with LoadImages, ResizeImages and ExtractPixels.
    /// </summary>
    /// <remarks>
    /// Classes are in the order of their numbers (<c>n01443537</c>); their names come from <c>words.txt</c> where that file is
    /// there. As with <see cref="LoadImageFolder"/>, every file listed is decoded in full first.
    /// </remarks>
    /// <param name="folder">The unpacked folder, with <c>train</c> and <c>val</c>.</param>
    /// <param name="part">Train, or <c>val</c> as the test part.</param>
    /// <param name="options">Limit, seed and the largest image; null for the defaults.</param>
    /// <returns>One row an image.</returns>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidDataException">
    /// A folder or <c>val_annotations.txt</c> is missing, a line of that file is malformed or names another class, or an image
    /// cannot be used. Up to 20 problems are named, and counted.
    /// </exception>
    public IDataView LoadTinyImageNet(
        string folder, DatasetPart part = DatasetPart.Train, ImageFolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (options?.UnlabelledFolder is string unlabelled)
        {
            throw new ArgumentException(
                $"{nameof(ImageFolderOptions)}: {nameof(options.UnlabelledFolder)} is '{unlabelled}'; expected: null, as every image of "
                + "Tiny-ImageNet has a label.");
        }

        return View(options, limits => TinyImageNetFolder.Read(folder, part, limits));
    }

    private IDataView View(ImageFolderOptions? options, Func<ImageLimits, ImageFolder> read)
    {
        options ??= new ImageFolderOptions();
        options.Validate();
        int seed = options.Limit is null ? 0 : RunSeed.Of(Context, options.Seed, nameof(LoadImageFolder));
        ImageFolder images = read(options.Limits with { Seed = seed });
        ImageRow[] rows = [.. images.Paths.Zip(images.Labels, (path, label) => new ImageRow
        {
            ImagePath = path,
            // LoadFromEnumerable takes keys from 0 and stores them from 1; what is beyond the last class becomes 0, the missing one.
            Label = label == LabelColumn.Missing ? uint.MaxValue : (uint)label,
        })];
        return Context.Data.LoadFromEnumerable(rows, ImageRow.Schema(images.ClassNames));
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";

        public uint Label { get; set; }

        public static SchemaDefinition Schema(string[] classNames)
        {
            var schema = SchemaDefinition.Create(typeof(ImageRow));
            NameClasses(schema[nameof(Label)], classNames);
            return schema;
        }
    }

    private static void NameClasses(SchemaDefinition.Column label, string[] classNames)
    {
        VBuffer<ReadOnlyMemory<char>> names = new(classNames.Length, [.. classNames.Select(n => n.AsMemory())]);
        label.ColumnType = new KeyDataViewType(typeof(uint), classNames.Length);
        label.AddAnnotation("KeyValues", names, new VectorDataViewType(TextDataViewType.Instance, classNames.Length));
    }
}
