using System.Globalization;
using System.Reflection;

namespace SswpNas.MLNet;

/// <summary>Options as text by name, for result files and logs: all that say something about the result.</summary>
internal static class OptionText
{
    public static IReadOnlyDictionary<string, string> Of(object options)
    {
        SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.Name is "Progress" or "CancellationToken" or "TensorBoardFolder" or "EqualityContract") continue;
            texts[property.Name] = Text(property.GetValue(options));
        }

        return texts;
    }

    private static string Text(object? value) => value switch
    {
        null => "null",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable<double> numbers => string.Join(' ', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))),
        _ => value.ToString() ?? "",
    };
}
