namespace SswpNas.MLNet.SearchSpace;

/// <summary>From the image to the two inputs of the first cell.</summary>
internal sealed class Stem : Layer
{
    private readonly StemConv[] _first;
    private readonly StemConv[] _second;

    public Stem(MacroStructure macro, ref RandomStream random)
    {
        // That of large images gives the first cell two scales.
        (string Conv, string Norm)[] names = macro.Stem == StemKind.ImageNet
            ? [("stem0.0", "stem0.1"), ("stem0.3", "stem0.4"), ("stem1.1", "stem1.2")]
            : [("stem.0", "stem.1"), ("stem.3", "stem.4")];
        List<StemConv> all = [];
        int inputs = macro.Image.Channels;
        foreach ((int channels, int stride) in macro.StemConvolutions)
        {
            all.Add(new StemConv(inputs, channels, stride, relu: all.Count > 0, names[all.Count], ref random));
            inputs = channels;
        }

        int first = macro.Stem == StemKind.ImageNet ? 2 : all.Count;
        (_first, _second) = ([.. all[..first]], [.. all[first..]]);
    }

    /// <summary>The outputs "before the previous one" and "previous" that the first cell reads.</summary>
    public (T BeforePrevious, T Previous) Forward<T>(IExecution<T> run, T images)
    {
        T first = run.Run(images, _first);
        return (first, _second.Length == 0 ? first : run.Run(first, _second));
    }

    public override void Visit(string prefix, Action<string, LayerTensor> visit)
    {
        foreach (StemConv conv in _first) conv.Visit(prefix, visit);
        foreach (StemConv conv in _second) conv.Visit(prefix, visit);
    }
}
