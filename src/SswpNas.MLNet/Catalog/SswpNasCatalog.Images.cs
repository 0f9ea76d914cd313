namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Lists the images of <c>folder/class/</c> as a data view with the columns <c>ImagePath</c> (text, full paths) and
    /// <c>Label</c> (key, whose key values are the class folders' names). Continue with <see cref="LoadImages"/>, ResizeImages and
    /// ExtractPixels. A folder of images without class folders gives <c>ImagePath</c> alone, for a search, which needs no labels.
    /// </summary>
    /// <remarks>
    /// Every file listed is opened and decoded to its end first, so that a long run does not end at a bad one. Files with one of
    /// the extensions png, jpg, jpeg, jpe, jfif, jif, pjpeg, pjp, bmp, dib, gif, webp, ico, wbmp are taken, from class folders and
    /// their folders. Classes and files are in ordinal order, whatever the file system. What is passed over (other files, hidden
    /// ones, folders such as <c>__MACOSX</c>) is counted in the log; warnings there tell of images that ML.NET's own LoadImages
    /// would get wrong, of images in two classes, and of images that look alike. With a limit, the images of one seed and a
    /// smaller limit are part of those of a larger one, and only the images kept are checked. Images without class folders have a
    /// column <c>Label</c>, with all labels missing (key 0), where <see cref="ImageFolderOptions.ClassNames"/> names the classes; images
    /// beside class folders are left out, with a warning, unless <see cref="ImageFolderOptions.IncludeLooseImages"/> is set.
    /// </remarks>
    /// <param name="folder">A folder with one folder a class, or with images that have no label.</param>
    /// <param name="options">Limit, seed, the largest image, names of classes, what is left out; null for the defaults.</param>
    /// <returns>One row an image.</returns>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder is missing, unreadable, without class folders and images, or holds the parts of a data set (train, test); a folder is
    /// called <c>unlabelled</c> and no option says so; a class folder has no images; or files are empty, no images, damaged,
    /// truncated, too large, or links out of the folder. Up to 20 problems are named, and counted.
    /// </exception>
    public IDataView LoadImageFolder(string folder, ImageFolderOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return View(folder, options, listing => ImageFolder.Read(folder, listing));
    }

    /// <summary>
    /// Lists the images of Tiny-ImageNet as a data view with the columns <c>ImagePath</c> (text, full paths) and <c>Label</c>
    /// (key; the same classes in both parts). Continue with <see cref="LoadImages"/>, ResizeImages and ExtractPixels.
    /// </summary>
    /// <remarks>
    /// Classes are in the order of their numbers (<c>n01443537</c>); their names come from <c>words.txt</c> where that file is
    /// there. As with <see cref="LoadImageFolder"/>, every file listed is decoded to its end first.
    /// </remarks>
    /// <param name="folder">The unpacked folder, with <c>train</c> and <c>val</c>.</param>
    /// <param name="part">Train, or <c>val</c> as the test part.</param>
    /// <param name="options">Limit, seed, the largest image, what is left out; null for the defaults.</param>
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
        if (options?.ClassNames is not null)
            throw new ArgumentException($"{nameof(ImageFolderOptions)}: {nameof(options.ClassNames)} is set; expected: null, as both parts of Tiny-ImageNet have one list of classes.");
        if (options?.IncludeLooseImages == true)
            throw new ArgumentException($"{nameof(ImageFolderOptions)}: {nameof(options.IncludeLooseImages)} is true; expected: false, as every image of Tiny-ImageNet has a label.");
        if (options?.UnlabelledFolder is string unlabelled)
        {
            throw new ArgumentException(
                $"{nameof(ImageFolderOptions)}: {nameof(options.UnlabelledFolder)} is '{unlabelled}'; expected: null, as every image of "
                + "Tiny-ImageNet has a label.");
        }

        return View(folder, options, listing => TinyImageNetFolder.Read(folder, part, listing));
    }

    /// <summary>
    /// Lists the images of a table (CSV) with a path and a label a row, the label empty where nobody has said it, as a data view
    /// with the columns <c>ImagePath</c> (text, as the table has it) and <c>Label</c> (key; an empty label is key 0, the missing
    /// one). Continue with <see cref="LoadImages"/>, whose <c>imageFolder</c> is the table's folder, ResizeImages and ExtractPixels.
    /// </summary>
    /// <remarks>
    /// Columns are separated by commas, semicolons, tabs or bars; texts may stand in quotation marks. The first line names the
    /// columns <c>ImagePath</c> and <c>Label</c>, among others perhaps; a table of two columns needs no names. Relative paths start
    /// from the table's folder. As with <see cref="LoadImageFolder"/>, every file is decoded to its end first, and the log warns of
    /// the same.
    /// </remarks>
    /// <param name="file">The table; UTF-8, or as its byte order mark says.</param>
    /// <param name="options">The largest image, what is left out, names of classes; null for the defaults.</param>
    /// <returns>One row an image, in the table's order.</returns>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="FileNotFoundException">There is no such table.</exception>
    /// <exception cref="InvalidDataException">
    /// It is no such table, a path is empty, or a file cannot be used: up to 20 problems are named by line and column, and counted.
    /// </exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    public IDataView LoadImageTable(string file, ImageTableOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        options ??= new ImageTableOptions();
        options.Validate();
        using RunLog log = new(Context, nameof(SswpNasCatalog), nameof(LoadImageTable));
        ImageTable table = ImageTable.Read(file, options, log);
        return View(table.Paths, table.Labels, table.ClassNames);
    }

    /// <summary>
    /// Makes images of a column of paths, or of a column of image files in memory, as a viewer shows them: turned as the camera says
    /// (EXIF), in sRGB whatever colour profile is embedded, on a ground where they are transparent. Continue with ResizeImages and
    /// ExtractPixels.
    /// </summary>
    /// <remarks>
    /// ML.NET's own LoadImages does none of these, fills the lost part of a truncated file with black and does not name a file that
    /// it cannot read. Upright, opaque sRGB images of less than 1024 pixels give the same numbers in both. Large photographs are
    /// decoded at a reduced scale. How a chain with this step is saved say <see cref="ImageLoadOptions.SaveAsLoadImages"/> and
    /// <see cref="ImageLoadOptions.SaveAsImageColumn"/>.
    /// </remarks>
    /// <param name="outputColumnName">The column of images that is added.</param>
    /// <param name="inputColumnName">
    /// A text column of paths, or a column of vectors of <see cref="byte"/> of any length, each the content of an image file (a
    /// <c>byte[]</c> in a class of rows, <c>LoadRawImageBytes</c> of ML.NET).
    /// </param>
    /// <param name="imageFolder">The folder that relative paths start from; empty for the current one, and for files in memory.</param>
    /// <param name="options">Ground, scale and limits; null for the defaults.</param>
    /// <returns>An estimator to fit or to chain.</returns>
    /// <exception cref="ArgumentException">A name is empty, or options are out of range: the message lists all of them.</exception>
    public ImageLoadEstimator LoadImages(
        string outputColumnName = "Image", string inputColumnName = "ImagePath", string imageFolder = "", ImageLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(imageFolder);
        return new ImageLoadEstimator(Context, outputColumnName, inputColumnName, imageFolder, options ?? new ImageLoadOptions());
    }

    private IDataView View(string folder, ImageFolderOptions? options, Func<ImageListing, ImageFolder> read)
    {
        options ??= new ImageFolderOptions();
        options.Validate();
        int seed = options.Limit is null ? 0 : RunSeed.Of(Context, options.Seed, nameof(LoadImageFolder));
        using RunLog log = new(Context, nameof(SswpNasCatalog), nameof(LoadImageFolder));
        ImageFolder images = read(new ImageListing(folder, options, seed, log));
        return View(images.Paths, images.Labels, images.ClassNames);
    }

    private IDataView View(string[] paths, int[] labels, string[] classNames)
    {
        // A key without classes is none: the images of a folder without class folders have no label column.
        if (classNames.Length == 0) return Context.Data.LoadFromEnumerable(Array.ConvertAll(paths, path => new UnlabelledRow { ImagePath = path }));
        ImageRow[] rows = [.. paths.Zip(labels, (path, label) => new ImageRow
        {
            ImagePath = path,
            // LoadFromEnumerable takes keys from 0 and stores them from 1; what is beyond the last class becomes 0, the missing one.
            Label = label == LabelColumn.Missing ? uint.MaxValue : (uint)label,
        })];
        return Context.Data.LoadFromEnumerable(rows, ImageRow.Schema(classNames));
    }

    private sealed class UnlabelledRow
    {
        public string ImagePath { get; set; } = "";
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
