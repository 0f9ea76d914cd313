namespace SswpNas.MLNet.Options;

/// <summary>Collects what is wrong with options, so that one error can name all of it.</summary>
/// <param name="problems">Where they are collected.</param>
/// <param name="owner">The option that has these options; null for options of their own.</param>
internal sealed class OptionCheck(ICollection<string> problems, string? owner = null)
{
    /// <summary>More of anything that is counted (epochs, steps, cells) is a slip of the pen.</summary>
    public const int MostOfAny = 1_000_000;

    /// <summary>More threads are refused before the first is started: systems give out no hundred thousand.</summary>
    public const int MostThreads = 1024;

    public void That(bool good, string name, IFormattable value, string expected)
    {
        if (!good) problems.Add($"{Full(name)} is {value.ToString(null, CultureInfo.InvariantCulture)}; {expected} was expected.");
    }

    /// <summary>A whole number from one number to another.</summary>
    public void Count(int value, string name, int least, int most = MostOfAny) => That(
        value >= least && value <= most, name, value, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    /// <summary>The same, or null.</summary>
    public void Count(int? value, string name, int least, int most = MostOfAny)
    {
        if (value is int number) Count(number, name, least, most);
    }

    public void Positive(double value, string name) =>
        That(double.IsFinite(value) && value > 0, name, value, "a number above 0");

    public void NotNegative(double value, string name) =>
        That(double.IsFinite(value) && value >= 0, name, value, "0 or more");

    public void Fraction(double value, string name, bool below = false) =>
        That(value >= 0 && (below ? value < 1 : value <= 1), name, value, below ? "0 to below 1" : "0 to 1");

    public void Defined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) problems.Add($"{Full(name)} is {value:D}; one of {string.Join(", ", Enum.GetNames<T>())} was expected.");
    }

    public void Device(string? value, string name)
    {
        if (!DeviceOption.IsValid(value)) problems.Add($"{Full(name)} is '{value}'; {DeviceOption.Expected} was expected.");
    }

    public void NullOrName(string? value, string name)
    {
        if (value is not null && string.IsNullOrWhiteSpace(value)) problems.Add($"{Full(name)} is empty; a path or null was expected.");
    }

    /// <summary>Throws one error that names every problem.</summary>
    public static void ThrowIfAny(IEnumerable<string> problems, string what)
    {
        string[] all = [.. problems];
        if (all.Length > 0)
            throw new ArgumentException($"{what} cannot be used:{Environment.NewLine}- {string.Join(Environment.NewLine + "- ", all)}");
    }

    private string Full(string name) => owner is null ? name : $"{owner}.{name}";
}
