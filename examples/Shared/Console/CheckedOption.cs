using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace SswpNas.MLNet.Examples;

/// <summary>Options of a command line whose errors name the option, what came and what was expected.</summary>
internal static class CheckedOption
{
    public static Option<string?> Text(
        string name, string what, string help, string expected, Func<string, bool> isValid, string? standard = null) =>
        Of(name, what, help, expected, text => (isValid(text), text), standard);

    public static Option<T?> Number<T>(
        string name, string help, string range, Func<T, bool> isInRange, T? standard = null)
        where T : struct, INumber<T> =>
        Of<T?>(
            name, typeof(T) == typeof(double) ? "F" : "N", help, range,
            text => (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T n) && isInRange(n), n),
            standard);

    /// <summary>Whether a text can name a file or a folder.</summary>
    public static bool IsName(string path) =>
        !string.IsNullOrWhiteSpace(path) && !path.Contains('\0', StringComparison.Ordinal);

    private static Option<T?> Of<T>(
        string name, string what, string help, string expected, Func<string, (bool IsValid, T? Value)> parse,
        T? standard)
    {
        Option<T?> option = new(name)
        {
            Description = help,
            HelpName = what,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                (bool isValid, T? value) = parse(text);
                if (!isValid) result.AddError($"{name} is '{text}'; {expected} was expected.");
                return value;
            },
        };
        if (standard is not null) option.DefaultValueFactory = _ => standard;
        return option;
    }
}
