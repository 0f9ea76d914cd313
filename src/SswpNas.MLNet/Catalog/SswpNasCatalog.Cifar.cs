namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Reads the binary version of CIFAR-10 into memory (3 KB an image) as a data view with the columns <c>Pixels</c> (3 x 32 x
    /// 32 of <see cref="float"/>, planar, 0 to 255: as <c>ExtractPixels</c> makes it) and <c>Label</c> (key, 10 classes).
    /// </summary>
    /// <param name="folder">
    /// The unpacked folder with <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>. The key values
    /// come from <c>batches.meta.txt</c>; where that is missing, they are 0 to 9.
    /// </param>
    /// <param name="part">Train or test.</param>
    /// <returns>One row an image, in the order of the files.</returns>
    /// <exception cref="InvalidDataException">
    /// A file is missing, empty or cut off, or a label is out of range; the message names file and record (the first is 1).
    /// </exception>
    public IDataView LoadCifar10(string folder, DatasetPart part = DatasetPart.Train) => Cifar(
        folder, CifarFormat.Ten,
        part == DatasetPart.Test ? ["test_batch.bin"] : [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")]);

    /// <summary>
    /// Reads the binary version of CIFAR-100 into memory; else like <see cref="LoadCifar10"/>, with 100 or 20 classes.
    /// </summary>
    /// <param name="folder">
    /// The unpacked folder with <c>train.bin</c> and <c>test.bin</c>. The key values come from <c>fine_label_names.txt</c> or
    /// <c>coarse_label_names.txt</c>; where that is missing, they are numbers from 0.
    /// </param>
    /// <param name="part">Train or test.</param>
    /// <param name="labels">Which of an image's two labels <c>Label</c> is.</param>
    /// <returns>One row an image, in the order of the file.</returns>
    /// <exception cref="InvalidDataException">
    /// A file is missing, empty or cut off, or a label is out of range; the message names file and record (the first is 1).
    /// </exception>
    public IDataView LoadCifar100(
        string folder, DatasetPart part = DatasetPart.Train, Cifar100Labels labels = Cifar100Labels.Fine) => Cifar(
        folder, labels == Cifar100Labels.Coarse ? CifarFormat.HundredCoarse : CifarFormat.HundredFine,
        part == DatasetPart.Test ? "test.bin" : "train.bin");

    private IDataView Cifar(string folder, CifarFormat format, params string[] files)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        CifarRow[] rows = [.. files
            .SelectMany(file => CifarFile.Read(Path.Combine(folder, file), format))
            .Select(image => new CifarRow { Pixels = image.Pixels, Label = (uint)image.Label })];
        SchemaDefinition schema = SchemaDefinition.Create(typeof(CifarRow));
        (int channels, int height, int width) = CifarFormat.Image;
        schema[nameof(CifarRow.Pixels)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Byte, channels, height, width);
        NameClasses(schema[nameof(CifarRow.Label)], CifarFile.ClassNames(folder, format));
        IDataView bytes = Context.Data.LoadFromEnumerable(rows, schema);
        return Context.Transforms.Conversion.ConvertType(nameof(CifarRow.Pixels), outputKind: DataKind.Single)
            .Fit(bytes).Transform(bytes);
    }

    private sealed class CifarRow
    {
        public byte[] Pixels { get; set; } = [];

        public uint Label { get; set; }
    }
}
