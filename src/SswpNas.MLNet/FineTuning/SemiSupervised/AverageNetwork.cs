using static TorchSharp.torch;

namespace SswpNas.MLNet.FineTuning.SemiSupervised;

/// <summary>
/// A moving average of a network's weights (EMA), classifier included. Running statistics are those of the network itself.
/// </summary>
internal sealed class AverageNetwork : IDisposable
{
    private readonly IReadOnlyList<(Weight From, Weight To)> _weights;
    private readonly IReadOnlyList<(Statistic From, Statistic To)> _statistics;
    private readonly DerivedNetwork _of;
    private readonly double _decay;

    public AverageNetwork(DerivedNetwork of, int classes, double decay, Device device)
    {
        RandomStream unused = new(0, RandomPurpose.Weights);
        (_of, _decay) = (of, decay);
        Network = new DerivedNetwork(of.Macro, of.Genotype, classes, ref unused);
        LayerDevice.Move(Network, device);
        NamedTensors.Copy(of, Network);
        _weights = [.. NamedTensors.Weights(of).Zip(NamedTensors.Weights(Network))];
        _statistics = [.. NamedTensors.Statistics(of).Zip(NamedTensors.Statistics(Network))];
    }

    public DerivedNetwork Network { get; }

    /// <summary>After a step: the average moves on, faster in the first steps.</summary>
    public void Update(long step)
    {
        double keep = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        MovingAverage.Move(_weights, keep, taken: 1 - keep);
        using IDisposable noGrad = no_grad();
        foreach ((Statistic from, Statistic to) in _statistics) to.Value.copy_(from.Value);
    }

    /// <summary>Writes the average into the network that it is of.</summary>
    public void Take() => NamedTensors.Copy(Network, _of);

    public void Dispose() => Network.Dispose();
}
