using System.Collections;
using System.Reflection;

namespace SswpNas.MLNet.Options;

/// <summary>
/// Options as text by name, for result files, logs and comparisons, independent of the machine's culture. Options of options
/// have names such as <c>Views.MinimumCropArea</c>. <see cref="OptionAttribute"/> says which of them count for what.
/// </summary>
internal static class OptionText
{
    private static readonly OptionAttribute _plain = new();

    private static readonly Lazy<Dictionary<string, string>> _formerNames = new(() => typeof(OptionText).Assembly.GetTypes()
        .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        .Where(property => Meaning(property).FormerName is not null)
        .ToDictionary(property => Meaning(property).FormerName!, property => property.Name));

    /// <summary>All settings, for whoever reads a result.</summary>
    public static IReadOnlyDictionary<string, string> Of(object options) => Of(options, _ => true);

    /// <summary>Those that make a run what it is.</summary>
    public static IReadOnlyDictionary<string, string> OfRun(object options) => Of(options, o => o.IdentifiesRun);

    /// <summary>Those that make a sweep what it is.</summary>
    public static IReadOnlyDictionary<string, string> OfSweep(object options) => Of(options, o => o.IdentifiesSweep);

    /// <summary>Texts as an older version may have written them, by today's names.</summary>
    public static IReadOnlyDictionary<string, string> WithCurrentNames(IReadOnlyDictionary<string, string> texts)
    {
        OrderedDictionary<string, string> current = new(texts.Count);
        foreach ((string name, string text) in texts)
        {
            int last = name.LastIndexOfAny(['.', ' ']) + 1; // "option NonFiniteSteps.SkippedLimit"
            current[name[..last] + _formerNames.Value.GetValueOrDefault(name[last..], name[last..])] = text;
        }

        return current;
    }

    private static SortedDictionary<string, string> Of(object options, Predicate<OptionAttribute> counts)
    {
        SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
        Add(options, "", counts, texts);
        return texts;
    }

    private static void Add(
        object options, string prefix, Predicate<OptionAttribute> counts, SortedDictionary<string, string> texts)
    {
        foreach (PropertyInfo property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            OptionAttribute meaning = Meaning(property);
            if (!meaning.IsSetting || !counts(meaning)) continue;
            object? value = property.GetValue(options);
            if (IsRecordOfOurs(value)) Add(value!, $"{prefix}{property.Name}.", counts, texts);
            else texts[prefix + property.Name] = Text(value);
        }
    }

    private static OptionAttribute Meaning(PropertyInfo property) => property.GetCustomAttribute<OptionAttribute>() ?? _plain;

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
