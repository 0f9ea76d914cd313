namespace SswpNas.MLNet.SearchSpace;

/// <summary>From the image to the two inputs of the first cell.</summary>
internal sealed class Stem : Layer
{
    private readonly StemConv[] _first;
    private readonly StemConv[] _second;

    public Stem(MacroStructure macro, ref RandomStream random)
    {
        int c = macro.InitialChannels;
        int image = macro.Image.Channels;
        if (macro.Stem == StemKind.Cifar)
        {
            _first = [new StemConv(image, 3 * c, 1, relu: false, ("stem.0", "stem.1"), ref random)];
            _second = [];
            return;
        }

        if (macro.Stem == StemKind.Strided)
        {
            _first =
            [
                new StemConv(image, c, 2, relu: false, ("stem.0", "stem.1"), ref random),
                new StemConv(c, 3 * c, 2, relu: true, ("stem.3", "stem.4"), ref random),
            ];
            _second = [];
            return;
        }

        _first =
        [
            new StemConv(image, c / 2, 2, relu: false, ("stem0.0", "stem0.1"), ref random),
            new StemConv(c / 2, c, 2, relu: true, ("stem0.3", "stem0.4"), ref random),
        ];
        _second = [new StemConv(c, c, 2, relu: true, ("stem1.1", "stem1.2"), ref random)];
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
