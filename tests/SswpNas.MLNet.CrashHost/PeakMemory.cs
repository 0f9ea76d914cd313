using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.CrashHost;

/// <summary>What a search takes at its peak, in a process that has done nothing else.</summary>
/// <param name="Side">Side of the square images.</param>
/// <param name="BatchSize">Images of a step.</param>
/// <param name="InitialChannels">Width.</param>
/// <param name="Cells">Depth.</param>
/// <param name="Objective">The objective.</param>
/// <param name="Optimizer">The optimizer of the weights.</param>
/// <param name="ProjectionSize">Width of the head.</param>
/// <param name="PredictorSize">Width of BYOL's predictor.</param>
/// <param name="Gates">Gates of an architecture step.</param>
/// <param name="UseManagedKernels">Whether our kernels compute.</param>
/// <param name="Threads">Of the CPU; null for all.</param>
internal sealed record PeakMemory(
    int Side, int BatchSize, int InitialChannels, int Cells, SearchObjective Objective, OptimizerKind Optimizer,
    int ProjectionSize, int PredictorSize, GateMode Gates, bool UseManagedKernels, int? Threads)
{
    private SearchOptions Options => SearchOptions.Smoke with
    {
        Epochs = 2,
        MinimumWarmUpEpochs = 0,
        Phases = new PhaseSplit(0.5, 0.5, 0),
        PruneDirection = PruneDirection.None,
        ArchitectureInterval = 1,
        BatchSize = BatchSize,
        InitialChannels = InitialChannels,
        Cells = Cells,
        Objective = Objective,
        Optimizer = Optimizer,
        ProjectionSize = ProjectionSize,
        Byol = new ByolOptions { PredictorSize = PredictorSize },
        Gates = Gates,
        UseManagedKernels = UseManagedKernels,
        Device = "cpu",
        Threads = Threads,
        Seed = 1,
    };

    /// <returns>Bytes that were estimated and that the process came to hold more.</returns>
    public static (long Estimated, long Took) Measure(string json)
    {
        PeakMemory run = JsonSerializer.Deserialize<PeakMemory>(json)!;
        // Native code is loaded and .NET's own buffers are there before anything is counted.
        Search(run.Options with { BatchSize = 4, InitialChannels = 2, Cells = 3, ProjectionSize = 4, Byol = new ByolOptions { PredictorSize = 4 } }, 8);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5"); // begins the peak anew
        long before = Kibibytes("VmRSS");
        Search(run.Options, run.Side);
        return (run.Options.MemoryOfStep(new ImageShape(3, run.Side, run.Side)).Bytes, (Kibibytes("VmHWM") - before) << 10);
    }

    private static void Search(SearchOptions options, int side)
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes { Count = 6 * options.BatchSize, Height = side, Width = side }.View(ml);
        ml.SswpNas().Search(options: options).Fit(data).Dispose();
    }

    private static long Kibibytes(string name)
    {
        string line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }
}
