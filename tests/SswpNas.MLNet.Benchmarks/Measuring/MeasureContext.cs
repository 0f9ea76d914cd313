using TorchSharp;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>How figures are measured in this run, and where they go.</summary>
/// <param name="Report">Takes them.</param>
/// <param name="Threads">CPU threads of both sides.</param>
/// <param name="Rounds">Measurements that count, beside one before them that does not.</param>
/// <param name="Device">"cpu" or "cuda".</param>
/// <param name="Size">The size that was asked for; null for each figure's own.</param>
internal sealed record MeasureContext(Report Report, int Threads, int Rounds, string Device, NetworkSize? Size)
{
    public torch.Device TorchDevice => Device == "cpu" ? torch.CPU : torch.CUDA;

    /// <summary>The size that was asked for, else the figure's own ones.</summary>
    public IReadOnlyList<NetworkSize> Sizes(params NetworkSize[] usual) => Size is NetworkSize one ? [one] : usual;
}

/// <summary>Something that is measured under one name.</summary>
internal interface IFigure
{
    /// <summary>What it says, for the help.</summary>
    string Description { get; }

    void Measure(MeasureContext context);
}
