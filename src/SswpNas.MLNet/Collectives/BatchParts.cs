namespace SswpNas.MLNet.Collectives;

/// <summary>
/// The parts in which a batch is worked on, whatever the number of threads and processes: sums are taken within a part and then
/// over the parts in their order, so results depend on neither.
/// </summary>
internal static class BatchParts
{
    private const int Most = 32;

    public static int Count(int rows) => Math.Min(rows, Most);

    /// <summary>The first row of a part; the part ends where the next one begins.</summary>
    public static int FirstRow(int part, int rows) => rows == 0 ? 0 : (int)((long)part * rows / Count(rows));

    /// <summary>The first of a rank's parts; they end where the next rank's begin.</summary>
    public static int FirstPart(int rank, int ranks, int rows) => (int)((long)rank * Count(rows) / ranks);

    /// <summary>How many parts a rank has.</summary>
    public static int CountOf(int rank, int ranks, int rows) => FirstPart(rank + 1, ranks, rows) - FirstPart(rank, ranks, rows);
}
