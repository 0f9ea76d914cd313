using Google.Protobuf;
using Tensorboard;

namespace SswpNas.MLNet.Search;

/// <summary>
/// The epochs of a search for TensorBoard: scalars, alphas as histograms, cells as text whenever they change.
/// </summary>
internal sealed class SearchEvents(string folder, Action<string>? warn = null) : IDisposable
{
    private readonly EventFile _file = new(folder, warn);
    private Genotype? _written;

    /// <summary>One epoch.</summary>
    /// <param name="epoch">Its record.</param>
    /// <param name="alphas">The alphas after it, [cells][14 edges][7 operations].</param>
    /// <param name="genotype">The genotype that they give.</param>
    public void Add(SearchEpoch epoch, float[][][] alphas, Genotype genotype)
    {
        Summary summary = new();
        Scalar(summary, "loss/weights", epoch.Loss);
        Scalar(summary, "loss/architecture", epoch.ArchitectureLoss);
        Scalar(summary, "learning_rate", epoch.LearningRate);
        Scalar(summary, "path_entropy/all", epoch.PathEntropy);
        Scalar(summary, "frozen_cells", epoch.FrozenCells);
        Scalar(summary, "phase", (int)epoch.Phase);
        Scalar(summary, "seconds", epoch.Seconds);
        for (int cell = 0; cell < alphas.Length; cell++)
        {
            if (epoch.CellEntropies.Count > 0) Scalar(summary, $"path_entropy/cell_{cell}", epoch.CellEntropies[cell]);
            Scalar(summary, $"skips/cell_{cell}", epoch.Skips[cell]);
            Scalar(summary, $"pools/cell_{cell}", epoch.Pools[cell]);
            Histogram(summary, $"alphas/cell_{cell}", alphas[cell].SelectMany(edge => edge));
            Histogram(summary, $"probabilities/cell_{cell}", alphas[cell].SelectMany(edge => Softmax.Of(edge)).Select(p => (float)p));
            if (_written is null || !_written.Cells[cell].Equals(genotype.Cells[cell])) Text(summary, $"cell_{cell}", genotype.Cells[cell].ToString());
        }

        _written = genotype;
        _file.Add(epoch.Epoch, summary);
    }

    public void Dispose() => _file.Dispose();

    internal static void Scalar(Summary summary, string tag, double value)
    {
        if (!double.IsNaN(value)) summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
    }

    /// <summary>Thirty bars of equal width over what there is.</summary>
    private static void Histogram(Summary summary, string tag, IEnumerable<float> source)
    {
        const int bars = 30;
        double[] values = [.. source];
        double low = values.Min(), high = values.Max(), width = high > low ? (high - low) / bars : 1e-6;
        HistogramProto histogram = new()
        {
            Min = low,
            Max = high,
            Num = values.Length,
            Sum = values.Sum(),
            SumSquares = values.Sum(v => v * v),
        };
        double[] counts = new double[bars];
        foreach (double value in values) counts[Math.Min(bars - 1, (int)((value - low) / width))]++;
        for (int i = 0; i < bars; i++) histogram.BucketLimit.Add(low + ((i + 1) * width));
        histogram.Bucket.AddRange(counts);
        summary.Value.Add(new Summary.Types.Value { Tag = tag, Histo = histogram });
    }

    /// <summary>A line of text, as TensorBoard's text page wants it.</summary>
    private static void Text(Summary summary, string tag, string text)
    {
        TensorProto tensor = new() { Dtype = DataType.DtString, TensorShape = new TensorShapeProto() };
        tensor.StringVal.Add(ByteString.CopyFromUtf8(text));
        summary.Value.Add(new Summary.Types.Value
        {
            Tag = tag,
            Tensor = tensor,
            Metadata = new SummaryMetadata { PluginData = new SummaryMetadata.Types.PluginData { PluginName = "text" } },
        });
    }
}
