using TorchSharp;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Data.Views.OnDevice;

/// <summary>
/// The views of <see cref="ViewRenderer"/> computed where the network is: what is random is drawn on the host as usual, the
/// images go over as bytes, and a whole batch is cropped, turned, coloured and blurred at once. The views are the same but
/// for rounding. Nothing waits for the device.
/// </summary>
internal sealed class DeviceViews(ViewOptions options, PixelNormalization normalization, Device device) : IDisposable
{
    private readonly Dictionary<(int From, int To), Tensor> _averages = [];
    private readonly Tensor _mean = PerChannel(normalization.Mean, device);
    private readonly Tensor _scale = PerChannel([.. normalization.StandardDeviation.Select(d => 1 / d)], device);

    /// <summary>Where the option says so: true, or null and the device is no CPU.</summary>
    public static DeviceViews? Where(bool? option, ViewOptions options, PixelNormalization normalization, Device device) =>
        option ?? device.type != DeviceType.CPU ? new DeviceViews(options, normalization, device) : null;

    /// <summary>
    /// 2N views of N images, [2N, channels, side, side], normalised, rows as <see cref="ViewRenderer.Render"/> has them.
    /// </summary>
    /// <returns>The caller's to dispose of; on a GPU channels last.</returns>
    public Tensor Render(
        PixelStore store, ReadOnlySpan<int> images, int seed, RandomPurpose purpose, long step, int side)
    {
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        ViewPlan[] plans = new ViewPlan[2 * images.Length];
        for (int row = 0; row < plans.Length; row++)
        {
            RandomStream random = new(seed, purpose, step, row);
            plans[row] = ViewPlan.Draw(ref random, options, store.Shape);
        }

        Tensor views = CropTensors.Resize(Images(store, images), plans, store.Shape);
        Change(plan => plan.Transposed, (some, _) => some.transpose(2, 3));
        Change(plan => plan.Jitter is not null, ColorTensors.Jitter);
        Change(plan => plan.Gray && store.Shape.Channels == 3, (some, _) => ColorTensors.ToGray(some));
        Change(plan => plan.BlurSigma is not null, BlurTensors.Blur);
        if (side != store.Shape.Height) views = Shrink(views, store.Shape.Height, side);
        return Ordered(views.sub(_mean).mul(_scale)).MoveToOuterDisposeScope();

        // Changes the rows that are meant; most changes are rare.
        void Change(Predicate<ViewPlan> meant, Func<Tensor, ViewPlan[], Tensor> change)
        {
            long[] rows = [.. plans.Index().Where(p => meant(p.Item)).Select(p => (long)p.Index)];
            if (rows.Length == 0) return;
            Tensor index = Upload.Longs(rows, [rows.Length], device);
            views.index_copy_(0, index, change(views.index_select(0, index), [.. rows.Select(row => plans[row])]));
        }
    }

    public void Dispose()
    {
        _mean.Dispose();
        _scale.Dispose();
        foreach (Tensor average in _averages.Values) average.Dispose();
    }

    /// <summary>The images twice over, [2N, channels, height, width], of 0 to 1.</summary>
    private Tensor Images(PixelStore store, ReadOnlySpan<int> images)
    {
        (int channels, int height, int width) = store.Shape;
        byte[] bytes = new byte[(long)images.Length * store.Shape.Size];
        for (int i = 0; i < images.Length; i++) store[images[i]].CopyTo(bytes.AsSpan(i * store.Shape.Size));
        Tensor batch = Upload.Bytes(bytes, [images.Length, height, width, channels], device).permute(0, 3, 1, 2);
        Tensor once = TensorMath.Multiply(batch.to(ScalarType.Float32), 1 / 255f);
        return cat([once, once]);
    }

    private Tensor Shrink(Tensor views, int from, int to)
    {
        if (!_averages.TryGetValue((from, to), out Tensor? average))
        {
            average = Upload.Floats(new AreaAverage(from, to).Matrix(), [to, from], device).DetachFromDisposeScope();
            _averages.Add((from, to), average);
        }

        return average.matmul(views.matmul(average.t()));
    }

    /// <summary>
    /// Channels last where the convolutions like it; never on the CPU (see <see cref="Training.Engines.TorchEngine"/>).
    /// </summary>
    private static Tensor Ordered(Tensor views) => views.device_type == DeviceType.CPU
        ? views.contiguous()
        : views.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private static Tensor PerChannel(float[] values, Device device) =>
        Upload.Floats(values, [1, values.Length, 1, 1], device).DetachFromDisposeScope();
}
