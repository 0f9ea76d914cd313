using Microsoft.ML.Runtime;

namespace SswpNas.MLNet.Messages;

/// <summary>Lines in <c>MLContext.Log</c>.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly IChannel _channel;
    private readonly bool _isQuiet;

    /// <param name="ml">Whose log it is.</param>
    /// <param name="source">Who says it.</param>
    /// <param name="work">What is done.</param>
    /// <param name="isQuiet">Whether only warnings are said.</param>
    public RunLog(MLContext ml, string source, string work, bool isQuiet = false)
    {
        _isQuiet = isQuiet;
        _channel = ((IHostEnvironment)ml).Register(source).Start(work);
    }

    public void Info(string line)
    {
        if (!_isQuiet) _channel.Info(MessageSensitivity.None, "{0}", line);
    }

    public void Warn(string line) => _channel.Warning(MessageSensitivity.None, "{0}", line);

    public void Dispose() => _channel.Dispose();
}
