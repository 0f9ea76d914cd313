namespace SswpNas.MLNet.Data;

/// <summary>What the records of a CIFAR data set are like: label bytes, then 32 x 32 bytes of red, of green, of blue.</summary>
internal sealed record CifarFormat(string Name, int LabelBytes, int Label, int Classes, string ClassFile)
{
    public static readonly ImageShape Image = new(3, 32, 32);

    public static CifarFormat Ten { get; } = new("CIFAR-10", 1, 0, 10, "batches.meta.txt");

    public static CifarFormat HundredCoarse { get; } = new("CIFAR-100", 2, 0, 20, "coarse_label_names.txt");

    public static CifarFormat HundredFine { get; } = new("CIFAR-100", 2, 1, 100, "fine_label_names.txt");

    public int RecordBytes => LabelBytes + Image.Size;
}

/// <summary>An image as the files have it: planar.</summary>
internal readonly record struct CifarImage(byte[] Pixels, int Label);

/// <summary>Reads the binary version of CIFAR-10 and CIFAR-100.</summary>
internal static class CifarFile
{
    // The largest file, CIFAR-100's train.bin, has 50,000.
    private const int MostRecords = 100_000;
    private const int MostNameBytes = 1 << 16;

    /// <summary>All records of a file.</summary>
    /// <exception cref="InvalidDataException">It is missing, empty, cut off, too long, or has a label that is none.</exception>
    public static IEnumerable<CifarImage> Read(string path, CifarFormat format)
    {
        byte[] bytes = Bytes(path, format);
        int records = bytes.Length / format.RecordBytes;
        for (int record = 0; record < records; record++)
        {
            ReadOnlySpan<byte> content = bytes.AsSpan(record * format.RecordBytes, format.RecordBytes);
            int label = content[format.Label];
            if (label >= format.Classes)
            {
                throw new InvalidDataException(
                    $"Record {record + 1} of '{path}' has the label {label}; 0 to {format.Classes - 1} was expected. The file is "
                    + $"damaged, or not of {format.Name}.");
            }

            yield return new CifarImage(content[format.LabelBytes..].ToArray(), label);
        }
    }

    /// <summary>The classes' names, or their numbers from 0 where the file with the names is missing.</summary>
    /// <exception cref="InvalidDataException">The file is there, but has another number of names.</exception>
    public static string[] ClassNames(string folder, CifarFormat format)
    {
        string path = Path.Combine(folder, format.ClassFile);
        if (!File.Exists(path)) return [.. Enumerable.Range(0, format.Classes).Select(i => $"{i}")];
        string[] names = [.. RegularFile.Lines(path, MostNameBytes).Select(line => line.Trim()).Where(line => line.Length > 0)];
        if (names.Length == format.Classes && names.Distinct().Count() == names.Length) return names;
        throw new InvalidDataException(
            $"'{path}' has {names.Length} lines with {names.Distinct().Count()} different names; {format.Classes} names were "
            + "expected. Correct the file, or delete it: the classes are numbered then.");
    }

    private static byte[] Bytes(string path, CifarFormat format)
    {
        if (!File.Exists(path))
        {
            throw new InvalidDataException(
                $"There is no file '{path}'. The unpacked folder of the binary version of {format.Name} was expected.");
        }

        byte[] bytes = RegularFile.Bytes(path, (long)MostRecords * format.RecordBytes);
        int left = bytes.Length % format.RecordBytes;
        if (left == 0) return bytes;
        throw new InvalidDataException(
            $"'{path}' has {bytes.Length} bytes: its record {(bytes.Length / format.RecordBytes) + 1} ends after {left} of "
            + $"{format.RecordBytes} bytes. The file is cut off, or not of the binary version of {format.Name}; download it again.");
    }
}
