using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>How many labels are left for fine-tuning.</summary>
internal static class LabelCount
{
    /// <summary>How many rows have a label; each class needs two, one to train on and one to choose by.</summary>
    /// <exception cref="InvalidDataException">A class has fewer.</exception>
    public static int Of(IDataView rows, double fraction)
    {
        string[] names = Images.ClassNames(rows);
        uint[] labels = [.. rows.GetColumn<uint>("Label").Where(key => key != 0)];
        for (uint key = 1; key <= names.Length; key++)
        {
            int count = labels.Count(label => label == key);
            if (count >= 2) continue;
            throw new InvalidDataException(
                $"Class '{names[key - 1]}' keeps {count} label(s) at a label fraction of {fraction}; at least 2 were "
                + "expected. Raise --label-fraction, or bring more images.");
        }

        return labels.Length;
    }
}
