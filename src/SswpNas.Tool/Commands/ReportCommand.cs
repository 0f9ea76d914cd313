using System.CommandLine;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace SswpNasTool.Commands;

/// <summary><c>report</c>: the figures of a run, and where its report is.</summary>
internal sealed class ReportCommand : ToolCommand
{
    private readonly Argument<string> _folder = NameArgument("DIR", "A folder that train wrote");

    public ReportCommand()
        : base("report", "Shows the main figures of a run of train and where its report.html is; where that is missing, it is written again with what search-result holds.",
            "sswpnas report sswpnas-output") => Arguments.Add(_folder);

    protected override ToolAnswer Run(ParseResult parsed, CancellationToken cancel)
    {
        string folder = Path.GetFullPath(parsed.GetValue(_folder)!), file = Path.Combine(folder, OutputFolder.ResultsName);
        if (!File.Exists(file))
        {
            throw new UsageException(Directory.Exists(Path.Combine(folder, OutputFolder.CheckpointsName))
                ? $"The run in '{folder}' is not done. Give its command again; it goes on where it was."
                : $"There is no '{file}'; a folder that 'sswpnas train' wrote was expected.");
        }

        Dictionary<string, JsonElement> results = Read(file);
        string report = Path.Combine(folder, OutputFolder.ReportName);
        bool isWritten = !File.Exists(report);
        if (isWritten)
        {
            SearchResult.Load(Path.Combine(folder, OutputFolder.SearchResultName)).WriteReport(report);
            Console.Error.WriteLine("report.html was missing and is written again, without fine-tuning and test images, which only train can show.");
        }

        Dictionary<string, object?> figures = results.ToDictionary(r => r.Key, r => (object?)r.Value);
        figures["report"] = report;
        figures["report.written"] = isWritten;
        return new ToolAnswer(ConsoleRun.Done, figures, [.. Words(results, file), $"Report: {report}"]);
    }

    private static Dictionary<string, JsonElement> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(file)) ?? throw new JsonException("It is null.");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"'{file}' is damaged ({problem.Message}); the results of 'sswpnas train' were expected. Train again.", problem);
        }
    }

    private static IEnumerable<string> Words(Dictionary<string, JsonElement> results, string file)
    {
        double Number(string key) => results.TryGetValue(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : throw new InvalidDataException($"'{file}' has no number '{key}'; the results of this version's 'sswpnas train' were expected. Train again.");
        yield return FormattableString.Invariant(
            $"Accuracy by cross-validation: {100 * Number("accuracy"):F1} % (95 % interval {100 * Number("accuracy.low"):F1} to {100 * Number("accuracy.high"):F1} %, n = {Number("accuracy.images")}, {Number("folds")} folds); mean of the classes {100 * Number("accuracy.macro"):F1} %.");
        if (results.ContainsKey("test.accuracy"))
        {
            yield return FormattableString.Invariant(
                $"Accuracy on test images: {100 * Number("test.accuracy"):F1} % ({100 * Number("test.accuracy.low"):F1} to {100 * Number("test.accuracy.high"):F1} %, n = {Number("test.images")}); calibration error {Number("test.calibrationError"):F3}, without the temperature {Number("test.calibrationError.unscaled"):F3}.");
        }

        yield return FormattableString.Invariant(
            $"Images: {Number("images")}, {Number("images.labelled")} of them with a label; {Number("images.leftOut")} files left out.");
        yield return FormattableString.Invariant(
            $"Network: {Number("parameters")} parameters, images of {Number("settings.imageSize")} x {Number("settings.imageSize")} pixels, {Number("onnxBytes") / 1e6:F2} MB as ONNX.");
        yield return FormattableString.Invariant(
            $"Search {Number("seconds.search"):F0} s ({Number("settings.searchEpochs")} epochs), fine-tuning {Number("seconds.fine-tuning"):F0} s, cross-validation {Number("seconds.cross-validation"):F0} s.");
        if (results.ContainsKey("rejection.below"))
        {
            yield return FormattableString.Invariant(
                $"No class is named below a probability of {Number("rejection.below"):F3}: {100 * Number("rejection.coverage"):F1} % are named, {100 * Number("rejection.precision"):F1} % of those correctly.");
        }

        if (results.TryGetValue("smoke", out JsonElement smoke) && smoke.ValueKind == JsonValueKind.True) yield return "This was --smoke: the model is of no use.";
    }
}
