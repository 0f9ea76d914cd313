namespace Quickstart;

/// <summary>The options cannot be used together.</summary>
internal sealed class UsageException(string message) : Exception(message);
