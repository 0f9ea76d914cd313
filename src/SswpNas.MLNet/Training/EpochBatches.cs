namespace SswpNas.MLNet.Training;

/// <summary>Full batches of a set of images, shuffled for each epoch from (seed, purpose, epoch) alone.</summary>
/// <param name="images">The images.</param>
/// <param name="batchSize">Images a batch.</param>
/// <param name="seed">The run's.</param>
/// <param name="purpose">What they are drawn for.</param>
/// <param name="classes">The images' classes, where each class is to come as often as any other; null draws each image once.</param>
internal sealed class EpochBatches(int[] images, int batchSize, int seed, RandomPurpose purpose, int[]? classes = null)
{
    private int _epoch = -1;
    private int[][] _batches = [];

    /// <summary>Batches of an epoch; what is left over waits for another epoch's order.</summary>
    public int Count => Math.Max(1, images.Length / batchSize);

    public int[][] Of(int epoch)
    {
        if (epoch == _epoch) return _batches;
        RandomStream random = new(seed, purpose, epoch);
        int[] order = classes is null ? [.. images] : Balanced(classes, ref random);
        if (classes is null) random.Shuffle(order.AsSpan());
        int size = Math.Min(batchSize, order.Length);
        (_epoch, _batches) = (epoch, [.. order.Chunk(size).Take(Count)]);
        return _batches;
    }

    /// <summary>As many as there are images: an image of each class in turn, none of a class again before all of it.</summary>
    private int[] Balanced(int[] classes, ref RandomStream random)
    {
        int[][] members = [.. images.Zip(classes).GroupBy(pair => pair.Second, pair => pair.First).OrderBy(group => group.Key).Select(group => group.ToArray())];
        int[] turns = [.. Enumerable.Range(0, members.Length)], next = new int[members.Length], order = new int[images.Length];
        for (int i = 0; i < order.Length; i++)
        {
            if (i % turns.Length == 0) random.Shuffle(turns.AsSpan());
            int turn = turns[i % turns.Length];
            if (next[turn] == 0) random.Shuffle(members[turn].AsSpan());
            order[i] = members[turn][next[turn]];
            next[turn] = (next[turn] + 1) % members[turn].Length;
        }

        return order;
    }
}
