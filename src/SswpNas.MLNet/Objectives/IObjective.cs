using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Training;

namespace SswpNas.MLNet.Objectives;

/// <summary>What a network is trained for: one transform of the images, one head, one loss (section 3.3).</summary>
internal interface IObjective : ILossHead, IDisposable
{
    /// <summary>The part of the network behind the features; it is thrown away after the search.</summary>
    Layer Head { get; }

    /// <summary>Rows that <see cref="Render"/> writes for one image.</summary>
    int RowsPerImage { get; }

    /// <summary>
    /// A second network that looks at each step's images before the loss is asked for, and follows each weight step; null
    /// for objectives that need none.
    /// </summary>
    EmaTeacher? Teacher => null;

    /// <summary>Computes on the device what <see cref="Render"/> would write; null where the CPU renders.</summary>
    DeviceViews? OnDevice => null;

    /// <summary>Writes what the network sees of some images in a step: side x side pixels, channels last.</summary>
    void Render(
        PixelStore store, ReadOnlySpan<int> images, int seed, RandomPurpose purpose, long step, int side,
        Span<float> destination);
}
