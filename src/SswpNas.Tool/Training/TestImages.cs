using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;
using SswpNasTool.Images;

namespace SswpNasTool.Training;

/// <summary>Labelled images that nothing learns from and nothing is chosen by; and how the model that was kept names them.</summary>
/// <param name="Named">How well they were named.</param>
/// <param name="UnscaledError">The calibration error without the model's temperature.</param>
/// <param name="Shown">What the report shows of them.</param>
internal sealed record TestImages(NamedImages Named, double UnscaledError, ReportTest Shown)
{
    /// <summary>Reads the images, with the classes in the order of those that are learnt.</summary>
    /// <param name="ml">Where its components are from.</param>
    /// <param name="path">A folder of class folders or a CSV file.</param>
    /// <param name="learnt">The images of the run.</param>
    /// <param name="say">Told what is left out.</param>
    /// <exception cref="UsageException">There is no such folder or file.</exception>
    /// <exception cref="InvalidDataException">None has a label, a class is not among those that are learnt, or an image is.</exception>
    public static ImageSet Read(MLContext ml, string path, ImageSet learnt, Action<string> say)
    {
        ImageSet all = new ImageSetReader(ml, say).Read(path, []);
        if (all.Labelled == 0) throw new InvalidDataException($"No test image of '{path}' has a label; a folder for each class, or a CSV file with labels, was expected.");
        string[] unknown = [.. all.ClassNames.Except(learnt.ClassNames)];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException(
                $"The test images of '{path}' are of the classes {string.Join(", ", unknown)}, too; {string.Join(", ", learnt.ClassNames)} were expected. Remove them, or give such images to learn from.");
        }

        int both = all.Paths.Intersect(learnt.Paths).Count();
        if (both > 0) throw new InvalidDataException($"{both} test images of '{path}' are images that are learnt from, too; others were expected. Keep test images in a folder of their own.");
        if (all.Unlabelled > 0) say($"{all.Unlabelled} test images have no label and are left out.");
        int[] rows = [.. all.LabelledRows];
        return new ImageSet(
            [.. rows.Select(i => all.Paths[i])], [.. rows.Select(i => Array.IndexOf(learnt.ClassNames, all.ClassNames[all.Labels[i]]))], learnt.ClassNames, all.LeftOut);
    }

    /// <summary>Has images named.</summary>
    /// <param name="ml">Where its components are from.</param>
    /// <param name="images">With ImagePath, Label and Pixels.</param>
    /// <param name="tuned">The model that was kept.</param>
    /// <param name="seed">Of the report's picture of all images.</param>
    public static TestImages Of(MLContext ml, IDataView images, ConcomitantFineTuneTransformer tuned, int seed)
    {
        IDataView scored = ml.Data.Cache(tuned.Transform(images));    // decoded and scored once
        NamedImages At(double temperature) => new([.. NamedImage.Of(ml, scored, tuned.ClassNames, temperature)]);
        return new TestImages(
            At(1), At(1 / tuned.Calibration!.Temperature).CalibrationError, ml.SswpNas().DescribeTest(scored, new ReportTestOptions { Seed = seed }));
    }
}
