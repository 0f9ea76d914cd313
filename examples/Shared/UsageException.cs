namespace SswpNas.MLNet.Examples;

/// <summary>The options cannot be used together.</summary>
internal sealed class UsageException(string message) : Exception(message);
