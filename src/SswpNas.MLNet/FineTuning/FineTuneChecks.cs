namespace SswpNas.MLNet.FineTuning;

/// <summary>What labelled images a fine-tuning needs, said before it starts.</summary>
internal static class FineTuneChecks
{
    /// <summary>All images' labels, missing ones too: there are labels of at least two classes, and two of each that occurs where a part is split off.</summary>
    public static void Labels(
        IReadOnlyCollection<int> all, string[] classNames, string labelColumnName, ClassifierOptions options)
    {
        int[] labels = [.. all.Where(label => label != LabelColumn.Missing)];
        int[] counts = LabelChecks.CountsOfTwoClasses(labels, classNames, labelColumnName);
        int single = Array.IndexOf(counts, 1);
        if (options.Plan.For(all).Trials > 0 && single >= 0)
        {
            throw new InvalidDataException(
                $"Class '{classNames[single]}' has 1 label, but one to train on and one for the validation part were "
                + "expected. Label at least 2 images of it, or give one learning rate and no early stopping, and let "
                + "SemiSupervised.ComparesWithPlain be false.");
        }
    }
}
