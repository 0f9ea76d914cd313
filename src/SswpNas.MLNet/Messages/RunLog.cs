using Microsoft.ML.Runtime;

namespace SswpNas.MLNet.Messages;

/// <summary>Lines in <c>MLContext.Log</c>.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly IChannel _channel;

    public RunLog(MLContext ml, string source, string work)
    {
        _channel = ((IHostEnvironment)ml).Register(source).Start(work);
    }

    public void Info(string line) => _channel.Info(MessageSensitivity.None, "{0}", line);

    public void Warn(string line) => _channel.Warning(MessageSensitivity.None, "{0}", line);

    public void Dispose() => _channel.Dispose();
}
