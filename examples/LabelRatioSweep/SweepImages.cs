using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace RatioSweep;

/// <summary>The images of a sweep; columns Pixels and Label.</summary>
/// <param name="Train">Those to search on.</param>
/// <param name="Labelled">Those of them whose labels are the sweep's 100 %.</param>
/// <param name="Test">Those to score.</param>
/// <param name="Description">Where they are from, and how many.</param>
internal sealed record SweepImages(IDataView Train, IDataView Labelled, IDataView Test, string Description)
{
    private const int Seed = 1;
    private const double HeldBack = 0.2;

    // Decoded images in ML.NET's cache take four bytes a number; above this they are decoded again each time.
    private const long MostCached = 256L << 20;

    /// <exception cref="InvalidDataException">Images or folders are missing or damaged; the message lists all of them.</exception>
    public static SweepImages Load(MLContext ml, Settings settings)
    {
        Scale scale = Scale.Of(settings.Scale);
        bool holdsBack = settings is { Data: not null, TestData: null };
        Images images = Images.Load(ml, new ImageSource(
            settings.Data, settings.TestData, holdsBack ? scale.SearchImages + scale.TestImages : scale.SearchImages,
            scale.TestImages, (double?)scale.TestImages / (scale.SearchImages + scale.TestImages) ?? HeldBack, Seed));
        int count = Images.Count(images.Train), size = images.UsualSize();
        IDataView labelled = scale.LabelledImages < count
            ? ml.SswpNas().StratifiedSplit(images.Train, "Label", (double)scale.LabelledImages.Value / count, Seed).TestSet
            : images.Train;
        var toPixels = Images.ToPixels(ml, size).Fit(images.Train);
        return new SweepImages(
            Pixels(images.Train), Pixels(labelled), Pixels(images.Test),
            $"{images.Description}. {count} to search on, {Images.Count(labelled)} of them with a label, "
            + $"{Images.Count(images.Test)} to score; {size} x {size} pixels");

        IDataView Pixels(IDataView rows)
        {
            IDataView decoded = toPixels.Transform(rows);
            long bytes = 12L * size * size * Images.Count(rows);
            return bytes <= MostCached ? ml.Data.Cache(decoded, "Pixels", "Label") : decoded;
        }
    }
}
