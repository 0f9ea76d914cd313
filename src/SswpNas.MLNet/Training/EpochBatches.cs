namespace SswpNas.MLNet.Training;

/// <summary>Full batches of a set of images, shuffled for each epoch from (seed, purpose, epoch) alone.</summary>
internal sealed class EpochBatches(int[] images, int batchSize, int seed, RandomPurpose purpose)
{
    private int _epoch = -1;
    private int[][] _batches = [];

    /// <summary>Batches of an epoch; what is left over waits for another epoch's order.</summary>
    public int Count => Math.Max(1, images.Length / batchSize);

    public int[][] Of(int epoch)
    {
        if (epoch == _epoch) return _batches;
        int[] order = [.. images];
        new RandomStream(seed, purpose, epoch).Shuffle(order.AsSpan());
        int size = Math.Min(batchSize, order.Length);
        (_epoch, _batches) = (epoch, [.. order.Chunk(size).Take(Count)]);
        return _batches;
    }
}
