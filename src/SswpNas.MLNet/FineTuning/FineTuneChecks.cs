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
        FineTunePlan plan = options.Plan.For(all);
        int unlabelled = plan.Unlabelled == UnlabelledImages.Ignore ? 0 : all.Count - labels.Length;
        if (plan.Rejection.Precision is not null && plan.Trials == 0 && unlabelled < RejectionRule.FewestUnlabelled)
        {
            throw new InvalidDataException(
                $"Rejection.Precision is given, but no image is kept for validation and {unlabelled} without a label are read, where "
                + $"{RejectionRule.FewestUnlabelled} were expected: there is nothing to choose a bound by. Give two learning rates, or more images "
                + "without a label, or Rejection.Below in its place.");
        }

        if (plan.Trials > 0 && single >= 0)
        {
            throw new InvalidDataException(
                $"Class '{classNames[single]}' has 1 label, but one to train on and one for the validation part were "
                + "expected. Label at least 2 images of it, or give one learning rate and no early stopping, and let "
                + "SemiSupervised.ComparesWithPlain be false.");
        }
    }
}
