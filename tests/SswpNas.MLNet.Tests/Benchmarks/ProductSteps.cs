using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Benchmarks;

/// <summary>Single steps of the product's search, made of the parts that the search loop is made of.</summary>
internal sealed class ProductSteps : IDisposable
{
    private const int Seed = 3;

    private static readonly ImageShape _image = new(3, 8, 8);

    private readonly int _batch;
    private readonly double _rate;
    private readonly NetworkEngine _engine = NetworkEngine.Create(CPU, threads: 1, managedKernels: true);
    private readonly SimClrObjective _objective;
    private readonly Supernet _supernet;
    private readonly SgdOptimizer _optimizer;
    private readonly IPathBinarisation _gates = PathBinarisation.Of(GateMode.Two);
    private readonly Alphas _alphas;
    private readonly PixelStore _store;
    private readonly bool[] _frozen;
    private float[] _pixels = [];

    public ProductSteps(SearchOptions options, int batch, double rate)
    {
        (_batch, _rate) = (batch, rate);
        _frozen = new bool[options.Cells];
        _store = new PixelStore(_image, new PixelRange(0, 255), [.. Enumerable.Range(0, 3 * batch).Select(Noise)]);
        MacroStructure macro = new(StemKind.Cifar, options.InitialChannels, options.Cells, _image);
        RandomStream random = new(Seed, RandomPurpose.Weights);
        _supernet = new Supernet(macro, ref random);
        ProjectionHead head = new(macro.Features, ref random);
        PixelNormalization normalization = PixelNormalization.Of(_store, Enumerable.Range(0, _store.Count));
        _objective = new SimClrObjective(new TwoViews(new ViewRenderer(options.Views, normalization, 1)), head, options.Temperature);
        _optimizer = new SgdOptimizer(
            [.. NamedTensors.Weights(_supernet), .. _objective.Weights], options.Momentum, options.WeightDecay,
            options.GradientClip);
        _alphas = new Alphas(
            options.Cells, _gates,
            new AlphaOptimizer(options.Cells, options.ArchitectureLearningRate, options.ArchitectureBeta1, options.ArchitectureBeta2));
        Tensors = NamedTensors.All(_supernet);
        foreach ((string name, Tensor tensor) in NamedTensors.All(head)) Tensors.Add(name, tensor);
    }

    /// <summary>Supernet and head by state-dict name.</summary>
    public OrderedDictionary<string, Tensor> Tensors { get; }

    public float[][][] Alphas => _alphas.Values;

    /// <summary>One step with its optimiser.</summary>
    /// <returns>The loss.</returns>
    public double Step(int step, bool isWeightStep, out CellPath[] paths)
    {
        RandomStream random = new(Seed, RandomPurpose.Paths, step);
        CellPath?[] notFixed = new CellPath?[_frozen.Length];
        paths = isWeightStep
            ? PathSampler.WeightStep(_alphas.Values, notFixed, _gates, new OperationDropout(0.2, 0), ref random)
            : PathSampler.ArchitectureStep(_alphas.Values, notFixed, _gates, ref random);
        int[] images = [.. Enumerable.Range(_batch * (step % 3), _batch)];
        using ImageBatch batch = _objective.Render(_store, images, Seed, RandomPurpose.Views, step, _image.Width);
        _pixels = batch.Pixels.ToArray();
        Pass pass = isWeightStep ? Pass.WeightStep : Pass.ArchitectureStep;
        double loss = _engine.Step(new PathBody(_supernet, paths), NamedTensors.Weights(_supernet), _objective, batch, pass);
        if (isWeightStep) _optimizer.Step(_rate);
        else _alphas.Step(paths, _frozen);
        return loss;
    }

    /// <summary>The views of the last step, [images, channels, height, width].</summary>
    public Tensor Images()
    {
        using Tensor interleaved = tensor(_pixels, [2 * _batch, _image.Height, _image.Width, _image.Channels]);
        using Tensor planar = interleaved.permute(0, 3, 1, 2);
        return planar.contiguous();
    }

    public void Dispose()
    {
        _supernet.Dispose();
        _objective.Dispose();
        _engine.Dispose();
    }

    private static byte[] Noise(int image)
    {
        RandomStream random = new(image, RandomPurpose.Views);
        byte[] bytes = new byte[_image.Size];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.NextInt(256);
        return bytes;
    }
}
