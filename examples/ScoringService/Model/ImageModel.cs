using System.Security.Cryptography;
using SswpNas.MLNet;

namespace ScoringService.Model;

/// <summary>A model.onnx that is loaded and has scored: what requests borrow from <see cref="ModelSlot"/>.</summary>
internal sealed class ImageModel : IAsyncDisposable
{
    /// <summary>Bytes of a model file, at most.</summary>
    public const long MostBytes = 256 << 20;

    private readonly Batcher _batcher;

    private ImageModel(ModelDescription description, PixelReader pixels, Batcher batcher)
    {
        Description = description;
        Pixels = pixels;
        _batcher = batcher;
    }

    public ModelDescription Description { get; }

    /// <summary>Makes the network's numbers of image files.</summary>
    public PixelReader Pixels { get; }

    /// <summary>Loads the content of a file that <see cref="ModelTrial"/> has tried.</summary>
    /// <exception cref="InvalidDataException">It is no model of the library, is damaged or cannot score.</exception>
    /// <exception cref="Microsoft.ML.OnnxRuntime.OnnxRuntimeException">ONNX Runtime does not take it.</exception>
    public static ImageModel Of(byte[] bytes, string path, ServiceOptions options)
    {
        DateTime modified = File.GetLastWriteTimeUtc(path);
        OnnxModelInfo info = OnnxModelInfo.Of(bytes, path);
        Network network = new(bytes, info, options.Threads);
        try
        {
            PixelReader pixels = new(info, network.IsInterleaved, options.Resizing);
            ModelDescription description = new(
                Path.GetFileName(path), bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), modified, DateTime.UtcNow,
                new ImageSize(info.ImageChannels, info.ImageHeight, info.ImageWidth), info.ClassNames, info.RejectBelow);
            return new ImageModel(description, pixels, new Batcher(network, options));
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The scores of images, in their order.</summary>
    public Task<float[][]> Score(IEnumerable<float[]> images, CancellationToken cancel) =>
        Task.WhenAll(images.Select(image => _batcher.Score(image, cancel)));

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        Pixels.Dispose();
    }
}

/// <summary>Which model scores.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 sum in hexadecimal digits.</param>
/// <param name="Modified">When the file was written.</param>
/// <param name="Loaded">When the service took it over.</param>
/// <param name="Image">The size to which images are brought.</param>
/// <param name="Classes">The classes in the order of the scores.</param>
/// <param name="RejectBelow">No class is named where the highest score is below this; 0 where one always is.</param>
public sealed record ModelDescription(
    string File, long Bytes, string Sha256, DateTime Modified, DateTime Loaded, ImageSize Image, IReadOnlyList<string> Classes,
    double RejectBelow);

/// <summary>The images that a network takes.</summary>
/// <param name="Channels">1 (grey) or 3 (red, green, blue).</param>
/// <param name="Height">Rows of pixels.</param>
/// <param name="Width">Pixels of a row.</param>
public sealed record ImageSize(int Channels, int Height, int Width);
