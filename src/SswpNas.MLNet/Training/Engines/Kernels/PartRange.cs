using SswpNas.MLNet.Collectives;

namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>The parts of a batch that this process works on; see <see cref="BatchParts"/>. Parts and images count from its own first.</summary>
/// <param name="First">The first part among those of the whole batch.</param>
/// <param name="Count">How many are worked on here.</param>
/// <param name="AllImages">Images of the whole batch.</param>
/// <param name="ImagesBefore">Images of the ranks before this one.</param>
internal readonly record struct PartRange(int First, int Count, int AllImages, int ImagesBefore)
{
    /// <summary>Parts of the whole batch.</summary>
    public int All => BatchParts.Count(AllImages);

    /// <summary>Where a part begins; it ends where the next one begins.</summary>
    public int FirstImage(int part) => BatchParts.FirstRow(First + part, AllImages) - ImagesBefore;
}
