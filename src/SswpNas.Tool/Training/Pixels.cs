using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet;

namespace SswpNasTool.Training;

/// <summary>The first steps of every model of the tool.</summary>
internal static class Pixels
{
    /// <summary>From ImagePath to Pixels: the middle square, at the size of the network.</summary>
    public static EstimatorChain<ImagePixelExtractingTransformer> Of(MLContext ml, int size) =>
        ml.SswpNas().LoadImages(options: new ImageLoadOptions { SaveAsLoadImages = true })
            .Append(ml.Transforms.ResizeImages("Image", size, size, resizing: ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(ml.Transforms.ExtractPixels("Pixels", "Image"));
}
