using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace SswpNas.MLNet.Examples;

/// <summary>Which images are asked for.</summary>
/// <param name="Data">A folder of class folders; null for the repository's own.</param>
/// <param name="TestData">The same with the images to score; null holds a part of <paramref name="Data"/> back.</param>
/// <param name="Limit">At most this many of <paramref name="Data"/>, as many of each class; null for all.</param>
/// <param name="TestLimit">The same of <paramref name="TestData"/>.</param>
/// <param name="TestFraction">The part that is held back, above 0 and below 1.</param>
/// <param name="Seed">Chooses among the images.</param>
internal sealed record ImageSource(
    string? Data, string? TestData, int? Limit, int? TestLimit, double TestFraction, int Seed);

/// <summary>The images to train on and those to score: paths and labels, nothing decoded yet.</summary>
/// <param name="Train">ImagePath and Label of the images to search and train on.</param>
/// <param name="Test">ImagePath and Label of the images to score.</param>
/// <param name="Description">Where they are from.</param>
internal sealed record Images(IDataView Train, IDataView Test, string Description)
{
    /// <summary>Finds, checks and splits the images.</summary>
    /// <exception cref="InvalidDataException">Images or folders are missing or damaged; the message lists all of them.</exception>
    public static Images Load(MLContext ml, ImageSource source)
    {
        string data = source.Data ?? EmbeddedFolder("train");
        string? testData = source.TestData ?? (source.Data is null ? EmbeddedFolder("test") : null);
        IDataView images = ml.SswpNas().LoadImageFolder(
            data, new ImageFolderOptions { Limit = source.Limit, Seed = source.Seed });
        if (testData is null)
        {
            (IDataView train, IDataView held) =
                ml.SswpNas().StratifiedSplit(images, "Label", source.TestFraction, source.Seed);
            return new Images(
                train, held, FormattableString.Invariant($"{data}, of which {source.TestFraction:P0} are held back to be scored"));
        }

        IDataView test = ml.SswpNas().LoadImageFolder(
            testData, new ImageFolderOptions { Limit = source.TestLimit, Seed = source.Seed, ClassNames = ClassNames(images) });
        return new Images(images, test, $"{data}; to be scored: {testData}");
    }

    /// <summary>The side to which images are resized where none is asked for: at most what the first image has.</summary>
    /// <param name="step">A multiple of it is expected.</param>
    /// <param name="most">So much at most.</param>
    public int UsualSize(int step = 4, int most = 64)
    {
        string first = Train.GetColumn<string>("ImagePath").First();
        using var image = MLImage.CreateFromFile(first);
        return Math.Clamp(Math.Min(image.Width, image.Height) / step * step, 2 * step, most);
    }

    /// <summary>From ImagePath to Pixels.</summary>
    public static EstimatorChain<ImagePixelExtractingTransformer> ToPixels(MLContext ml, int size) =>
        ml.SswpNas().LoadImages(options: new ImageLoadOptions { SaveAsLoadImages = true })
            .Append(ml.Transforms.ResizeImages("Image", size, size))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"));

    public static int Count(IDataView rows) => rows.GetColumn<uint>("Label").Count();

    public static string[] ClassNames(IDataView images)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        images.Schema["Label"].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private static string EmbeddedFolder(string part) =>
        Path.Combine(EmbeddedData.Folder("Name images of your own with --data."), part);
}
