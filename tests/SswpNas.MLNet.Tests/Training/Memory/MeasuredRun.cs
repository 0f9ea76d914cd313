using System.Globalization;
using System.Text.Json;
using SswpNas.MLNet.Tests.Checkpoints;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Training.Memory;

/// <summary>A search that is run in a process of its own: what this one has freed would serve it.</summary>
internal sealed record MeasuredRun(
    int Side, int BatchSize, int InitialChannels, int Cells, SearchObjective Objective, OptimizerKind Optimizer,
    int ProjectionSize, int PredictorSize, GateMode Gates, bool UseManagedKernels)
{
    /// <summary>Bytes that were estimated, and that the process came to hold more at its peak.</summary>
    public (long Estimated, long Took) Measure() => Measure([this]).Single();

    /// <summary>One after the other in one process, which gives back between them what it has freed.</summary>
    public static IEnumerable<(long Estimated, long Took)> Measure(IReadOnlyList<MeasuredRun> runs) =>
        Tool.Run(Path.GetTempPath(), "dotnet", "exec", CrashTests.Host, "memory", JsonSerializer.Serialize(runs))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split())
            .Select(bytes => (Number(bytes[0]), Number(bytes[1])));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
