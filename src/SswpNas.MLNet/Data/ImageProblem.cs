namespace SswpNas.MLNet;

/// <summary>An image file that cannot be used.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">What is wrong with it, in words that follow its name: <c>is empty (0 bytes)</c>.</param>
public sealed record ImageProblem(string Path, string Reason);
