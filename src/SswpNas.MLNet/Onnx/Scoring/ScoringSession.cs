using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Onnx.Scoring;

/// <summary>
/// A network in one session of ONNX Runtime, made when it is first used. Many threads may use it at once; the session is
/// freed when this is disposed and the last run that is under way has ended.
/// </summary>
internal sealed class ScoringSession(byte[] model, int threads, int? gpu) : IDisposable
{
    private static readonly RunOptions Plain = new();

    private readonly Lock _gate = new();
    private InferenceSession? _session;
    private int _users;
    private bool _isClosed;

    /// <summary>Whether a session is held; for tests.</summary>
    public bool IsOpen => _session is not null;

    /// <summary>Fills the outputs from the input.</summary>
    public void Run(string input, OrtValue images, IReadOnlyList<string> outputs, IReadOnlyList<OrtValue> values)
    {
        InferenceSession session = Enter();
        try
        {
            session.Run(Plain, [input], [images], outputs, values);
        }
        finally
        {
            Exit();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_users == 0) Free();
        }
    }

    private InferenceSession Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(OnnxPipelineTransformer));
            _session ??= Open();
            _users++;
            return _session;
        }
    }

    private void Exit()
    {
        lock (_gate)
        {
            _users--;
            if (_isClosed && _users == 0) Free();
        }
    }

    private InferenceSession Open()
    {
        OnnxTelemetry.SwitchOff();
        using SessionOptions options =
            gpu is int device ? SessionOptions.MakeSessionOptionWithCudaProvider(device) : new SessionOptions();
        options.IntraOpNumThreads = threads;
        return new InferenceSession(model, options);
    }

    private void Free()
    {
        _session?.Dispose();
        _session = null;
    }
}
