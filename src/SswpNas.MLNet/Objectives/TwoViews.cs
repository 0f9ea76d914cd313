using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data.Views.OnDevice;

namespace SswpNas.MLNet.Objectives;

/// <summary>Batches of two random views of each image, all first ones before all second ones (section 4.3).</summary>
internal sealed class TwoViews(ViewRenderer onHost, DeviceViews? onDevice = null, Ranks? ranks = null) : IDisposable
{
    /// <summary>See <see cref="IObjective.Render"/>.</summary>
    public ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side)
    {
        if (onDevice is not null) return new ImageBatch(onDevice.Render(store, images, seed, purpose, step, side));
        ImageBatch batch = new((ranks ?? Ranks.Single).Share(2 * images.Length), new ImageShape(store.Shape.Channels, side, side));
        onHost.Render(store, images, seed, purpose, step, side, batch.Pixels, share: batch.Rows);
        return batch;
    }

    public void Dispose() => onDevice?.Dispose();
}
