using SswpNas.MLNet.Labelling;

namespace SswpNas.MLNet;

/// <summary>
/// Images that are worth a label, best first; made by
/// <see cref="SswpNasCatalog.SuggestLabels(Microsoft.ML.ITransformer, Microsoft.ML.IDataView, int, SuggestionOptions)"/>.
/// </summary>
public sealed class LabelSuggestions
{
    internal LabelSuggestions(
        IReadOnlyList<string> classNames, IReadOnlyList<LabelSuggestion> images, IReadOnlyList<LabelDuplicate> leftOut)
    {
        (ClassNames, Images, LeftOut) = (classNames, images, leftOut);
    }

    /// <summary>The classes in label order.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The images to label.</summary>
    public IReadOnlyList<LabelSuggestion> Images { get; }

    /// <summary>Images that would have been suggested, but look like another one.</summary>
    public IReadOnlyList<LabelDuplicate> LeftOut { get; }

    /// <summary>
    /// Writes a page for a browser in which a person labels the images: each with the class that the model proposes, by keys or by
    /// mouse. Its button saves the labels as a table that <see cref="SswpNasCatalog.LoadImageTable"/> reads. The page holds the
    /// pictures, reduced to 192 pixels, and takes nothing from a network.
    /// </summary>
    /// <param name="path">The HTML file; it is replaced when it exists, once the new one is complete.</param>
    /// <param name="title">The page's heading.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="InvalidOperationException">The images have no paths.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void WriteGallery(string path, string title = "Which class is it?")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(title);
        if (Images.Any(image => image.ImagePath is null))
        {
            throw new InvalidOperationException(
                "The images have no paths; a column of texts with the files' paths was expected. Name it in SuggestionOptions.ImagePathColumnName.");
        }

        WholeFile.Write(path, Encoding.UTF8.GetBytes(new LabellingPage(this, title).ToHtml()));
    }
}

/// <summary>An image that is worth a label.</summary>
/// <param name="Row">Its row in the data, from 0.</param>
/// <param name="ImagePath">Its file; null where the data have no paths.</param>
/// <param name="PredictedClass">What the model takes it for.</param>
/// <param name="Probability">How sure the model is of that, 0 to 1.</param>
/// <param name="Margin">How much less sure it is of its second choice, 0 to 1: 0 is a toss-up.</param>
public sealed record LabelSuggestion(long Row, string? ImagePath, string PredictedClass, double Probability, double Margin);

/// <summary>An image that was left out because it looks like another one.</summary>
/// <param name="Row">Its row in the data, from 0.</param>
/// <param name="ImagePath">Its file; null where the data have no paths.</param>
/// <param name="LooksLikeRow">The row that it looks like: one with a label, or one that is suggested.</param>
/// <param name="LooksLikePath">The file of that one.</param>
public sealed record LabelDuplicate(long Row, string? ImagePath, long LooksLikeRow, string? LooksLikePath);
