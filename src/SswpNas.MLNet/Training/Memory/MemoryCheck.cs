using TorchSharp;

namespace SswpNas.MLNet.Training.Memory;

/// <summary>
/// The one error for memory that is not there, before a run and within it: what a step takes, what there is, and what would
/// fit.
/// </summary>
internal sealed class MemoryCheck
{
    private const int WidestChannels = 1024;

    // What one tensor of a checkpoint or a saved result holds.
    private const int MostNumbers = int.MaxValue / sizeof(float);

    private const string HeadAdvice = "Lower ProjectionSize, or with BYOL Byol.PredictorSize.";
    private const double Gibibyte = 1L << 30;

    private readonly StepMemory _step;
    private readonly long? _limit;

    public MemoryCheck(StepMemory step, long? limit, TorchDevice device)
    {
        bool onCpu = device.Type == DeviceType.CPU;
        _step = onCpu ? step : step with { ManagedKernels = false };
        _limit = limit ?? (onCpu ? Available : null);
    }

    /// <summary>Bytes that are left for activations.</summary>
    public long ForActivations => (long)((_limit ?? long.MaxValue) - _step.OtherBytes);

    /// <summary>What the machine or its container has.</summary>
    private static long Available
    {
        get
        {
            long bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return bytes > 0 ? bytes : long.MaxValue;
        }
    }

    /// <summary>Says before any long work that a step cannot fit.</summary>
    public void Before()
    {
        if (_step.LargestHead is HeadLayer head && head.Numbers > MostNumbers)
        {
            throw new InsufficientMemoryException(
                $"A head has a layer of {head.Inputs} x {head.Outputs} weights; at most {MostNumbers} in one layer were expected. "
                + HeadAdvice);
        }

        if (_step.Bytes > _limit) throw Refusal($"takes about {Text(_step.Bytes)}", null);
    }

    /// <summary>Runs, and turns whatever a lack of memory looks like into the one error.</summary>
    public T Guard<T>(Func<T> run)
    {
        Before();
        try
        {
            return run();
        }
        catch (Exception e) when (IsLack(e))
        {
            throw Refusal($"was estimated at {Text(_step.Bytes)} and took more than there was", e);
        }
    }

    /// <summary>Whether an exception is a lack of memory: .NET's, ours, or libtorch's, which knows no type for it.</summary>
    internal static bool IsLack(Exception exception) => exception switch
    {
        OutOfMemoryException => true,
        ExternalException => exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("not enough memory", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase)
            || exception.Message.Contains("bad_alloc", StringComparison.Ordinal),
        AggregateException all => all.InnerExceptions.Any(IsLack),
        _ => false,
    };

    private InsufficientMemoryException Refusal(string took, Exception? cause)
    {
        string views = _step.Views == 1 ? "" : $" ({_step.BatchSize * (long)_step.Views} views)";
        string heads = _step.HeadBytes == 0 ? "" : $" and the head {Text(_step.HeadBytes)}";
        string limit = _limit is long most ? $"; at most {Text(most)} may be used" : "";
        // A step that failed took more than its estimate, but not more than twice as much.
        long room = cause is null ? _limit!.Value : Math.Min(_step.Bytes / 2, _limit ?? long.MaxValue);
        return new InsufficientMemoryException(
            $"A step of BatchSize {_step.BatchSize}{views} of {_step.Macro.Image} pixels through {_step.Macro.Cells} cells of "
            + $"{_step.Macro.InitialChannels} initial channels {took}, of which the weights {Text(_step.WeightBytes)}{heads}{limit}. "
            + Advice(room), cause);
    }

    private string Advice(long room)
    {
        List<string> fits = [];
        if (Largest(_step.BatchSize - 1, n => _step with { BatchSize = n }, room) is int batch and > 1)
            fits.Add($"BatchSize {batch} with this width");
        int most = Math.Min(WidestChannels, _step.Macro.InitialChannels - 1) / 2;
        if (_step.Genotype is null && Largest(most, Width, room) is int half)
            fits.Add($"InitialChannels {2 * half} with this batch");
        if (_step.HeadBytes > room / 2) return HeadAdvice;
        return fits.Count > 0
            ? $"By the estimate {string.Join(", or ", fits)} would fit."
            : "No smaller batch would fit: smaller images, fewer cells or a narrower network are needed.";

        StepMemory Width(int half) => _step with { Macro = _step.Macro with { InitialChannels = 2 * half } };
    }

    /// <summary>The largest number from 1 on with which a step fits, or null; more takes more.</summary>
    private static int? Largest(int most, Func<int, StepMemory> with, long room)
    {
        int low = 0;
        while (low < most)
        {
            int middle = low + ((most - low + 1) / 2);
            if (with(middle).Bytes <= room) low = middle;
            else most = middle - 1;
        }

        return low == 0 ? null : low;
    }

    private static string Text(long bytes) => bytes < Gibibyte / 10
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:F1} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / Gibibyte:F2} GiB");
}
