using Microsoft.ML;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Sweeps;

/// <summary>A sweep whose cells take a moment, on stripes of three directions.</summary>
internal sealed class TinySweep : IDisposable
{
    public const int Cells = 8;

    public MLContext Ml { get; } = new(seed: 1);

    public string Folder { get; } = Directory.CreateTempSubdirectory("sweep-").FullName;

    public SweepOptions Options => new()
    {
        Ratios = [0.5, 0.2],
        Initializations = [WeightInitialization.Concomitant, WeightInitialization.Random],
        Seeds = [1, 2],
        FineTune = Tiny.FineTune,
        Folder = Path.Combine(Folder, "sweep"),
    };

    public IDataView Train => new Stripes().View(Ml);

    public LabelRatioSweep Open(SweepOptions? options = null, IDataView? train = null) => Ml.SswpNas().LabelRatioSweep(
        train ?? Train, Tiny.Found, options ?? Options, (options ?? Options).Folds is null ? Train : null);

    /// <summary>A record as a cell that is done leaves it.</summary>
    public static SweepRecord Done(SweepCell cell) => SweepRecord.Of(cell) with
    {
        Labels = 40,
        LearningRate = 0.1,
        AccuracyMicro = 0.5,
        AccuracyMacro = 0.25,
        LogLoss = 1.5,
        Seconds = 3,
        Status = nameof(SweepStatus.Done),
    };

    /// <summary>The lines of the cells without their seconds.</summary>
    public static string[] Lines(SweepResult result)
    {
        string folder = Directory.CreateTempSubdirectory("sweep-").FullName;
        try
        {
            result.Save(folder);
            return [.. File.ReadAllLines(Path.Combine(folder, "sweep.csv")).Select(WithoutSeconds)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string WithoutSeconds(string line)
    {
        string[] fields = line.Split(',');
        fields[11] = "";
        return string.Join(',', fields);
    }
}
