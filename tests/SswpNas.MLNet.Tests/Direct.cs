namespace SswpNas.MLNet.Tests;

/// <summary>Progress{T} would answer on another thread.</summary>
internal sealed class Direct<T>(Action<T> seen) : IProgress<T>
{
    public void Report(T value) => seen(value);
}
