using System.Globalization;
using System.Text.Json;
using SswpNas.MLNet.Tests.Checkpoints;
using SswpNas.MLNet.Tests.Package;

namespace SswpNas.MLNet.Tests.Training.Memory;

/// <summary>A search that is run in a process of its own: what this one has freed would serve it.</summary>
internal sealed record MeasuredRun(
    int Side, int BatchSize, int InitialChannels, int Cells, SearchObjective Objective, OptimizerKind Optimizer,
    int ProjectionSize, int PredictorSize, GateMode Gates, bool UseManagedKernels, int? Threads = null)
{
    /// <summary>Bytes that were estimated, and that the process came to hold more at its peak.</summary>
    public (long Estimated, long Took) Measure()
    {
        string[] numbers = Tool.Run(
            Path.GetTempPath(), "dotnet", "exec", CrashTests.Host, "memory", JsonSerializer.Serialize(this)).Split();
        return (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }
}
