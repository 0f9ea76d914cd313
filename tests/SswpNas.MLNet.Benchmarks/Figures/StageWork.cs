using SswpNas.MLNet.SearchSpace.Layers;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>
/// What a chain of stages asks of the machine in a weight step, forward and back: floating point operations, and bytes
/// if no activation stayed in a cache.
/// </summary>
internal readonly record struct StageWork(double Flops, double Bytes)
{
    // Forward, the input's gradient and the weights' gradient; a multiply-add is two operations.
    private const double FlopsPerWeightUse = 3 * 2;

    // The input is read forward and back, its gradient read and written; the output is written, read for its batch norm
    // and twice in the backward pass, and so is its gradient.
    private const double TouchesOfInput = 4;
    private const double TouchesOfOutput = 6;

    public static StageWork Of(IReadOnlyList<Stage> stages, int images, int side, int channels)
    {
        StageWork all = default;
        foreach (Stage stage in stages)
        {
            (int outputs, int stride, double weightUses) = Shape(stage, channels);
            double input = (double)images * side * side * channels;
            side /= stride;
            double pixels = (double)images * side * side;
            double bytes = sizeof(float) * ((TouchesOfInput * input) + (TouchesOfOutput * pixels * outputs));
            all += new StageWork(FlopsPerWeightUse * weightUses * pixels, bytes);
            channels = outputs;
        }

        return all;
    }

    public static StageWork operator +(StageWork a, StageWork b) => new(a.Flops + b.Flops, a.Bytes + b.Bytes);

    public static StageWork operator *(double factor, StageWork work) => new(factor * work.Flops, factor * work.Bytes);

    /// <summary>Output channels, stride, and multiply-adds of an output pixel.</summary>
    private static (int Outputs, int Stride, double WeightUses) Shape(Stage stage, int channels) => stage switch
    {
        ConvBn { Depthwise: { } d } s =>
            (s.Outputs, d.Stride, (d.Kernel * d.Kernel * channels) + (channels * s.Outputs)),
        ConvBn s => (s.Outputs, 1, channels * s.Outputs),
        FactorisedReduction s => (s.Norm.Channels, 2, channels * s.Norm.Channels),
        StemConv s => (s.Norm.Channels, s.Stride, 9 * channels * s.Norm.Channels),
        PoolBn s => (channels, s.Stride, 0),
        _ => throw new ArgumentException($"There is no such stage as {stage.GetType().Name}.", nameof(stage)),
    };
}
