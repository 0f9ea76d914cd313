namespace SswpNas.MLNet.Data;

/// <summary>What labels any training with them needs, said before it starts.</summary>
internal static class LabelChecks
{
    /// <summary>How many labels each class has; at least two classes have some.</summary>
    /// <exception cref="InvalidDataException">There are no labels, or labels of one class only.</exception>
    public static int[] CountsOfTwoClasses(IReadOnlyCollection<int> labels, string[] classNames, string labelColumn)
    {
        if (labels.Count == 0)
        {
            throw new InvalidDataException(
                $"The label column '{labelColumn}' has no label: every row's is missing (key 0). Label at least 2 images of each class.");
        }

        int[] counts = new int[classNames.Length];
        foreach (int label in labels) counts[label]++;
        if (counts.Count(n => n > 0) < 2)
        {
            throw new InvalidDataException(
                $"The label column '{labelColumn}' has labels of one class only, '{classNames[labels.First()]}'; "
                + "at least two classes were expected.");
        }

        return counts;
    }
}
