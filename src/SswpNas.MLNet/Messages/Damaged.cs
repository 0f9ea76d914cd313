namespace SswpNas.MLNet.Messages;

/// <summary>The one form of error for damaged content: which file, what came, what was expected.</summary>
internal static class Damaged
{
    public static InvalidDataException File(string path, string came, string expected, Exception? cause = null) =>
        new($"The file '{path}' {came}; {expected} was expected.", cause);
}
