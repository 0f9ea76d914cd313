using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Examples;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>The repository's embedded images, 32 x 32 pixels.</summary>
internal static class BenchmarkImages
{
    public const int Side = 32;

    /// <summary>Columns Pixels and Label; decoded as they are read.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="part">"train" (2,000 images) or "test" (1,000).</param>
    /// <param name="count">At most this many, as many of each class.</param>
    public static IDataView View(MLContext ml, string part, int? count)
    {
        IDataView files = ml.SswpNas().LoadImageFolder(
            Path.Combine(EmbeddedData.Folder("Run the benchmarks in a checkout of the repository."), part), new ImageFolderOptions { Limit = count });
        return ml.Transforms.LoadImages("Image", "", "ImagePath")
            .Append(ml.Transforms.ResizeImages("Image", Side, Side))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"))
            .Fit(files).Transform(files);
    }

    /// <summary>Exactly so many images, bytes; more than the folder has are the same ones again.</summary>
    public static PixelStore Store(int count)
    {
        MLContext ml = new(seed: 1);
        PixelStore all = PixelReader.Read(View(ml, "train", null), "Pixels");
        byte[][] images = [.. Enumerable.Range(0, count).Select(i => all[(int)(i * 997L % all.Count)].ToArray())];
        return new PixelStore(all.Shape, all.Range, images);
    }

    public static LabelledPixels Labelled()
    {
        MLContext ml = new(seed: 1);
        return PixelReader.ReadLabelled(View(ml, "train", null), "Pixels", "Label");
    }
}
