using Microsoft.ML;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Estimators;
using SswpNas.MLNet.Tests.Execution;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
[DoNotParallelize]
public sealed class MemoryTests
{
    private const int PathSets = 10;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void StepsLeaveNoTensorAndNoBufferBehind(bool managedKernels) => LeaveNothingBehind(managedKernels, 2 * PathSets);

    [TestMethod]
    [TestCategory("Long")]
    [DataRow(true)]
    [DataRow(false)]
    public void TwoHundredStepsLeaveNoTensorAndNoBufferBehind(bool managedKernels) => LeaveNothingBehind(managedKernels, 200);

    private static void LeaveNothingBehind(bool managedKernels, int count)
    {
        using EngineSteps steps = new(managedKernels);
        // Gradients and momenta are made at a weight's first use, buffers at a size's.
        Run(steps, PathSets);
        long tensors = LiveTensors.Settled(), bytes = Bytes(steps.Engine);

        Run(steps, count);

        Assert.AreEqual(tensors, Tensor.TotalCount);
        Assert.AreEqual(bytes, Bytes(steps.Engine));
        if (managedKernels) Assert.IsGreaterThan(0, bytes);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AFitLeavesNoTensorBehind(bool managedKernels)
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes().View(ml);
        long before = LiveTensors.Settled();

        ml.SswpNas().Search(options: Tiny.Search with { UseManagedKernels = managedKernels })
            .Append(ml.SswpNas().FineTune(options: Tiny.FineTune with { LearningRates = [0.1, 0.2], AuxiliaryWeight = 0.4, UseManagedKernels = managedKernels }))
            .Fit(data).Dispose();

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    [DataRow(SearchObjective.Supervised, "Label", true)]
    [DataRow(SearchObjective.Byol, null, true)]
    [DataRow(SearchObjective.Byol, null, false)]
    public void AFitOfAnotherObjectiveWithAPretrainingLeavesNoTensorBehind(SearchObjective objective, string? label, bool managedKernels)
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes().View(ml);
        SearchOptions options = Tiny.Search with { Objective = objective, Gates = GateMode.Full, UseManagedKernels = managedKernels };
        long before = LiveTensors.Settled();

        ml.SswpNas().Search(options: options, labelColumnName: label)
            .Append(ml.SswpNas().Pretrain(options: PretrainOptions.From(options)))
            .Append(ml.SswpNas().FineTune(options: Tiny.FineTune with { Initialization = WeightInitialization.SimClrPretrained }))
            .Fit(data).Dispose();

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    [TestCategory("Long")]
    public void ResidentMemoryIsFlatAfterTheFirstEpochs()
    {
        MLContext ml = new(seed: 1);
        List<long> resident = [];
        int epoch = 0;
        SearchOptions options = Tiny.Search with
        {
            Epochs = 24,
            BatchSize = 16,
            Progress = new EpochEnds(p =>
            {
                if (p.Epoch == epoch) return;
                epoch = p.Epoch;
                GC.Collect();
                resident.Add(Environment.WorkingSet);
            }),
        };

        ml.SswpNas().Search(options: options).Fit(new Stripes { Count = 240, Height = 16, Width = 16 }.View(ml)).Dispose();

        long grown = resident[^1] - resident[8];
        Assert.IsLessThan(16L << 20, grown, $"MiB by epoch: {string.Join(' ', resident.Select(b => b >> 20))}");
    }

    private static void Run(EngineSteps steps, int count)
    {
        for (int step = 0; step < count; step++)
        {
            steps.WeightStep(SmallSupernet.Paths(step % PathSets, withGates: false), step);
            CellPath[] gated = SmallSupernet.Paths(step % PathSets, withGates: true);
            steps.ArchitectureStep(gated, step);
        }
    }

    private static long Bytes(NetworkEngine engine) => (engine as KernelEngine)?.PoolBytes ?? 0;

    private sealed class EpochEnds(Action<SearchProgress> seen) : IProgress<SearchProgress>
    {
        public void Report(SearchProgress value) => seen(value);
    }
}
