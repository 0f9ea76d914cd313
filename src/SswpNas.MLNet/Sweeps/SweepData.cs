namespace SswpNas.MLNet.Sweeps;

/// <summary>Training and test images of a sweep, looked at once: what they are, and how many are on both sides.</summary>
internal sealed record SweepData(
    IDataView Train, IDataView? Test, string TrainFingerprint, string TestFingerprint, int Overlap, RowIds Rows,
    string[] ClassNames)
{
    public static SweepData Read(
        IDataView train, IDataView? test, string pixels, string label, PixelReading reading, CancellationToken cancellation)
    {
        LabelColumn labels = LabelColumn.Of(train.Schema, label);
        LabelledPixels all = PixelReader.ReadLabelled(train, pixels, label, reading, cancellation);
        using PixelStore trainImages = all.Pixels;
        RowIds rows = RowIds.Read(train, labels);
        if (test is null) return new SweepData(train, null, Fingerprint(all), "none", 0, rows, labels.ClassNames);

        LabelledPixels judged = PixelReader.ReadLabelled(test, pixels, label, reading, cancellation);
        using PixelStore testImages = judged.Pixels;
        if (!judged.ClassNames.SequenceEqual(all.ClassNames))
        {
            throw new ArgumentException(
                $"The label columns '{label}' of training and test data have other classes ({Some(all.ClassNames)}; "
                + $"{Some(judged.ClassNames)}). Make both keys by one fitted MapValueToKey.");
        }

        HashSet<string> known = [.. Hashes(trainImages)];
        return new SweepData(
            train, test, Fingerprint(all), Fingerprint(judged), Hashes(testImages).Count(known.Contains), rows,
            labels.ClassNames);
    }

    private static string Fingerprint(LabelledPixels data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> images = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(images, data.Pixels.Fingerprint());
        hash.AppendData(images);
        hash.AppendData(MemoryMarshal.AsBytes(data.Labels.AsSpan()));
        return ShortHash.Of(hash);
    }

    private static IEnumerable<string> Hashes(PixelStore store)
    {
        for (int i = 0; i < store.Count; i++) yield return Convert.ToHexString(SHA256.HashData(store[i]));
    }

    private static string Some(string[] names) =>
        string.Join(", ", names.Take(3)) + (names.Length > 3 ? $", ... {names.Length} in all" : "");
}
