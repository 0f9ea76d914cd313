using System.Text.Json;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Sampling;
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
