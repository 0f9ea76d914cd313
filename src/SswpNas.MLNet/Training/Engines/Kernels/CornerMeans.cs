namespace SswpNas.MLNet.Training.Engines.Kernels;

/// <summary>
/// <see cref="ITrainingExecution{T}.CornerPool"/> of one image. An auxiliary head reads one small map a step, so plain loops do.
/// </summary>
internal static unsafe class CornerMeans
{
    public static void Forward(Activation x, Activation y, CornerWindows windows, int n)
    {
        float part = 1f / (windows.Side * windows.Side);
        for (int window = 0; window < CornerWindows.Count; window++)
        {
            Span<float> means = new(y.Data + ((long)n * y.ImageSize) + (window * x.Channels), x.Channels);
            means.Clear();
            for (int pixel = 0; pixel < windows.Side * windows.Side; pixel++)
            {
                ReadOnlySpan<float> values = new(x.Data + Offset(x, windows, n, window, pixel), x.Channels);
                for (int c = 0; c < means.Length; c++) means[c] += part * Math.Max(0, values[c]);
            }
        }
    }

    /// <summary>Adds to dL/dx.</summary>
    public static void Backward(Activation x, Activation y, CornerWindows windows, int n)
    {
        float part = 1f / (windows.Side * windows.Side);
        for (int window = 0; window < CornerWindows.Count; window++)
        {
            ReadOnlySpan<float> given = new(y.Gradient + ((long)n * y.ImageSize) + (window * x.Channels), x.Channels);
            for (int pixel = 0; pixel < windows.Side * windows.Side; pixel++)
            {
                long at = Offset(x, windows, n, window, pixel);
                ReadOnlySpan<float> values = new(x.Data + at, x.Channels);
                Span<float> gradient = new(x.Gradient + at, x.Channels);
                for (int c = 0; c < gradient.Length; c++)
                {
                    if (!(values[c] <= 0)) gradient[c] += part * given[c];
                }
            }
        }
    }

    private static long Offset(Activation x, CornerWindows windows, int n, int window, int pixel)
    {
        (int top, int left) = windows.Start(window);
        (int row, int column) = (top + (pixel / windows.Side), left + (pixel % windows.Side));
        return ((long)n * x.ImageSize) + ((((long)row * x.Width) + column) * x.Channels);
    }
}
