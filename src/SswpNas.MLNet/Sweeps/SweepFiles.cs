using System.Text.Json.Serialization;

namespace SswpNas.MLNet.Sweeps;

/// <summary>The files of a finished sweep.</summary>
internal static class SweepFiles
{
    public static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>For reading: what nobody wrote here is refused.</summary>
    public static readonly JsonSerializerOptions Strict = new(Json) { AllowDuplicateProperties = false, RespectNullableAnnotations = true };

    public static void Write(SweepResult result, string folder)
    {
        Disk.CreateFolder(folder);
        WriteText(folder, "sweep.csv", Csv(result.Records));
        WriteText(folder, "sweep.json", JsonSerializer.Serialize(result, Json) + "\n");
        WriteText(folder, "sweep.md", SweepTables.Of(result));
        WriteText(folder, "sweep.svg", SweepChart.Of(result));
    }

    private static void WriteText(string folder, string name, string text) =>
        WholeFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));

    private static string Csv(IReadOnlyList<SweepRecord> records)
    {
        StringBuilder text = new("cell,initialization,ratio,labelsPerClass,labels,seed,fold,learningRate,accuracyMicro,"
            + "accuracyMacro,logLoss,seconds,status,error\n");
        foreach (SweepRecord r in records)
        {
            text.AppendJoin(
                ',', Number(r.Cell), r.Initialization, Number(r.Ratio), Number(r.LabelsPerClass), Number(r.Labels),
                Number(r.Seed), Number(r.Fold), Number(r.LearningRate), Number(r.AccuracyMicro), Number(r.AccuracyMacro),
                Number(r.LogLoss), r.Seconds.ToString("F1", CultureInfo.InvariantCulture), r.Status, Quoted(r.Error)).Append('\n');
        }

        return text.ToString();
    }

    private static string Number(double number) =>
        double.IsNaN(number) ? "" : number.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? text
        : '"' + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
