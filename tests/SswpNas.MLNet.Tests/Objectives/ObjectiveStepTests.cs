using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Objectives;

/// <summary>Every objective with every kind of gates, on both engines.</summary>
[TestClass]
public sealed class ObjectiveStepTests
{
    public static IEnumerable<object[]> Kinds() =>
        from objective in Enum.GetValues<SearchObjective>()
        from gates in Enum.GetValues<GateMode>()
        select new object[] { objective, gates };

    public static IEnumerable<object[]> KindsOnEngines() =>
        from kind in Kinds() from own in new[] { true, false } select (object[])[.. kind, own];

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void BothEnginesFindTheSameLossesAndGradients(SearchObjective objective, GateMode gates)
    {
        using ObjectiveSteps own = new(objective, gates, managedKernels: true), torch = new(objective, gates, managedKernels: false);
        for (int step = 0; step < 3; step++)
        {
            Assert.AreEqual(torch.Gradients(step, out _), own.Gradients(step, out _), 1e-4);
            AreClose(Gradients(torch), Gradients(own), $"gradients of weight step {step}");
            Assert.AreEqual(
                torch.ArchitectureStep(step, out CellPath[] expected), own.ArchitectureStep(step, out CellPath[] actual), 1e-4);
            AreClose(Gates(expected), Gates(actual), $"gates of architecture step {step}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(KindsOnEngines))]
    public void AnArchitectureStepMovesNothingButLeavesEveryGateThatIsAskedFor(
        SearchObjective objective, GateMode gates, bool managedKernels)
    {
        using ObjectiveSteps steps = new(objective, gates, managedKernels);
        for (int step = 0; step < 2; step++) steps.WeightStep(step);
        float[][] before = State(steps);

        steps.ArchitectureStep(5, out CellPath[] paths);

        AreEqual(before, State(steps));
        foreach (EdgePath edge in paths.SelectMany(p => p.Edges))
            Assert.AreEqual(gates == GateMode.Full ? 7 : 2, edge.Gates!.Count(g => g != 0));
    }

    public static IEnumerable<object[]> PairsOnEngines() => Pairwise.Of(KindsOnEngines());

    [TestMethod]
    [DoNotParallelize]
    [DynamicData(nameof(PairsOnEngines))]
    public void StepsLeaveNoTensorAndNoBufferBehind(SearchObjective objective, GateMode gates, bool managedKernels) =>
        LeavesNothingBehind(objective, gates, managedKernels, pathSets: 4, steps: 12);

    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(KindsOnEngines))]
    public void FiftyStepsLeaveNoTensorAndNoBufferBehind(SearchObjective objective, GateMode gates, bool managedKernels) =>
        LeavesNothingBehind(objective, gates, managedKernels, pathSets: 10, steps: 50);

    private static void LeavesNothingBehind(SearchObjective objective, GateMode gates, bool managedKernels, int pathSets, int steps)
    {
        using ObjectiveSteps made = new(objective, gates, managedKernels);
        // Gradients and momenta are made at a weight's first use, buffers at a size's.
        Run(2 * pathSets);
        long tensors = LiveTensors.Settled(), bytes = Bytes(made.Engine);

        Run(steps);

        Assert.AreEqual(tensors, Tensor.TotalCount);
        Assert.AreEqual(bytes, Bytes(made.Engine));

        void Run(int count)
        {
            for (int step = 0; step < count; step++)
            {
                made.WeightStep(step % pathSets);
                made.ArchitectureStep(step % pathSets, out _);
            }
        }
    }

    /// <summary>The same images and paths again and again: the loss has to fall, whatever the objective.</summary>
    [TestMethod]
    [DataRow(SearchObjective.SimClr)]
    [DataRow(SearchObjective.Supervised)]
    [DataRow(SearchObjective.Byol)]
    public void StepsOnTheSameImagesLowerTheLoss(SearchObjective objective)
    {
        using ObjectiveSteps steps = new(objective, GateMode.Two, managedKernels: true);
        double first = steps.WeightStep(0), last = 0;
        for (int step = 0; step < 40; step++) last = steps.WeightStep(0);
        Assert.IsLessThan(0.6 * first, last);
    }

    private static float[][] Gradients(ObjectiveSteps steps) =>
        [.. steps.Optimizer.Weights.Where(w => w.HasGradient).Select(w => w.Gradient!.data<float>().ToArray())];

    private static float[][] Gates(CellPath[] paths) =>
        [.. paths.SelectMany(p => p.Edges).Select(e => e.Gates!.Select(v => (float)v).ToArray())];

    /// <summary>All numbers of student, head and teacher, running statistics of the teacher too.</summary>
    private static float[][] State(ObjectiveSteps steps)
    {
        IEnumerable<Tensor> trained = steps.Optimizer.Weights.Select(w => w.Value);
        if (steps.Objective.Teacher is { } teacher)
            trained = trained.Concat(NamedTensors.All(teacher.Network).Values).Concat(NamedTensors.All(teacher.Head).Values);
        return [.. trained.Select(t => t.data<float>().ToArray())];
    }

    private static void AreEqual(float[][] expected, float[][] actual)
    {
        for (int i = 0; i < expected.Length; i++) CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    /// <summary>Within 1e-4, or 1e-3 of the largest number of the tensor.</summary>
    private static void AreClose(float[][] expected, float[][] actual, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (int i = 0; i < expected.Length; i++)
        {
            double tolerance = Math.Max(1e-4, 1e-3 * expected[i].Max(Math.Abs));
            for (int k = 0; k < expected[i].Length; k++) Assert.AreEqual(expected[i][k], actual[i][k], tolerance, $"{what}, {i}");
        }
    }

    private static long Bytes(NetworkEngine engine) => (engine as KernelEngine)?.PoolBytes ?? 0;
}
