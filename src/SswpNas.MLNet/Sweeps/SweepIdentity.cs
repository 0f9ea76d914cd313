namespace SswpNas.MLNet.Sweeps;

/// <summary>What identifies a sweep: options, networks, data and version, each by name.</summary>
internal static class SweepIdentity
{
    public static IReadOnlyDictionary<string, string> Of(
        SweepOptions options, SearchResult search, PretrainResult? pretraining, SweepData data)
    {
        SortedDictionary<string, string> plan = new(StringComparer.Ordinal)
        {
            ["version"] = LibraryVersion.Text,
            ["ratios"] = string.Join(' ', options.Ratios.Order().Select(Text)),
            ["labels per class"] = string.Join(' ', options.LabelsPerClass.Order()),
            ["initializations"] = string.Join(' ', options.Initializations),
            ["seeds"] = string.Join(' ', options.Seeds),
            ["folds"] = options.Folds?.ToString(CultureInfo.InvariantCulture) ?? "none",
            ["search result"] = NetworkFingerprint.Of(search.Network),
            ["pre-training"] = pretraining is null ? "none" : NetworkFingerprint.Of(pretraining.Network),
            ["training data"] = data.TrainFingerprint,
            ["test data"] = data.TestFingerprint,
        };
        foreach ((string name, string text) in OptionText.OfSweep(options.FineTune))
            plan[$"fine-tune {name}"] = text;
        foreach ((WeightInitialization start, IReadOnlyList<double> rates) in options.LearningRates)
            plan[$"learning rates of {start}"] = string.Join(' ', rates.Select(Text));
        return plan;
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
