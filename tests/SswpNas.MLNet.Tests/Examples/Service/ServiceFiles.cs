namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>Where the example is and what was built of it.</summary>
internal static class ServiceFiles
{
    public static string Program { get; } = Path.GetFullPath(ExampleProcess.PathOf("ScoringService"));

    /// <summary>The output folder.</summary>
    public static string Output { get; } = Path.GetDirectoryName(Program)!;

    /// <summary>The project's folder.</summary>
    public static string Example { get; } = Path.GetFullPath(Path.Combine(Output, "..", "..", ".."));
}
