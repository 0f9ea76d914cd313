namespace SswpNas.MLNet.Examples;

/// <summary>Reports on the thread that works, so that lines come in order; Progress&lt;T&gt; does not.</summary>
internal sealed class Told<T>(Action<T> tell) : IProgress<T>
{
    public void Report(T value) => tell(value);
}
