namespace SswpNas.MLNet.Collectives;

/// <summary>The rows of a batch that a rank works on.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many they are; none where there are fewer rows than ranks.</param>
/// <param name="All">Rows of the whole batch.</param>
internal readonly record struct RowShare(int First, int Count, int All)
{
    /// <summary>The row behind the last one.</summary>
    public int End => First + Count;

    public static RowShare Whole(int rows) => new(0, rows, rows);

    /// <summary>Whole parts of the batch, about as many for each rank.</summary>
    public static RowShare Of(int rows, int rank, int ranks)
    {
        int first = BatchParts.FirstRow(BatchParts.FirstPart(rank, ranks, rows), rows);
        return new RowShare(first, BatchParts.FirstRow(BatchParts.FirstPart(rank + 1, ranks, rows), rows) - first, rows);
    }

    /// <summary>What of it lies in some of the batch's rows, counted from the first of those.</summary>
    public RowShare Within(int first, int rows)
    {
        int from = Math.Clamp(First, first, first + rows), to = Math.Clamp(End, first, first + rows);
        return new RowShare(from - first, to - from, rows);
    }
}
