using System.Collections;
using System.Globalization;
using System.Reflection;

namespace SswpNas.MLNet.Options;

/// <summary>
/// Options as text by name, for result files, logs and comparisons: all that say something about the result, independent of
/// the machine's culture. Options of options have names such as <c>Views.MinimumCropArea</c>.
/// </summary>
internal static class OptionText
{
    // They say how a run is watched and kept, not what comes of it; the pixels' range stands with the images.
    private static readonly string[] _left =
        [
            "Progress", "CancellationToken", "Checkpoints", "CancellationBehavior", "TensorBoardFolder", "PixelRange",
            "EqualityContract",
        ];

    public static IReadOnlyDictionary<string, string> Of(object options)
    {
        SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
        Add(options, "", texts);
        return texts;
    }

    private static void Add(object options, string prefix, SortedDictionary<string, string> texts)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (_left.Contains(property.Name)) continue;
            object? value = property.GetValue(options);
            if (IsRecordOfOurs(value)) Add(value!, $"{prefix}{property.Name}.", texts);
            else texts[prefix + property.Name] = Text(value);
        }
    }

    private static bool IsRecordOfOurs(object? value) =>
        value is not null and not Enum and not IEnumerable && value.GetType().Assembly == typeof(OptionText).Assembly;

    private static string Text(object? value) => value switch
    {
        null => "null",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable values => string.Join(' ', values.Cast<object?>().Select(Text)),
        _ => value.ToString() ?? "",
    };
}
