using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Execution;
using SswpNas.MLNet.Training.Engines;
using SswpNas.MLNet.Training;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Objectives;

/// <summary>Steps of a search with a given objective and gates, one by one, on a small supernet and 12 drawn images.</summary>
internal sealed class ObjectiveSteps : IDisposable
{
    private const int Seed = 3;
    private readonly LabelledPixels _data = Images();
    private readonly IPathBinarisation _gates;

    public ObjectiveSteps(SearchObjective objective, GateMode gates, bool managedKernels, NetworkEngine? engine = null, bool? viewsOnDevice = null)
    {
        SearchOptions options = SearchOptions.Smoke with
        {
            Objective = objective,
            ProjectionSize = 8,
            ViewsOnDevice = viewsOnDevice,
            Byol = new ByolOptions { Momentum = 0.9, RampMomentum = false, PredictorSize = 12 },
        };
        RandomStream random = new(Seed, RandomPurpose.Weights);
        Engine = engine ?? NetworkEngine.Create(CPU, threads: 1, managedKernels);
        Supernet = new Supernet(SmallSupernet.Macro, ref random);
        PixelNormalization normalization = PixelNormalization.Of(_data.Pixels, Enumerable.Range(0, _data.Pixels.Count));
        Objective = new SearchObjectives(options, _data, normalization, threads: 1, CPU).Create(Supernet, ref random);
        Body = NamedTensors.Weights(Supernet);
        Optimizer = new SgdOptimizer([.. Body, .. Objective.Weights], 0.9, 1e-4, 5, Engine.IsAsynchronous);
        _gates = PathBinarisation.Of(gates);
    }

    public NetworkEngine Engine { get; }

    public Supernet Supernet { get; }

    public IObjective Objective { get; }

    public IReadOnlyList<Weight> Body { get; }

    public SgdOptimizer Optimizer { get; }

    /// <summary>Forward and back; gradients are left for the optimiser or a test.</summary>
    public double Gradients(long step, out CellPath[] paths)
    {
        using LossValue loss = LaunchGradients(step, out paths);
        return loss.Fetch();
    }

    /// <summary>A weight step as the search loop does it: nobody waits for the loss.</summary>
    public LossValue LaunchWeightStep(long step, double learningRate = 0.05)
    {
        LossValue loss = LaunchGradients(step, out _);
        Optimizer.Step(learningRate);
        Objective.Teacher?.UpdateAverage(step, 100);
        return loss;
    }

    public LossValue LaunchArchitectureStep(long step, out CellPath[] paths)
    {
        RandomStream random = new(Seed, RandomPurpose.ArchitecturePaths, step);
        paths = PathSampler.ArchitectureStep(Zeros(), new CellPath?[3], _gates, ref random);
        return Run(paths, Pass.ArchitectureStep, step);
    }

    private LossValue LaunchGradients(long step, out CellPath[] paths)
    {
        RandomStream random = new(Seed, RandomPurpose.Paths, step);
        paths = PathSampler.WeightStep(Zeros(), new CellPath?[3], _gates, default, ref random);
        return Run(paths, Pass.WeightStep, step);
    }

    public double WeightStep(long step, double learningRate = 0.05)
    {
        using LossValue loss = LaunchWeightStep(step, learningRate);
        return loss.Fetch();
    }

    public double ArchitectureStep(long step, out CellPath[] paths)
    {
        using LossValue loss = LaunchArchitectureStep(step, out paths);
        return loss.Fetch();
    }

    public ImageBatch Render(long step) => Objective.Render(
        _data.Pixels, [0, 3, 4, 7, 8, 11], Seed, RandomPurpose.Views, step, _data.Pixels.Shape.Height);

    public void Dispose()
    {
        Objective.Dispose();
        Supernet.Dispose();
        Engine.Dispose();
    }

    private LossValue Run(CellPath[] paths, Pass pass, long step)
    {
        using ImageBatch batch = Render(step);
        using Tensor? seen = Objective.Teacher?.Features(Engine, batch, paths);
        return Engine.ForwardBackward(
            new PathBody(Supernet, paths), Body, Objective, batch with { TeacherFeatures = seen }, pass);
    }

    private static float[][][] Zeros() =>
        [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, CellTopology.Edges).Select(_ => new float[7]).ToArray())];

    public static LabelledPixels Images()
    {
        byte[][] images = new byte[12][];
        for (int i = 0; i < images.Length; i++)
        {
            RandomStream random = new(Seed, RandomPurpose.DataSplit, i);
            images[i] = new byte[SmallSupernet.Macro.Image.Size];
            for (int k = 0; k < images[i].Length; k++) images[i][k] = (byte)random.NextInt(256);
        }

        return new LabelledPixels(
            new PixelStore(SmallSupernet.Macro.Image, new PixelRange(0, 255), images),
            [.. Enumerable.Range(0, images.Length).Select(i => i % 3)], ["a", "b", "c"], [.. Enumerable.Range(0, images.Length)]);
    }
}
