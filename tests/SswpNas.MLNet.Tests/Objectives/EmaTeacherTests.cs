using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Training.Engines;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Objectives;

[TestClass]
public sealed class EmaTeacherTests
{
    [TestMethod]
    public void TheTeacherBeginsAsTheStudentAndFollowsAllItsWeights()
    {
        using ObjectiveSteps steps = new(SearchObjective.Byol, GateMode.Two, managedKernels: true);
        EmaTeacher teacher = steps.Objective.Teacher!;
        Projector(steps, out Layer projector);
        float[][] average = Weights(steps.Supernet, projector);
        Compare(average, Weights(teacher.Network, teacher.Head), 0);

        for (int step = 0; step < 3; step++)
        {
            steps.WeightStep(step);
            float[][] student = Weights(steps.Supernet, projector);
            for (int i = 0; i < average.Length; i++)
                average[i] = [.. average[i].Zip(student[i]).Select(p => (0.9f * p.First) + (0.1f * p.Second))];
        }

        Compare(average, Weights(teacher.Network, teacher.Head), 1e-6);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheTeachersRunningStatisticsNeverMove(bool managedKernels)
    {
        using ObjectiveSteps steps = new(SearchObjective.Byol, GateMode.Full, managedKernels);
        for (int step = 0; step < 3; step++)
        {
            steps.WeightStep(step);
            steps.ArchitectureStep(step, out _);
        }

        int moved = 0;
        OrderedDictionary<string, Tensor> student = NamedTensors.All(steps.Supernet);
        foreach ((string name, Tensor value) in NamedTensors.All(steps.Objective.Teacher!.Network))
        {
            if (!name.Contains("running_", StringComparison.Ordinal)) continue;
            float fresh = name.EndsWith("running_var", StringComparison.Ordinal) ? 1 : 0;
            Assert.IsTrue(value.data<float>().All(v => v == fresh), name);
            if (student[name].data<float>().Any(v => v != fresh)) moved++;
        }

        Assert.IsGreaterThan(20, moved, "The student's statistics have to move.");
    }

    /// <summary>A student of the teacher's weights, on the same paths, sees what the teacher sees.</summary>
    [TestMethod]
    public void StudentAndTeacherTakeTheSamePaths()
    {
        using ObjectiveSteps steps = new(SearchObjective.Byol, GateMode.Two, managedKernels: true);
        steps.Gradients(4, out CellPath[] paths);
        using ImageBatch batch = steps.Render(4);
        using Tensor student = steps.Engine.Forward(new PathBody(steps.Supernet, paths), batch, Pass.BatchStatistics);
        using IDisposable scope = NewDisposeScope();
        Projector(steps, out Layer projector);
        Tensor expected = ((ProjectionHead)projector).Forward(student, gradients: null);
        EmaTeacher teacher = steps.Objective.Teacher!;
        Tensor actual = teacher.Project(teacher.Features(steps.Engine, batch, paths));
        Assert.IsLessThan(1e-6f, (expected - actual).abs().max().item<float>());
        Assert.IsGreaterThan(1e-3f, actual.std().item<float>());
    }

    [TestMethod]
    [DataRow(0.996, 0, 1000, 0.996)]
    [DataRow(0.996, 500, 1000, 0.998)]
    [DataRow(0.996, 1000, 1000, 1.0)]
    [DataRow(0.5, 250, 1000, 0.5732233)]
    public void TheMomentumRisesAlongHalfACosine(double momentum, int step, int steps, double expected)
    {
        ByolOptions options = new() { Momentum = momentum };
        Assert.AreEqual(expected, EmaTeacher.Momentum(options, step, steps), 1e-7);
        Assert.AreEqual(momentum, EmaTeacher.Momentum(options with { RampMomentum = false }, step, steps));
    }

    private static void Projector(ObjectiveSteps steps, out Layer projector) =>
        projector = ((ByolHead)steps.Objective.Head).Projector;

    private static float[][] Weights(Layer network, Layer head) =>
        [.. NamedTensors.Weights(network).Concat(NamedTensors.Weights(head)).Select(w => w.Value.data<float>().ToArray())];

    private static void Compare(float[][] expected, float[][] actual, double tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            for (int k = 0; k < expected[i].Length; k++) Assert.AreEqual(expected[i][k], actual[i][k], tolerance);
    }
}
