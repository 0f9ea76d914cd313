namespace SswpNas.MLNet.Objectives;

/// <summary>What a network is trained for: one transform of the images, one head, one loss (section 3.3).</summary>
internal interface IObjective : ILossHead, IDisposable
{
    /// <summary>The part of the network behind the features; it is discarded after the search.</summary>
    Layer Head { get; }

    /// <summary>
    /// A second network that looks at each batch before the loss is asked for, and follows each weight step; null for
    /// objectives that need none.
    /// </summary>
    EmaTeacher? Teacher { get; }

    /// <summary>What the network sees of some images in a step, side x side pixels; the caller disposes of it.</summary>
    ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side);
}
