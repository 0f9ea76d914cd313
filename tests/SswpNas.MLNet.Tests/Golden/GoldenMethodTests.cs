using System.Text.Json;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Golden;

[TestClass]
[TestCategory("Golden")]
public sealed class GoldenMethodTests
{
    [TestMethod]
    public void InfoNceAgrees()
    {
        foreach (JsonElement c in GoldenFiles.Cases(GoldenFiles.Method("info_nce")))
        {
            using IDisposable scope = NewDisposeScope();
            long images = c.GetProperty("images").GetInt64();
            Tensor features = GoldenFiles.Values(c.GetProperty("features"), 2 * images, c.GetProperty("dim").GetInt64());
            Tensor loss = InfoNce.Loss(features, c.GetProperty("temperature").GetDouble());
            Assert.AreEqual(c.GetProperty("loss").GetDouble(), loss.item<float>(), GoldenFiles.Tolerance);
        }
    }

    [TestMethod]
    public void TwoPathUpdatesAgree()
    {
        foreach (JsonElement c in GoldenFiles.Cases(GoldenFiles.Method("two_path_arch_update")))
        {
            float[] before = GoldenFiles.Floats(c.GetProperty("alpha"));
            int active = c.GetProperty("active").GetInt32();
            int inactive = c.GetProperty("inactive").GetInt32();
            double[] gates = [.. GoldenFiles.Floats(c.GetProperty("gate_grad")).Select(g => (double)g)];

            double[] gradient = new double[before.Length];
            TwoPathGate.Gradient(before, active, inactive, gates, gradient);
            GoldenFiles.AreClose(GoldenFiles.Floats(c.GetProperty("alpha_grad")), gradient, 2e-6, "gradient of alpha");

            float[] alpha = AfterAdam(before, gradient);
            AlphasAreClose(c, "alpha_after_adam_lr1e3_beta0_0999", alpha);

            TwoPathGate.Rescale(before, alpha, active, inactive);
            AlphasAreClose(c, "alpha_after_rescale", alpha);
        }
    }

    [TestMethod]
    public void DerivedGenotypesAgree()
    {
        foreach (JsonElement c in GoldenFiles.Cases(GoldenFiles.Method("genotype")))
        {
            float[][] alphas = GoldenFiles.Rows(c.GetProperty("alphas"));
            Assert.AreEqual(
                GoldenFiles.Cell(c.GetProperty("unrestricted")), GenotypeDerivation.Derive(alphas, restrict: false));
            Assert.AreEqual(
                GoldenFiles.Cell(c.GetProperty("max_two_skips_and_pools")), GenotypeDerivation.Derive(alphas, restrict: true));
        }
    }

    [TestMethod]
    public void SchedulesAgree()
    {
        foreach (JsonElement c in GoldenFiles.Cases(GoldenFiles.Method("schedule")))
        {
            JsonElement ratios = c.GetProperty("ratios");
            SearchSchedule schedule = SearchSchedule.Create(
                c.GetProperty("epochs").GetInt32(), ratios[0].GetDouble(), ratios[1].GetDouble(), ratios[2].GetDouble(),
                c.GetProperty("cells").GetInt32(), c.GetProperty("min_warmup").GetInt32());

            Assert.AreEqual(c.GetProperty("warmup").GetInt32(), schedule.WarmUpEpochs);
            Assert.AreEqual(c.GetProperty("search").GetInt32(), schedule.SearchEpochs);
            Assert.AreEqual(c.GetProperty("prune").GetInt32(), schedule.PruneEpochs);
            Assert.AreEqual(c.GetProperty("paper_step").GetDouble(), schedule.PaperStep, 1e-9);
            CollectionAssert.AreEqual(
                c.GetProperty("prune_epochs").EnumerateArray().Select(e => e.GetInt32()).ToArray(),
                schedule.FreezeEpochs.ToArray());
        }
    }

    /// <summary>Forward from the input side on, backward from the output side on, at the golden epochs; without pruning never.</summary>
    [TestMethod]
    public void CellsFreezeAtTheGoldenEpochsInEveryDirection()
    {
        foreach (JsonElement c in GoldenFiles.Cases(GoldenFiles.Method("schedule")))
        {
            int epochs = c.GetProperty("epochs").GetInt32(), cells = c.GetProperty("cells").GetInt32();
            double[] ratios = [.. c.GetProperty("ratios").EnumerateArray().Select(r => r.GetDouble())];
            int[] freezes = [.. c.GetProperty("prune_epochs").EnumerateArray().Select(e => e.GetInt32())];
            SearchOptions options = new()
            {
                Epochs = epochs,
                Cells = cells,
                Phases = new PhaseSplit(ratios[0], ratios[1], ratios[2]),
                MinimumWarmUpEpochs = c.GetProperty("min_warmup").GetInt32(),
            };
            SearchSchedule schedule = options.Schedule();
            for (int epoch = 0; epoch <= epochs; epoch++)
            {
                bool[] forward = schedule.FrozenAt(epoch, PruneDirection.Forward);
                bool[] backward = schedule.FrozenAt(epoch, PruneDirection.Backward);
                for (int cell = 0; cell < cells; cell++)
                {
                    Assert.AreEqual(freezes[cell] <= epoch, forward[cell], $"cell {cell}, epoch {epoch}");
                    Assert.AreEqual(freezes[cells - 1 - cell] <= epoch, backward[cell], $"cell {cell}, epoch {epoch}, backward");
                }
            }

            SearchSchedule none = (options with { PruneDirection = PruneDirection.None }).Schedule();
            Assert.AreEqual(
                (c.GetProperty("warmup").GetInt32(), c.GetProperty("search").GetInt32() + c.GetProperty("prune").GetInt32(), 0),
                (none.WarmUpEpochs, none.SearchEpochs, none.PruneEpochs));
            CollectionAssert.DoesNotContain(none.FrozenAt(epochs, PruneDirection.None), true);
        }
    }

    /// <summary>The golden alphas and gates of two paths, taken as those of all: beside libtorch's gradient of the softmax.</summary>
    [TestMethod]
    public void FullGatesHaveTheGradientThatAutogradFinds()
    {
        foreach (JsonElement c in GoldenFiles.Cases(GoldenFiles.Method("two_path_arch_update")))
        {
            using IDisposable scope = NewDisposeScope();
            float[] alpha = GoldenFiles.Floats(c.GetProperty("alpha"));
            float[] gates = [.. GoldenFiles.Floats(c.GetProperty("gate_grad")).Select((g, i) => g + (0.1f * i))];
            Tensor variable = tensor(alpha).requires_grad_();
            (variable.softmax(0) * tensor(gates)).sum().backward();

            double[] gradient = new double[alpha.Length];
            FullGate.Gradient(alpha, [.. gates.Select(g => (double)g)], gradient);

            GoldenFiles.AreClose(variable.grad!.data<float>().ToArray(), gradient, 2e-6, "gradient of all alphas");
        }
    }

    /// <summary>The figures are rounded to seven places, and a step moves an alpha by at most the learning rate.</summary>
    private static void AlphasAreClose(JsonElement c, string key, float[] actual) =>
        GoldenFiles.AreClose(GoldenFiles.Floats(c.GetProperty(key)), [.. actual.Select(a => (double)a)], 2e-6, key);

    private static float[] AfterAdam(float[] before, double[] gradient)
    {
        float[][][] alphas = [[.. Enumerable.Range(0, CellTopology.Edges).Select(_ => (float[])[.. before])]];
        double[][][] gradients = [[.. Enumerable.Range(0, CellTopology.Edges).Select(_ => gradient)]];
        new AlphaOptimizer(1, 1e-3, 0, 0.999).Step(alphas, gradients, [false]);
        return alphas[0][0];
    }
}
