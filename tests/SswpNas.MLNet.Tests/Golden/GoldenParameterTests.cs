using System.Text.Json;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;

namespace SswpNas.MLNet.Tests.Golden;

[TestClass]
[TestCategory("Golden")]
public sealed class GoldenParameterTests
{
    private static readonly ImageShape Image = new(3, 32, 32);

    /// <summary>Sections are named as <c>derived_cifar_36ch</c>, their figures as <c>DARTS_genotype_20cells</c>.</summary>
    [TestMethod]
    public void ParameterCountsOfDerivedNetworksAgree()
    {
        JsonProperty[] sections = [.. GoldenFiles.Method("parameters").EnumerateObject().Where(p => p.Name.StartsWith("derived"))];
        Assert.IsNotEmpty(sections);
        foreach (JsonProperty section in sections)
        {
            bool imageNet = section.Name.Contains("imagenet");
            int channels = GoldenFiles.Number(section.Name, "ch", imageNet ? 48 : 36);
            foreach (JsonProperty figure in section.Value.EnumerateObject())
            {
                int cells = GoldenFiles.Number(figure.Name, "cells", imageNet ? 14 : 20);
                int classes = GoldenFiles.Number(figure.Name, "classes", imageNet ? 1000 : 10);
                MacroStructure macro = new(imageNet ? StemKind.ImageNet : StemKind.Cifar, channels, cells, Image);
                RandomStream random = new(1, RandomPurpose.Weights);
                using DerivedNetwork network = new(macro, Known(figure.Name, cells), classes, ref random);
                Assert.AreEqual(figure.Value.GetInt64(), NamedTensors.CountParameters(network), $"{section.Name}/{figure.Name}");
            }
        }
    }

    [TestMethod]
    public void ParameterCountsOfSupernetsWithTheirHeadAgree()
    {
        foreach (JsonProperty figure in GoldenFiles.Method("parameters").GetProperty("supernet_simclr").EnumerateObject())
        {
            MacroStructure macro = new(
                StemKind.Cifar, GoldenFiles.Number(figure.Name, "ch", 36), GoldenFiles.Number(figure.Name, "cells", 20), Image);
            RandomStream random = new(1, RandomPurpose.Weights);
            using Supernet supernet = new(macro, ref random);
            using ProjectionHead head = new(macro.Features, ref random);
            Assert.AreEqual(
                figure.Value.GetInt64(), NamedTensors.CountParameters(supernet) + NamedTensors.CountParameters(head), figure.Name);
        }
    }

    [TestMethod]
    public void CountsOfAlphasAgree()
    {
        foreach (JsonProperty figure in GoldenFiles.Method("parameters").GetProperty("alphas").EnumerateObject())
        {
            AlphaOptimizer optimizer = new(GoldenFiles.Number(figure.Name, "cells", 20), 1e-3, 0, 0.999);
            Assert.AreEqual(figure.Value.GetInt32(), optimizer.Count, figure.Name);
        }
    }

    private static Genotype Known(string figure, int cells) =>
        figure.StartsWith("PDARTS") ? KnownGenotypes.PDARTS(cells)
        : figure.StartsWith("DARTS_V1") ? KnownGenotypes.DARTS_V1(cells)
        : figure.StartsWith("DARTS") ? KnownGenotypes.DARTS_V2(cells)
        : throw new AssertFailedException($"'{figure}' names no genotype that is known here.");
}
