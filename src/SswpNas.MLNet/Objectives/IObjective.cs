using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training.Engines;

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
    /// <param name="store">Where the images are.</param>
    /// <param name="images">Indices into the store.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">Which of the seed's streams to draw from.</param>
    /// <param name="step">The step within that stream.</param>
    /// <param name="side">Pixels.</param>
    ImageBatch Render(PixelStore store, int[] images, int seed, RandomPurpose purpose, long step, int side);
}
