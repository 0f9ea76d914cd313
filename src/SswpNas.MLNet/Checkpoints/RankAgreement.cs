namespace SswpNas.MLNet.Checkpoints;

/// <summary>What several ranks have to agree on: what they run, when they stop, where they go on, and what they have come to.</summary>
/// <param name="ranks">The ranks; for one process all of it is so already.</param>
/// <param name="stop">Cancelled on all ranks at the same step, once one of them is asked to stop.</param>
internal sealed class RankAgreement(Ranks ranks, CancellationTokenSource? stop = null)
{
    public static RankAgreement Alone { get; } = new(Ranks.Single);

    public bool AreSeveral => ranks.AreSeveral;

    /// <summary>Whether to stop: asked at the same steps on all ranks.</summary>
    public bool Stops(CancellationToken here)
    {
        if (!AreSeveral) return here.IsCancellationRequested;
        if (!stop!.IsCancellationRequested && ranks.Any(here.IsCancellationRequested)) stop.Cancel();
        return stop.IsCancellationRequested;
    }

    /// <summary>The token that all ranks' loops look at.</summary>
    public CancellationToken Token(CancellationToken here) => AreSeveral ? stop!.Token : here;

    /// <exception cref="InvalidOperationException">The ranks have different options, data or versions; the message lists what.</exception>
    public void Check(IReadOnlyDictionary<string, string> identity)
    {
        if (!AreSeveral) return;
        string[] all = ranks.Texts(JsonSerializer.Serialize(identity));
        for (int rank = 1; rank < all.Length; rank++)
        {
            int other = rank;
            Differences.Check(Read(all[rank]), Read(all[0]), lines => new InvalidOperationException(
                $"Rank {other} runs something else than rank 0; start the same program with the same options, seed and data on all. What "
                + $"differs:{lines}"));
        }
    }

    /// <summary>The first rank's checkpoint, for all; null if it has none.</summary>
    public Checkpoint? FromFirst(Checkpoint? checkpoint)
    {
        byte[]? bytes = ranks.FromFirst(checkpoint is null || !ranks.IsFirst ? null : CheckpointMessage.Of(checkpoint));
        return ranks.IsFirst || bytes is null ? checkpoint : CheckpointMessage.Read(bytes);
    }

    /// <summary>After an epoch.</summary>
    /// <exception cref="InvalidOperationException">The ranks have come to different weights.</exception>
    public void CheckSame(IRunState run)
    {
        if (!AreSeveral) return;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ShortHash.Append(hash, run.Save().Tensors); // times and the like differ between processes
        if (ranks.FirstOther(ShortHash.Of(hash)) is not int other) return;
        throw new InvalidOperationException(
            $"Rank {other} has come to other weights than rank 0; the same were expected. Use processors of one kind and one version of the library.");
    }

    private static Dictionary<string, string> Read(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;
}
