namespace SswpNas.MLNet.Tests.Children;

/// <summary>What tests run in a process of its own, where limits can be set that a test's process would not survive.</summary>
internal static class Program
{
    /// <summary>The first argument names the work.</summary>
    public static int Main(string[] arguments) => arguments[0] switch
    {
        "memory" => LittleMemory.Run(arguments[1], int.Parse(arguments[2], System.Globalization.CultureInfo.InvariantCulture)),
        "descriptors" => FewDescriptors.Run(arguments[1]),
        _ => throw new ArgumentException($"There is no work '{arguments[0]}'."),
    };
}
