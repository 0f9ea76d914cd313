using Microsoft.ML.OnnxRuntime;

namespace SswpNas.MLNet.Benchmarks.Figures;

/// <summary>ONNX Runtime without ML.NET: what scoring is measured against.</summary>
internal sealed class RawModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly string _input;
    private readonly int[] _imageShape;
    private readonly float[] _buffer;

    /// <param name="path">An ONNX file of ours.</param>
    /// <param name="batch">Most images of one run.</param>
    /// <param name="threads">Threads; null leaves it to ONNX Runtime, as stock ML.NET does.</param>
    public RawModel(string path, int batch, int? threads)
    {
        using SessionOptions settings = new();
        if (threads is int n) settings.IntraOpNumThreads = n;
        _session = new InferenceSession(path, settings);
        _input = _session.InputMetadata.Keys.Single();
        _imageShape = _session.InputMetadata[_input].Dimensions[1..];
        _buffer = new float[batch * _imageShape.Aggregate(1, (a, b) => a * b)];
    }

    /// <summary>Scores all images, whole batches and a smaller last one, and reads all outputs.</summary>
    /// <returns>The sum of what was read.</returns>
    public float Score(float[][] images)
    {
        int size = images[0].Length, batch = _buffer.Length / size;
        float sum = 0;
        foreach (float[][] part in images.Chunk(batch))
        {
            for (int i = 0; i < part.Length; i++) part[i].CopyTo(_buffer, i * size);
            long[] shape = [part.Length, .. _imageShape];
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(
                OrtMemoryInfo.DefaultInstance, _buffer.AsMemory(0, part.Length * size), shape);
            using IDisposableReadOnlyCollection<OrtValue> outputs =
                _session.Run(_options, [_input], [input], _session.OutputNames);
            foreach (float score in outputs[0].GetTensorDataAsSpan<float>()) sum += score;
        }

        return sum;
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
