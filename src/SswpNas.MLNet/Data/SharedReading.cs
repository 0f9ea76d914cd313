namespace SswpNas.MLNet.Data;

/// <summary>
/// Of several ranks each works out (decodes, features of a teacher) its share of the rows and gets the others' from them. Labels are read
/// by all. Some rows are worked out by all and compared, so that ranks with other images are found.
/// </summary>
internal sealed class SharedReading
{
    /// <summary>For a rank's number: all of them.</summary>
    public const int All = -1;

    // Of so many rows one is worked out by all.
    private const int ComparedOf = 64;

    // Bytes of pixels, as floats, that wait for an exchange.
    private const int RoundBytes = 8 << 20;

    private const int MostRows = 4096;

    private readonly Ranks _ranks;
    private readonly int _rows;

    private SharedReading(Ranks ranks, int size) =>
        (_ranks, _rows) = (ranks, Math.Clamp(RoundBytes / (size * sizeof(float)), ranks.Size, MostRows));

    /// <summary>How the ranks share these rows; null for one process, and where rows have other ids on other ranks.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="ranks">All make this call.</param>
    /// <param name="size">Pixel values of an image.</param>
    /// <param name="log">Is told how; null for nobody.</param>
    public static SharedReading? Of(IDataView data, Ranks ranks, int size, RunLog? log)
    {
        if (!ranks.AreSeveral) return null;
        bool same = ranks.FirstOther(IdsOf(data)) is null;
        log?.Info(same
            ? $"Each of {ranks.Size} ranks reads its share of the images and gets the others' from them."
            : "The rows have other ids on other ranks, so each rank reads all images.");
        return same ? new SharedReading(ranks, size) : null;
    }

    /// <summary>The rank that works a row out, or <see cref="All"/>.</summary>
    public int OwnerOf(DataViewRowId id)
    {
        RandomStream random = new(0, RandomPurpose.ReadingShares, (long)id.High, (long)id.Low);
        return random.NextInt(ComparedOf) == 0 ? All : random.NextInt(_ranks.Size);
    }

    /// <summary>Whether this rank works a row out.</summary>
    public bool IsHere(int owner) => owner == All || owner == _ranks.Rank;

    /// <summary>Tells images apart that should be the same on all ranks.</summary>
    public static ulong HashOf(ReadOnlySpan<float> values) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(values)));

    /// <summary>Fills in what others have worked out.</summary>
    /// <param name="rows">All rows in their order, the same on all ranks.</param>
    /// <exception cref="InvalidOperationException">Another rank has other rows or images.</exception>
    public IEnumerable<PixelRow> Complete(IEnumerable<PixelRow> rows)
    {
        // With the same ids all ranks come to the same rounds.
        foreach (PixelRow[] round in rows.Chunk(_rows))
        {
            BinaryReader[] all = Exchange(round);
            foreach (PixelRow row in round) yield return row.Owner == All ? row : row.Read(all[row.Owner]);
        }
    }

    /// <summary>What each rank has worked out of its own rows, in their order.</summary>
    private BinaryReader[] Exchange(PixelRow[] round)
    {
        Compare(round);
        byte[][] all = _ranks.Bytes(Written(round.Where(row => row.Owner == _ranks.Rank)));
        return [.. all.Select(bytes => new BinaryReader(new MemoryStream(bytes)))];
    }

    /// <summary>Labels of all rows, and pixels of some.</summary>
    private void Compare(PixelRow[] round)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>(round.Select(row => row.Class).ToArray()));
        hash.AppendData(MemoryMarshal.AsBytes<ulong>(round.Select(row => row.Hash).ToArray()));
        if (_ranks.FirstOther(ShortHash.Of(hash)) is not int other) return;
        throw new InvalidOperationException(
            $"Rank {other} reads other images or labels than rank 0; the same were expected. Start all ranks with the same data.");
    }

    private static byte[] Written(IEnumerable<PixelRow> rows)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        foreach (PixelRow row in rows) row.Write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>The ids of all rows in their order, and nothing else of them.</summary>
    private static string IdsOf(IDataView data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        DataViewRowId id = default;
        Span<ulong> numbers = stackalloc ulong[2];
        while (cursor.MoveNext())
        {
            getter(ref id);
            (numbers[0], numbers[1]) = (id.Low, id.High);
            hash.AppendData(MemoryMarshal.AsBytes(numbers));
        }

        return ShortHash.Of(hash);
    }
}
