namespace SswpNas.MLNet.Messages;

/// <summary>The error for damaged content: which file, what was found, what was expected.</summary>
internal static class Damaged
{
    public static InvalidDataException File(string path, string came, string expected, Exception? cause = null) =>
        new($"The file '{path}' {came}; {expected} was expected.", cause);
}
