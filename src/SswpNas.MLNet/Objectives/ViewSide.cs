namespace SswpNas.MLNet.Objectives;

/// <summary>
/// How large the views of an epoch are. In the first epochs, where asked for, they have half the images' side: a step costs
/// a quarter, and a contrastive objective learns as much in it at first.
/// </summary>
internal static class ViewSide
{
    public static int Of(int epoch, int epochs, double lowResolution, MacroStructure macro) =>
        epoch < (int)(lowResolution * epochs) ? Half(macro) : macro.Image.Height;

    /// <summary>Half the side of a network's images, rounded up to what it takes; at most the whole side.</summary>
    public static int Half(MacroStructure macro)
    {
        int step = 1 << macro.Halvings;
        int half = (macro.Image.Height + (2 * step) - 1) / (2 * step) * step;
        return Math.Min(macro.Image.Height, Math.Max(2 * step, half));
    }
}
