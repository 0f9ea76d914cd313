using SswpNas.MLNet.Onnx;

namespace SswpNas.MLNet;

public sealed partial class SearchResult
{
    /// <summary>
    /// The fitted transformer from pixels to features, as the search gave it, without data: nothing is fitted, no row is read. It is
    /// saved with a chain as that of the search is, and a fine-tuning behind it finds this result.
    /// </summary>
    /// <remarks><c>EncodeImages</c> of the catalog is the same as an estimator, which reads the layout of the pixels from the data.</remarks>
    /// <param name="ml">The context whose log, temporary folder and GPU settings it follows.</param>
    /// <param name="outputColumnName">The column for the features, a vector of <see cref="EncoderResult.FeatureSize"/> numbers.</param>
    /// <param name="inputColumnName">
    /// The pixel column, a vector of <see cref="float"/> of the size, the channels and the units of the images that were searched on.
    /// </param>
    /// <param name="interleavePixelColors">
    /// The order of the pixel column's numbers, as the argument of <c>ExtractPixels</c>: false (its default) for one channel after the
    /// other, [channels, height, width]; true for the channels of each pixel together, [height, width, channels].
    /// </param>
    /// <param name="threads">Threads that <c>Transform</c> runs the network on, 1 to 1024; null for all cores.</param>
    /// <returns>The transformer; dispose of it.</returns>
    /// <exception cref="ArgumentException">
    /// A name is empty, both are the same, or the number of threads is out of range: the message lists every problem.
    /// </exception>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded.</exception>
    /// <exception cref="IOException">The temporary folder of the context cannot be written.</exception>
    public SswpNasSearchTransformer ToTransformer(
        MLContext ml, string outputColumnName = "Features", string inputColumnName = "Pixels", bool interleavePixelColors = false,
        int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        List<string> problems = [.. EstimatorSchema.NameProblems(inputColumnName, outputColumnName)];
        new OptionCheck(problems).Count(threads, nameof(threads), 1, OptionCheck.MostThreads);
        OptionCheck.ThrowIfAny(problems, "The transformer's arguments");
        return Network.Export(
            inputColumnName, interleavePixelColors, outputColumnName, export => new SswpNasSearchTransformer(ml, export, this, threads));
    }
}
