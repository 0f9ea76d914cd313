using System.Collections.Concurrent;
using ScoringService.Model;

namespace ScoringService.Http;

/// <summary>Decodes the files of requests, no more at a time than there are cores.</summary>
internal sealed class ImageReader(ServiceOptions options) : IDisposable
{
    private const int Named = 3;

    private static readonly int _cores = Environment.ProcessorCount;

    private readonly SemaphoreSlim _gate = new(_cores);

    // A file in one piece, for the decoder: as many as images are decoded at a time, used again and again.
    private readonly ConcurrentBag<byte[]> _buffers = [];

    /// <summary>Held while an image is decoded.</summary>
    internal SemaphoreSlim Gate => _gate;

    /// <summary>The network's numbers of each file.</summary>
    /// <exception cref="Refusal">Some cannot be used; all of these are named.</exception>
    public async Task<float[][]> Read(IReadOnlyList<UploadedFile> files, PixelReader pixels, CancellationToken cancel)
    {
        float[][] images = new float[files.Count][];
        string?[] problems = new string?[files.Count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = _cores, CancellationToken = cancel };
        await Parallel.ForAsync(0, files.Count, parallel, async (i, stop) =>
        {
            await _gate.WaitAsync(stop);
            try
            {
                if (!_buffers.TryTake(out byte[]? buffer) || buffer.Length < files[i].Length) buffer = new byte[files[i].Length];
                files[i].CopyTo(buffer);
                images[i] = pixels.Read(buffer, files[i].Length, options.MaxPixels, out problems[i]) ?? [];
                _buffers.Add(buffer);
            }
            finally
            {
                _gate.Release();
            }
        });
        FileProblem[] bad =
            [.. files.Select((file, i) => new FileProblem(i, file.Name, problems[i] ?? "")).Where(file => file.Problem.Length > 0)];
        return bad.Length == 0 ? images : throw Unusable(bad, files.Count);
    }

    public void Dispose() => _gate.Dispose();

    private static Refusal Unusable(FileProblem[] bad, int all)
    {
        string named = string.Join("; ", bad.Take(Named).Select(file => $"'{file.File}' {file.Problem}"));
        string others = bad.Length > Named ? $"; and {bad.Length - Named} more" : "";
        return new Refusal(
            StatusCodes.Status422UnprocessableEntity,
            $"{bad.Length} of {all} files cannot be scored: {named}{others}. None was scored; send whole {ImageKind.Names} images.")
        {
            Files = bad,
        };
    }
}
