using System.CommandLine;
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
            text => (TryParse(text, out T n) && isInRange(n), n), standard);

    /// <summary>Numbers with commas between them, none twice; empty where the option is not given.</summary>
    public static Option<T[]?> Numbers<T>(string name, string help, string range, Func<T, bool> isInRange)
        where T : struct, INumber<T> =>
        Of<T[]>(name, typeof(T) == typeof(double) ? "F,F,..." : "N,N,...", help, range, text =>
        {
            List<T> numbers = [];
            foreach (string part in text.Split(','))
            {
                if (!TryParse(part, out T number) || !isInRange(number) || numbers.Contains(number)) return (false, null);
                numbers.Add(number);
            }

            return (true, [.. numbers]);
        }, null);

    /// <summary>Whether a text can name a file or a folder.</summary>
    public static bool IsName(string path) =>
        !string.IsNullOrWhiteSpace(path) && !path.Contains('\0', StringComparison.Ordinal);

    private static bool TryParse<T>(string text, out T number)
        where T : struct, INumber<T> =>
        T.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number);

    private static Option<T?> Of<T>(
        string name, string what, string help, string expected, Func<string, (bool IsValid, T? Value)> parse,
        T? standard)
    {
        Option<T?> option = new(name)
        {
            Description = help,
            HelpName = what,
            Arity = ArgumentArity.ExactlyOne,
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
