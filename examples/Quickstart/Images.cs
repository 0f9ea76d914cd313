using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Quickstart;

/// <summary>The images to train on and those to score: paths and labels, nothing decoded yet.</summary>
/// <param name="Train">ImagePath and Label of the images to search and train on.</param>
/// <param name="Test">ImagePath and Label of the images to score.</param>
/// <param name="Description">Where they are from.</param>
internal sealed record Images(IDataView Train, IDataView Test, string Description)
{
    private const double TestFraction = 0.2;

    /// <summary>Finds, checks and splits the images.</summary>
    /// <exception cref="InvalidDataException">Images or folders are missing or damaged; all are named.</exception>
    public static Images Load(MLContext ml, QuickstartOptions options)
    {
        string data = options.Data ?? EmbeddedFolder("train");
        string? testData = options.TestData ?? (options.Data is null ? EmbeddedFolder("test") : null);
        IDataView images = ml.SswpNas().LoadImageFolder(
            data, new ImageFolderOptions { Limit = options.Limit, Seed = options.Seed });
        if (testData is null)
        {
            (IDataView train, IDataView held) =
                ml.SswpNas().StratifiedSplit(images, "Label", TestFraction, options.Seed);
            return new Images(train, held, $"{data}, of which {TestFraction:P0} are held back to be scored");
        }

        IDataView test = ml.SswpNas().LoadImageFolder(testData);
        string[] classes = ClassNames(images);
        string[] testClasses = ClassNames(test);
        if (!classes.SequenceEqual(testClasses))
        {
            throw new InvalidDataException(
                $"The class folders of '{testData}' ({string.Join(", ", testClasses)}) differ from those of '{data}' "
                + $"({string.Join(", ", classes)}); the same names were expected.");
        }

        return new Images(images, test, $"{data}; to be scored: {testData}");
    }

    /// <summary>The side to which images are resized where none is asked for.</summary>
    public int UsualSize()
    {
        string first = Train.GetColumn<string>("ImagePath").First();
        using var image = MLImage.CreateFromFile(first);
        return Math.Clamp(Math.Min(image.Width, image.Height) / 4 * 4, 8, 64);
    }

    public static int Count(IDataView rows) => rows.GetColumn<uint>("Label").Count();

    /// <summary>How many rows have a label; each class needs two, one to train on and one to choose by.</summary>
    /// <exception cref="InvalidDataException">A class has fewer.</exception>
    public static int CountLabels(IDataView rows, double fraction)
    {
        string[] names = ClassNames(rows);
        uint[] labels = [.. rows.GetColumn<uint>("Label").Where(key => key != 0)];
        for (uint key = 1; key <= names.Length; key++)
        {
            int count = labels.Count(label => label == key);
            if (count >= 2) continue;
            throw new InvalidDataException(
                $"Class '{names[key - 1]}' keeps {count} label(s) at a label fraction of {fraction}; at least 2 were "
                + "expected. Raise --label-fraction, or bring more images.");
        }

        return labels.Length;
    }

    private static string[] ClassNames(IDataView images)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        images.Schema["Label"].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private static string EmbeddedFolder(string part) =>
        Path.Combine(EmbeddedData.Folder("Name images of your own with --data."), part);
}
